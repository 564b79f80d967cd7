"""What `Assumptions` accepts, `estimate` can use: every field at the ends of its range."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

import numpy as np
import pytest

from gecam.estimation import estimate
from gecam.model import Assumptions, CountryType, OddsRatioPrior

A, KINDS = Assumptions(), get_args(CountryType)
ENDS = {
    "odds_ratio": [
        OddsRatioPrior.from_logs(19.9, 19.9),
        OddsRatioPrior.from_logs(-19.9, 0.0, weights=(0.0, 0.0, 1.0)),
        OddsRatioPrior.from_logs(0.0, 19.9, 0.0, degrees=1.0),
    ],
    "odds_ratio_acts_on": ["country"],
    "protection_in_need": ["published", "national", "one", "planned", "measured"],
    "protection_share_mean": [1e-9, 1 - 1e-12],
    "protection_logit_sd": [0.0, 4.99],
    "planned_factor": [(1e-9, 0.0), (1e3, 4.99)],
    "planned_earlier_weight": [0, 1],
    "refugee_odds_ratio": [
        dict.fromkeys(A.refugee_odds_ratio, OddsRatioPrior.from_logs(log, 19.9))
        for log in (-19.9, 19.9)
    ],
    "chapter_in_need": ["count"],
    "inside_stock": [{"added": (1e-3, 1e-3), "unknown": (1e6, 1e-2)}],
    "stock_log_sd": [dict.fromkeys(A.stock_log_sd, sd) for sd in (0.0, 0.5)],
    "stock_after_onset": ["both_held", "held"],
    "relative_presence": [dict.fromkeys(A.relative_presence, x) for x in (1e-6, 5.0)],
    "border_changes": ["by_country"],
    "frozen_log_sd": [0.0, 1.0],
    "drift_log_sd": [0.0, 0.5],
    "end_correlation": [0, 1],
    "growth_cap": [0.0, 4.99],
    "stock_correlation": [0, 1],
    "change_correlation": [0, 1],
    "grade_logit_sd": [dict.fromkeys("ABCDE", sd) for sd in (0.0, 4.99)],
    "subnational_logit_sd": [0.0, 4.99],
    "local_place": [
        None,
        {"concentration": 1e-3, "least_share": 0.0, "in_need": 1.0},
        {"concentration": 1e12, "least_share": 0.99, "in_need": 1e-6},
    ],
    "pin_correlation": [0, 1],
    "unknown_scope_weight": [0, 1],
    "overlap": ["independent", "comonotone"],
    "area_kappa": [1e-9, 1e9],
    "undercount": [
        (1e-3, 2.1),
        [1, 9],
        *(dict.fromkeys(KINDS, x) for x in ((1e-6, 0.0), (5.0, 1.0))),
    ],
    "redistribute_unknown_origins": [True],
    "composition_log_sd": [0.0, 4.99],
    "sex_log_sd": [0.0, 4.99],
    "apply_onset_rule": [False],
    "apply_growth": [False],
    "apply_relations": [False],
}


def test_every_field_has_its_ends():
    assert list(ENDS) == [field.name for field in fields(Assumptions)]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::gecam.errors.PrecisionWarning")
@pytest.mark.parametrize("name", list(ENDS))
def test_what_is_accepted_gives_numbers(small_case, name):
    for value in ENDS[name]:
        how = {"refugee_odds_ratio": "measured"}.get(name, "published")
        how = "planned" if name.startswith("planned") else how
        changed = {"protection_in_need": how} | {name: value}
        case = replace(small_case, assumptions=replace(A, **changed))
        est = estimate(case, draws=40, seed=1)
        for table in (est.total(), est.by("destination"), est.by("destination", "origin", "sex")):
            rows = table.summary()
            assert np.isfinite(rows.loc[rows["status"].eq("estimated"), "mean"]).all()
