"""Simulation-based calibration: whether a posterior covers what its own model generates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from gecam.errors import InputError
from gecam.evaluation.sensitivity.sampling import child
from gecam.evaluation.verification.uniformity import UniformityTest, holm, p_text, uniformity_test
from gecam.uncertainty import Streams

T = TypeVar("T")
Parameters = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationCheck:
    """Ranks of true parameters among posterior draws, and whether they are uniform.

    Parameters
    ----------
    ranks
        Rank of the truth, 0 .. `n_posterior`. Shape ``(simulation, parameter)``.
    parameters
        Names, in the order of the columns.
    n_posterior
        Posterior draws per simulation.
    level
        Probability that a correct posterior fails, for all parameters together.
    tests
        Test of uniformity by parameter.
    """

    ranks: np.ndarray
    parameters: tuple[str, ...]
    n_posterior: int
    level: float
    tests: tuple[UniformityTest, ...]

    @property
    def p_values(self) -> tuple[float, ...]:
        """p-values by parameter, adjusted for their number (Holm)."""
        return holm([test.p_value for test in self.tests])

    @property
    def is_calibrated(self) -> bool:
        """Whether no parameter's ranks are rejected as uniform at `level`."""
        return min(self.p_values) > self.level

    def summary(self) -> str:
        """Return the verdict in plain text, one line per parameter."""
        verdict = "no deviation found" if self.is_calibrated else "NOT calibrated"
        lines = [
            f"Simulation-based calibration: {verdict} "
            f"({len(self.ranks)} simulations, {self.n_posterior} posterior draws, "
            f"family-wise level {self.level:g})"
        ]
        for name, p, test in zip(self.parameters, self.p_values, self.tests, strict=True):
            words = "uniform" if p > self.level else f"posterior {test.shape}"
            lines.append(
                f"  {name}: {p_text(p)} (bins {p_text(test.chi2_p)}, ECDF {p_text(test.ecdf_p)}), "
                f"{words}"
            )
        return "\n".join(lines)


def simulation_based_calibration(
    prior_draw: Callable[[Streams], Parameters],
    simulate: Callable[[Parameters, Streams], T],
    posterior_draws: Callable[[T, int, Streams], Mapping[str, ArrayLike]],
    *,
    n_sims: int = 1000,
    n_posterior: int = 99,
    thin: int = 1,
    level: float = 0.05,
    seed: int,
    executor: Executor | None = None,
) -> CalibrationCheck:
    """Check a posterior against its own model, over simulated truths.

    Parameters
    ----------
    prior_draw
        Draws one set of true parameters, by name.
    simulate
        Draws data given the parameters.
    posterior_draws
        Given data and a number, returns so many posterior draws of each parameter,
        ``(number,)`` by name.
    n_sims
        Simulated truths; at least 20.
    n_posterior
        Posterior draws that a truth is ranked among. With 99 or 199, ranks fall evenly into 20
        bins.
    thin
        Keep every `thin`-th posterior draw; for chains, about their autocorrelation time. The
        posterior is asked for ``n_posterior * thin`` draws.
    level
        Probability that a correct posterior fails, for all parameters together.
    seed
        Seed. Each of the three functions gets streams of its own in each simulation; a function
        that needs another generator takes ``streams.seed``.
    executor
        Runs simulations elsewhere; functions must then be picklable. Results do not depend on it.

    Returns
    -------
    CalibrationCheck
        Ranks, tests, and the verdict in plain text.

    Raises
    ------
    InputError
        If a number is out of range, a draw is not finite, or parameters differ between functions.

    Notes
    -----
    If the data are drawn from the model at parameters drawn from the prior, the truth is one more
    posterior draw, and its rank is uniform on 0 .. `n_posterior` [1]_, ties broken at random.
    Uniform ranks are necessary, not sufficient: a posterior that ignores the data passes, too. It
    tests code and approximation under the model, and says nothing about whether the model holds.

    References
    ----------
    .. [1] Talts, Betancourt, Simpson, Vehtari & Gelman (2018). Validating Bayesian inference
       algorithms with simulation-based calibration. arXiv:1804.06788.
    """
    if n_sims < 20 or n_posterior < 1 or thin < 1:
        raise InputError(
            "needs n_sims >= 20, n_posterior >= 1 and thin >= 1: "
            f"got {n_sims}, {n_posterior} and {thin}"
        )
    study = _Study(prior_draw, simulate, posterior_draws, n_posterior, thin, seed)
    results = list((executor.map if executor else map)(study.ranks, range(n_sims)))
    names = tuple(results[0])
    ranks = np.array([[row[name] for name in names] for row in results])
    tests = tuple(
        uniformity_test(column, n_ranks=n_posterior + 1, level=level) for column in ranks.T
    )
    return CalibrationCheck(ranks, names, n_posterior, level, tests)


@dataclass(frozen=True, slots=True)
class _Study(Generic[T]):
    """One simulation after the other, by its number alone."""

    prior_draw: Callable[[Streams], Parameters]
    simulate: Callable[[Parameters, Streams], T]
    posterior_draws: Callable[[T, int, Streams], Mapping[str, ArrayLike]]
    n_posterior: int
    thin: int
    seed: int

    def ranks(self, position: int) -> dict[str, int]:
        """Return the rank of each parameter in one simulation."""
        prior, data, posterior = (
            child(self.seed, f"sbc {part}", position) for part in ("prior", "data", "posterior")
        )
        truth = dict(self.prior_draw(prior))
        n = self.n_posterior * self.thin
        drawn = self.posterior_draws(self.simulate(truth, data), n, posterior)
        if set(drawn) != set(truth):
            raise InputError(
                f"posterior_draws must return the parameters of prior_draw, {sorted(truth)}: "
                f"got {sorted(drawn)} in simulation {position}"
            )
        return {
            name: self._rank(name, value, drawn[name], position) for name, value in truth.items()
        }

    def _rank(self, name: str, value: float, drawn: ArrayLike, position: int) -> int:
        """Return how many kept draws lie below the true value, ties broken at random."""
        draws, n = np.asarray(drawn, dtype=np.float64), self.n_posterior * self.thin
        if draws.shape != (n,) or not np.isfinite([value, *draws]).all():
            raise InputError(
                f"posterior draws of {name!r} must be finite, of shape ({n},): "
                f"got {draws.shape} in simulation {position}"
            )
        draws = draws[:: self.thin]
        u = Streams(self.seed).uniform("sbc ties", name, position, position + 1)[0]
        return int(np.sum(draws < value)) + int(u * (np.sum(draws == value) + 1))
