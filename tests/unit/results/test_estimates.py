"""Reading an answer: stable columns, statuses, what adds and what does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.errors import AdditivityWarning, InputError, NotEstimatedError
from gecam.estimation import estimate
from gecam.results import FLAGS, SELECTIONS, SUMMARY


def test_every_table_has_the_same_columns(small_estimates):
    for breakdown in (
        small_estimates.total(), small_estimates.parts(), small_estimates.by("crisis"),
        small_estimates.by("destination", "sex"), small_estimates.by("origin"),
    ):  # fmt: skip
        table = breakdown.summary()
        assert tuple(table.columns[len(breakdown.labels.columns) :]) == SUMMARY


def test_every_crisis_has_a_row_with_its_status_and_reason(small_case, small_estimates):
    rows = small_estimates.by("crisis").summary().set_index("crisis")
    assert sorted(rows.index) == sorted(c.id for c in small_case.crises)
    assert rows.loc["region", "status"] == "not_estimated"
    assert "host communities" in rows.loc["region", "reason"]
    assert (rows["reason"].ne("") | rows["status"].eq("estimated")).all()


def test_what_was_not_estimated_is_missing_and_not_zero(small_estimates):
    rows = small_estimates.summary()
    missing = rows[rows["status"].eq("not_estimated")]
    assert len(missing)
    assert missing[["mean", "lower", "odds_ratio_1"]].isna().all(axis=None)
    assert missing["reason"].ne("").all()


def test_an_answer_cannot_be_overwritten_in_place(small_estimates):
    union = small_estimates.unions[SELECTIONS[0]]
    rows = small_estimates.by("destination", "origin", draws="corridor")
    for held in (
        small_estimates.draws, union.draws, union.odds_ratio_1, union.sum_of_crises,
        small_estimates.by("crisis", "destination", "group").draws, rows.draws,
        small_estimates.total().draws,
    ):  # fmt: skip
        with pytest.raises(ValueError, match="read-only"):
            held[...] = 1e9
    assert small_estimates.total().draws.max() < 1e9


def test_the_two_totals_answer_two_questions(small_estimates):
    total = small_estimates.total()
    country, everything = total.draws
    assert (everything >= country - 1e-6).all()
    assert everything.mean() > country.mean()
    with pytest.warns(AdditivityWarning, match="more than once"):
        total.sum()


def test_crises_that_overlap_warn_when_added_and_count_once_in_the_total(small_estimates):
    with pytest.warns(AdditivityWarning):
        added = small_estimates.by("crisis").sum()
    row = small_estimates.total().summary().set_index("total").loc[SELECTIONS[1]]
    assert added.mean() > row["mean"]
    assert row["double_count"] == pytest.approx(added.mean() / row["mean"], rel=1e-12)


def test_bounds_hold_whatever_the_odds_ratio(small_estimates):
    bounds = small_estimates.bounds()
    table = small_estimates.summary().dropna(subset="mean")
    merged = table.merge(bounds, on=["crisis", "destination", "group"], suffixes=("", "_b"))
    assert (merged["lower_bound"] <= merged["odds_ratio_1"]).all()
    assert (merged["odds_ratio_1"] <= merged["upper_bound"] * (1 + 1e-9)).all()


def test_wider_level_wider_interval(small_estimates):
    narrow = small_estimates.total().conf_int(0.5)
    wide = small_estimates.total().conf_int(0.95)
    assert (wide["lower"] < narrow["lower"]).all()
    assert (narrow["upper"] < wide["upper"]).all()
    hdi = small_estimates.total().conf_int(0.9, kind="hdi")
    eti = small_estimates.total().conf_int(0.9)
    assert ((hdi["upper"] - hdi["lower"]) <= (eti["upper"] - eti["lower"])).all()
    with pytest.raises(InputError, match="level"):
        small_estimates.total().conf_int(1.0)


def test_shares_of_women_are_centred(small_estimates):
    rows = small_estimates.by("destination", "sex").summary()
    women = rows[rows["sex"].eq("female")].set_index("destination")["mean"]
    men = rows[rows["sex"].eq("male")].set_index("destination")["mean"]
    assert np.allclose(women / (women + men), 0.45, atol=2e-3)  # noise of sex_log_sd = 0.05


def test_unknown_dimensions_and_combinations_are_refused(small_estimates):
    for wrong in ((), ("country",), ("destination", "destination"), ("crisis", "origin")):
        with pytest.raises(InputError):
            small_estimates.by(*wrong)


def test_rows_are_found_by_label(small_estimates):
    row = small_estimates.by("destination").row(destination="SDN")
    assert len(row) == 1
    with pytest.raises(InputError, match="no row"):
        small_estimates.by("destination").row(destination="FRA")
    with pytest.raises(InputError, match="no dimension"):
        small_estimates.by("destination").row(origin="FRA")
    regional = small_estimates.by("crisis").row(crisis="region")
    with pytest.warns(AdditivityWarning), pytest.raises(NotEstimatedError):
        regional.sum()


def test_containers_hold_the_same_numbers(small_estimates):
    by = small_estimates.by("destination")
    long = by.draws_frame()
    assert len(long) == len(by) * 20_000
    assert long.groupby("destination")["people"].mean().to_numpy() == pytest.approx(
        by.summary()["mean"].to_numpy()
    )
    array = by.to_xarray()
    assert array.dims == ("destination", "draw")
    assert array.sel(destination="KEN").mean().item() == pytest.approx(by.summary()["mean"][0])
    both = small_estimates.by("destination", "group")
    grid, stacked = both.to_xarray(), both.to_xarray(is_stacked=True)
    assert grid.dims == ("destination", "group", "draw")
    assert stacked.dims == ("row", "draw")
    for i, (place, group) in enumerate(both.labels.to_numpy()):
        cell = grid.sel(destination=place, group=group).to_numpy()
        np.testing.assert_array_equal(cell, stacked[i].to_numpy())


def test_arrays_carry_the_attributes_of_the_cf_conventions(small_estimates):
    array = small_estimates.by("destination").to_xarray()
    assert array.attrs["Conventions"] == "CF-1.11"
    assert (array.attrs["units"], array.attrs["is_additive"]) == ("1", 1)
    assert array["draw"].attrs["standard_name"] == "realization"
    assert array["destination"].attrs["long_name"]
    cells = small_estimates.to_xarray()
    assert cells.dims == ("destination", "group", "draw")
    assert cells.attrs["is_additive"] == 1
    assert cells.attrs["config_sha256"] == small_estimates.provenance.config_sha256


def test_arviz_gets_one_chain_of_all_draws(small_estimates):
    pytest.importorskip("arviz", reason='needs the extra "arviz"')
    rows = small_estimates.by("destination")
    people = small_estimates.to_arviz()["posterior"]["people"]
    assert people.sizes["chain"] == 1
    assert rows.to_arviz()["posterior"]["people"].sizes == {
        "chain": 1, "draw": 20_000, "destination": len(rows),
    }  # fmt: skip


def test_text_is_the_same_on_every_run_and_html_is_escaped(small_case, small_estimates):
    assert repr(small_estimates) == (
        "Estimates('small': 7 of 8 cells in 3 destinations, scope 'all', 20000 draws, seed 7)"
    )
    from dataclasses import replace

    evil = replace(small_case, left_out_of_totals={"per": "<script>alert(1)</script>"})
    page = estimate(evil, draws=10, seed=1)._repr_html_() + evil_rows(evil)
    assert "<script>" not in page


def evil_rows(case) -> str:
    return estimate(case, draws=10, seed=1).by("crisis")._repr_html_()


def test_left_out_rows_are_shown_with_their_reason_and_not_added(case_factory):
    with_all = estimate(case_factory(), draws=300, seed=3)
    without = estimate(case_factory(left_out_of_totals={"per": "not ours"}), draws=300, seed=3)
    row = without.by("crisis").summary().set_index("crisis").loc["per"]
    assert row["status"] == "left_out"
    assert "not ours" in row["reason"]
    assert row["mean"] > 0
    assert without.total().draws[1].mean() < with_all.total().draws[1].mean()


def test_a_country_whose_only_plan_is_left_out_has_the_reason(case_factory, few_draws_2022):
    est = estimate(case_factory(left_out_of_totals={"per": "not ours"}), draws=20, seed=3)
    for dimensions in (("destination",), ("destination", "group"), ("region",), ("subregion",)):
        rows = est.by(*dimensions).summary()
        missing = rows[rows["status"].eq("not_estimated")]
        assert missing["reason"].str.contains("not ours").any()
        assert missing["reason"].ne("").all()
    for dimensions in (("destination",), ("destination", "group")):
        rows = few_draws_2022.by(*dimensions).summary()
        assert (rows["reason"].ne("") | rows["status"].ne("not_estimated")).all()


def test_every_flag_has_plain_words(small_estimates, few_draws_2022):
    for est in (small_estimates, few_draws_2022):
        for cell in est.cells:
            assert set(cell.flags) <= set(FLAGS)


def test_the_chain_ends_at_the_mean_of_the_draws(small_estimates):
    for i, cell in enumerate(small_estimates.cells):
        if cell.steps:
            assert cell.steps[-1].value == pytest.approx(small_estimates.draws[i].mean())
            assert [s.name for s in cell.steps][:3] == ["stock", "projection", "group"]


def test_concentration_names_the_largest_first(small_estimates):
    assert small_estimates.concentration(0.5) == ["SDN"]
    assert small_estimates.concentration(1.0) == ["SDN", "KEN", "PER"]


def test_options_out_of_range_are_refused(small_case):
    for wrong in ({"draws": 1}, {"seed": -1}, {"scope": "everyone"}, {"level": 1.0}):
        with pytest.raises(InputError):
            estimate(small_case, **{"draws": 10, **wrong})


def test_summary_is_a_plain_frame(small_estimates):
    assert isinstance(small_estimates.summary(), pd.DataFrame)


def test_cells_are_reached_by_their_former_names_with_a_warning(small_estimates):
    cell = small_estimates.cells[0]
    with pytest.warns(FutureWarning, match="write .cells"):
        assert small_estimates.leaves is small_estimates.cells
    with pytest.warns(FutureWarning, match="write .cell()"):
        assert small_estimates.leaf(cell.id) is cell
