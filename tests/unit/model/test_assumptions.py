"""Every assumption says what it means and rests on."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from gecam.errors import InputError
from gecam.model import DEFAULTS, Assumptions, OddsRatioPrior


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
        {"protection_in_need": "some"}, {"overlap": "none"},
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_refused(change):
    with pytest.raises(InputError, match=next(iter(change))):
        replace(Assumptions(), **change)


def test_the_prior_refuses_weights_that_do_not_sum_to_one():
    with pytest.raises(InputError, match="sum to 1"):
        OddsRatioPrior(weights=(0.5, 0.5, 0.5))
    with pytest.raises(InputError, match="sd"):
        OddsRatioPrior(sd=-0.1)
