"""Every assumption says what it means and rests on."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation import learn_odds_ratio
from gecam.model import DEFAULTS, Assumptions


def test_every_assumption_has_its_line_and_no_other():
    assert [d.name for d in DEFAULTS] == [f.name for f in fields(Assumptions)]


def test_what_is_calibrated_says_on_what():
    for default in DEFAULTS:
        assert default.meaning
        assert default.basis or default.status != "calibrated"


@pytest.mark.parametrize(
    "change",
    [
        {"end_correlation": 1.5}, {"frozen_log_sd": -1.0}, {"protection_share_mean": 1.0},
        {"protection_in_need": "some"}, {"overlap": "none"}, {"protection_logit_sd": 5.0},
        {"sex_log_sd": -0.1}, {"area_kappa": 0.0}, {"undercount": (1.0, 1.0)},
        {"inside_stock": {"added": (8.0, 0.0), "unknown": (4.0, 4.0)}},
        {"inside_stock": {"added": (8.0, 2.0)}}, {"grade_logit_sd": {"A": 0.1}},
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_refused(change):
    with pytest.raises(InputError, match=next(iter(change))):
        replace(Assumptions(), **change)


@pytest.mark.parametrize("name", [f.name for f in fields(Assumptions)])
@pytest.mark.parametrize("value", ["much", [], {}, object(), np.array([1.0, 2.0]), np.nan, 1j])
def test_a_value_of_another_kind_is_refused_by_its_name(name, value):
    with pytest.raises(InputError, match=f"assumption {name} must be "):
        replace(Assumptions(), **{name: value})


@pytest.mark.parametrize("default", DEFAULTS, ids=lambda default: default.name)
def test_a_number_is_no_flag_and_a_flag_no_number(default):
    is_flag = isinstance(getattr(Assumptions(), default.name), bool)
    with pytest.raises(InputError, match=default.name):
        replace(Assumptions(), **{default.name: 1 if is_flag else True})


def test_numbers_of_numpy_and_whole_numbers_are_numbers():
    a = replace(Assumptions(), area_kappa=np.int64(50), growth_cap=np.float32(0.5), drift_log_sd=0)
    assert (a.area_kappa, a.growth_cap, a.drift_log_sd) == (50, 0.5, 0)


def test_a_learned_odds_ratio_is_refused_with_what_to_give_in_its_place():
    counts = pd.DataFrame({
        "country": ["LBY", "TCD"], "migrants_in_need": [300, 120], "migrants": [500, 300],
        "residents_in_need": [200, 100], "residents": [1000, 400], "log_or_sd": [np.nan, np.nan],
    })  # fmt: skip
    learned = learn_odds_ratio(counts)
    with pytest.raises(InputError, match=r"got LearnedOddsRatio.*its field prior"):
        Assumptions(odds_ratio=learned)
    assert Assumptions(odds_ratio=learned.prior).odds_ratio is learned.prior
