"""Choices of method: analysis of variance of full and partial tables, and parts of the range."""

from __future__ import annotations

import math
from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.evaluation import choice_shares

LEVELS = {
    "refugees": ["national", "published", "all"],
    "theta": [0.8, 1.0, 2.0],
    "edition": ["20", "24"],
}


def factorial(value):
    table = pd.DataFrame(list(product(*LEVELS.values())), columns=list(LEVELS))
    return table.assign(people=[value(*row) for row in table.itertuples(index=False)])


def people(refugees, theta, edition):
    return {"national": 4.5, "published": 6.0, "all": 7.8}[refugees] * theta + (edition == "24")


@pytest.fixture
def table():
    return factorial(people)


def shares(table, **options):
    return choice_shares(table, choices=list(LEVELS), value="people", **options)


def test_a_full_factorial_is_divided_completely(table):
    result = shares(table)
    assert result.is_full
    assert result.is_identified
    assert result.shapley.sum() == pytest.approx(1, abs=1e-13)
    assert result.rest == pytest.approx(0, abs=1e-13)
    assert math.fsum(result.range_parts) == pytest.approx(result.high - result.low, rel=1e-15)
    assert result.range_rest == 0
    assert result.lowest == {"refugees": "national", "theta": 0.8, "edition": "20"}
    assert result.highest == {"refugees": "all", "theta": 2.0, "edition": "24"}
    assert result.range_parts[2] == pytest.approx(1)  # the edition adds 1 whatever the rest


def test_shares_are_those_of_the_classical_analysis_of_variance(table):
    from statsmodels.formula.api import ols
    from statsmodels.stats.anova import anova_lm

    fit = ols("people ~ C(refugees) * C(theta) * C(edition)", table).fit()
    with pytest.warns(RuntimeWarning):  # no residual degrees of freedom, so no F
        squares = anova_lm(fit)["sum_sq"]
    whole = squares.sum()
    result = shares(table)
    for i, name in enumerate(LEVELS):
        within = [effect for effect in squares.index if f"C({name})" in effect]
        assert result.first[i] == pytest.approx(squares[f"C({name})"] / whole, abs=1e-12)
        assert result.total[i] == pytest.approx(squares[within].sum() / whole, abs=1e-12)


def test_product_weights_give_the_shares_of_weighted_factors(shares_of_product):
    # Levels 1 - c and 1 + 3c with weights 3/4 and 1/4: mean 1, cv c sqrt(3).
    c = {"a": 0.2, "b": 0.1, "c": 0.25}
    grid = pd.DataFrame(list(product([0, 1], repeat=3)), columns=list(c))
    factors = np.where(
        grid == 0, 1 - np.array(list(c.values())), 1 + 3 * np.array(list(c.values()))
    )
    weights = np.where(grid == 0, 3, 1).prod(axis=1)
    result = choice_shares(
        grid.assign(y=factors.prod(axis=1)), choices=list(c), value="y", weights=weights
    )
    first, total, shapley = shares_of_product([value * np.sqrt(3) for value in c.values()])
    np.testing.assert_allclose(result.first, first, rtol=1e-12)
    np.testing.assert_allclose(result.total, total, rtol=1e-12)
    np.testing.assert_allclose(result.shapley, shapley, rtol=1e-12)
    assert result.levels.query("choice == 'a' and level == 0")["mean"].item() == pytest.approx(0.8)


def test_rows_and_columns_may_come_in_any_order(table):
    base = shares(table)
    mixed = table.sample(frac=1, random_state=1)
    back = choice_shares(mixed, choices=list(LEVELS)[::-1], value="people")
    np.testing.assert_allclose(base.shapley, back.shapley[::-1], rtol=1e-10)
    np.testing.assert_allclose(base.range_parts, back.range_parts[::-1], rtol=1e-10)


def lmg(table, names):
    """Average over all orders of the gain in R² by least squares."""
    y = table["people"] - table["people"].mean()

    def r2(chosen):
        if not chosen:
            return 0.0
        x = pd.get_dummies(table[list(chosen)].astype(str), drop_first=True).astype(float)
        x = np.column_stack([np.ones(len(x)), x])
        fitted = x @ np.linalg.lstsq(x, table["people"])[0] - table["people"].mean()
        return float(fitted @ fitted / (y @ y))

    gains = dict.fromkeys(names, 0.0)
    for order in permutations(names):
        for i, name in enumerate(order):
            gains[name] += (r2(order[: i + 1]) - r2(order[:i])) / math.factorial(len(names))
    return list(gains.values())


def test_a_table_with_gaps_is_divided_by_main_effects_averaged_over_orders(table):
    gaps = table.drop(index=[0, 4, 5, 11])
    result = shares(gaps)
    assert not result.is_full
    assert result.is_identified
    np.testing.assert_allclose(result.shapley, lmg(gaps, list(LEVELS)), rtol=1e-9)
    assert result.shapley.sum() + result.rest == pytest.approx(1, abs=1e-12)
    assert result.rest > 0.001  # refugees and theta multiply
    assert math.fsum([*result.range_parts, result.range_rest]) == pytest.approx(
        result.high - result.low, rel=1e-12
    )


def test_a_sum_of_main_effects_has_no_rest_even_with_gaps():
    def additive(refugees, theta, edition):
        return len(refugees) + theta + (edition == "24")

    result = shares(factorial(additive).drop(index=[3, 8]))
    assert result.rest == pytest.approx(0, abs=1e-12)
    assert result.range_rest == pytest.approx(0, abs=1e-12)
    assert result.range_parts[1] == pytest.approx(1.2)


def test_choices_that_always_go_together_are_said_to_be_confounded():
    table = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 0, 1, 1], "c": [0, 1, 0, 1]})
    table["people"] = table["a"] * 3.0 + table["c"]
    result = choice_shares(table, choices=["a", "b", "c"], value="people")
    assert not result.is_identified
    assert result.shapley[0] == pytest.approx(result.shapley[1])
    assert result.range_parts.sum() == pytest.approx(4)


def test_weights_move_variance_and_means_but_not_the_range(table):
    weights = np.where(table["refugees"] == "all", 0.0, 1.0)
    base, weighted = shares(table), shares(table, weights=weights)
    np.testing.assert_allclose(base.range_parts, weighted.range_parts, rtol=1e-12)
    assert weighted.shapley[0] < base.shapley[0]
    means = weighted.levels.query("choice == 'refugees'").set_index("level")["mean"]
    assert np.isnan(means["all"])
    assert means["national"] == pytest.approx(4.5 * 3.8 / 3 + 0.5)


def test_specifications_that_agree_have_no_shares(table):
    result = shares(table.assign(people=3.0))
    assert np.all(np.isnan(result.shapley))
    np.testing.assert_array_equal(result.range_parts, 0)
    gaps = shares(table.assign(people=3.0).drop(index=[0]))
    assert np.all(np.isnan(gaps.shapley))


def test_the_frame_starts_with_the_most_important_choice(table):
    frame = shares(table).to_frame()
    assert frame["choice"].tolist() == ["theta", "refugees", "edition"]
    assert frame["highest"].tolist() == [2.0, "all", "24"]


def test_wrong_input_is_named(table):
    with pytest.raises(InputError, match=r"absent \['x'\]"):
        choice_shares(table, choices=["x"], value="people")
    with pytest.raises(InputError, match="a specification stands in the table twice"):
        shares(pd.concat([table, table.iloc[:1]]))
    with pytest.raises(InputError, match="value 'people' must be finite: got nan at index 0"):
        shares(table.assign(people=np.nan))
    with pytest.raises(InputError, match="as many weights: got 18, 2"):
        shares(table, weights=[1.0, 1.0])
