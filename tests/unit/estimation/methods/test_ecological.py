"""Ecological bias: identities and limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.ecological import EcologicalBias, ecological_bias

AREAS = ["a", "b", "c"]
PEOPLE = pd.Series([5e6, 3e6, 2e6], AREAS)
HIT = pd.Series([0.1, 0.2, 0.8], AREAS)


def test_migrants_who_live_like_residents_have_no_bias():
    bias = ecological_bias(PEOPLE / 50, PEOPLE, HIT)
    assert bias.by_area == pytest.approx(bias.national)
    assert bias.log_ratio == pytest.approx(0)


def test_bias_is_a_covariance():
    migrants = pd.Series([1.0, 1.0, 8.0], AREAS)
    bias = ecological_bias(migrants, PEOPLE, HIT)
    weight = PEOPLE / PEOPLE.sum()
    density = (migrants / migrants.sum()) / weight
    covariance = (weight * density * HIT).sum() - (weight * density).sum() * (weight * HIT).sum()
    assert bias.by_area - bias.national == pytest.approx(covariance)
    assert bias.by_area == pytest.approx(0.67)


def test_logit_difference_is_the_log_odds_ratio():
    bias = EcologicalBias(0.5, 0.2)
    assert np.exp(bias.logit_difference) == pytest.approx(4)
    assert np.exp(bias.log_ratio) == pytest.approx(2.5)


def test_bad_input_says_what_is_wrong():
    with pytest.raises(InputError, match="the same areas"):
        ecological_bias(PEOPLE[:2], PEOPLE, HIT)
    with pytest.raises(InputError, match=r"affected in \[0, 1\]"):
        ecological_bias(PEOPLE, PEOPLE, HIT * 10)
    with pytest.raises(InputError, match="no migrants"):
        ecological_bias(PEOPLE * 0, PEOPLE, HIT)
