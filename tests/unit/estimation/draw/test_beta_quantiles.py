import numpy as np
import pytest
from scipy.special import betaincinv

from gecam.estimation.draw.beta_quantiles import beta_quantiles


@pytest.mark.parametrize(
    ("a", "b"),
    [(0.1, 0.9), (0.05, 0.95), (0.05, 0.5), (0.3, 0.05), (0.05, 50.0), (0.9, 0.1), (0.01, 0.99)],
)
def test_quantiles_of_small_shapes_are_those_of_scipy(a, b):
    u = np.concatenate([[1e-15, 1e-9, 1e-4], (np.arange(20_000) + 0.5) / 20_000, [0.9999]])
    draws = beta_quantiles(a, b, u)
    assert np.allclose(draws, betaincinv(a, b, u), rtol=1e-11, atol=0)
    # each draw depends on its probability alone
    assert np.array_equal(beta_quantiles(a, b, u[::40]), draws[::40])
