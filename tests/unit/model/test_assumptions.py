"""Every assumption says what it means and rests on."""

from __future__ import annotations

import ast
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gecam
from gecam.errors import InputError
from gecam.estimation import learn_odds_ratio
from gecam.model import DEFAULTS, FIXED, Assumptions, defaults


def test_every_assumption_has_its_line_and_no_other():
    assert [d.name for d in DEFAULTS] == [f.name for f in fields(Assumptions)]


def test_a_value_that_is_not_the_default_has_not_its_basis():
    usual = Assumptions()
    measured = {**usual.stock_log_sd, "measured": 0.2}
    changed = replace(usual, unknown_scope_weight=0.9, stock_log_sd=measured)
    table, before = (defaults(a).set_index("name") for a in (changed, usual))
    given = table["status"].eq("given")
    assert set(table.index[given]) == {"unknown_scope_weight", "stock_log_sd"}
    pd.testing.assert_frame_equal(table[~given], before[~given])
    assert "0.9" in table.at["unknown_scope_weight", "value"]
    assert "default is 0.5" in table.at["unknown_scope_weight", "basis"]
    assert before.at["stock_log_sd", "basis"] not in table.at["stock_log_sd", "basis"]


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
        {"undercount": {"settled": (1.0, 0.1)}},
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


NUMERICAL = {
    "YEAR", "ROUNDING", "BLOCK", "CORRELATION_NODES", "_SINGULAR", "LEAST_MOVED", "FEWEST", "SMALLEST",
    "SMOOTH", "BESIDE_SMALL", "BOTH_TAILS", "TINY",
}  # fmt: skip
"""Units, numerical tolerances, and what is only shown: no assumption about the world."""
MODULES = (
    "estimation/plan/*.py", "estimation/draw/*.py", "estimation/regional_cells.py",
    "estimation/modelled.py", "estimation/methods/margins.py", "model/assumptions.py",
    "model/by_place.py", "model/case.py", "model/stock.py", "results/facts.py", "results/grading.py",
)  # fmt: skip
SOURCE = Path(gecam.__file__).parent


def is_numeric(node: ast.expr) -> bool:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return False
    values = value.values() if isinstance(value, dict) else value
    many = list(values) if isinstance(value, dict | tuple | list) else [value]
    return bool(many) and all(isinstance(x, int | float) and not isinstance(x, bool) for x in many)


@pytest.mark.parametrize("pattern", MODULES)
def test_every_number_that_a_module_assumes_is_in_the_table_of_defaults(pattern):
    """Constants of modules are units or tolerances; what is assumed stands in `FIXED`."""
    paths = list(SOURCE.glob(pattern))
    assert paths
    for path in paths:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and is_numeric(node.value):
                names = {x.id for target in node.targets for x in ast.walk(target)
                         if isinstance(x, ast.Name)}  # fmt: skip
                assert names <= NUMERICAL, f"{path.name}: {names}: put it into gecam.model.FIXED"


def test_the_table_holds_every_fixed_number_with_its_value():
    table = defaults().set_index("name")
    for field in fields(FIXED):
        assert table.at[field.name, "value"] == str(getattr(FIXED, field.name))
        assert table.at[field.name, "meaning"]
        assert table.at[field.name, "status"] in {"judged", "calibrated", "rule"}
    assert table.index.is_unique
    assert {"unknown_scope_grade", "country_types"} <= set(table.index)
