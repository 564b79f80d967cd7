"""Packaged calibration figures against what their publishers print, and defaults against them.

World totals: UN DESA, International Migrant Stock 2019, 2020 and 2024, table of destinations, row
WORLD. People in need: OCHA, Global Humanitarian Overview 2022 ("Inter-agency response plans in
2022") and "Humanitarian Needs and Funding"; Humanitarian Needs Overviews 2024 (HPC Tools).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gecam.datasets import crisis_onsets, load_calibration, load_edition, packaged_backtests
from gecam.datasets.calibration import CALIBRATION_TABLES
from gecam.errors import InputError
from gecam.evaluation import (
    calibrate_stocks,
    composition_noise,
    ecological_table,
    group_shares_published,
    needs_noise,
    published_odds_ratios,
    sex_noise,
)
from gecam.model import DEFAULTS, Assumptions, OddsRatioPrior
from gecam.uncertainty import LogitNormal

A = Assumptions()
BASIS = {default.name: default for default in DEFAULTS}


@pytest.fixture(scope="module")
def stocks():
    return calibrate_stocks(
        load_calibration("stock_totals"), load_calibration("stock_basis"), crisis=crisis_onsets()
    )


# -- the figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "year", "world"),
    [
        ("undesa-ims-2019", 2019, 271_642_105), ("undesa-ims-2019", 2015, 248_861_296),
        ("undesa-ims-2020", 2020, 280_598_105), ("undesa-ims-2020", 2015, 247_958_644),
        ("undesa-ims-2024", 2024, 304_021_813), ("undesa-ims-2024", 2020, 275_284_032),
    ],
)  # fmt: skip
def test_destinations_add_up_to_the_published_world_total(source, year, world):
    table = load_calibration("stock_totals")
    rows = table[table["source"].eq(source) & table["as_of"].dt.year.eq(year)]
    assert rows["people"].sum() == pytest.approx(world, abs=1)


@pytest.mark.parametrize(
    ("comparison", "iso3", "first", "second"),
    [
        ("two_tables", "BFA", 3_535_864, 4_889_324), ("two_tables", "ETH", 25_900_000, 20_000_000),
        ("two_tables", "NGA", 6_989_485, 8_364_426), ("two_tables", "SDN", 14_257_653, 14_257_653),
        ("severity_same_year", "UKR", 14_622_301, 14_622_000),
        ("severity_before", "UKR", 17_570_000, 14_622_301),
        ("year_before", "LBY", 1_250_662, 803_587),
    ],
)  # fmt: skip
def test_pairs_of_needs_are_the_published_ones(comparison, iso3, first, second):
    rows = load_calibration("needs_pairs").set_index(["comparison", "iso3"])
    row = rows.loc[(comparison, iso3)]
    assert (float(row["first"]), float(row["second"])) == (first, second)


def test_every_table_names_sources_that_stand_in_the_table_of_sources():
    known = set(load_calibration("sources")["id"])
    for name in CALIBRATION_TABLES:
        table = load_calibration(name)
        for column in table.columns:
            if column == "source" or column.endswith("_source"):
                assert set(table[column]) - {""} <= known, (name, column)
    with pytest.raises(InputError, match="no table 'flows'"):
        load_calibration("flows")


def test_revisions_were_released_one_after_the_other():
    rows = load_calibration("sources").set_index("id")["released_on"]
    days = [rows[f"undesa-ims-{year}"] for year in (2019, 2020, 2024)]
    assert days == sorted(days)
    assert [f"{day:%Y-%m-%d}" for day in days] == ["2019-09-17", "2021-01-15", "2025-01-27"]


def test_the_package_holds_no_more_than_it_should():
    import gecam.datasets

    folder = Path(gecam.datasets.__file__).parent / "calibration"
    assert sum(file.stat().st_size for file in folder.iterdir()) < 1_500_000


# -- what they say --------------------------------------------------------------------------------


def test_three_quarters_of_the_destinations_were_not_measured_again(stocks):
    rows = stocks.revisions
    last = rows[rows["pair"].eq("undesa-ims-2020 undesa-ims-2024")]
    assert (len(last), int(last["is_revised"].sum())) == (232, 59)
    case = load_edition("2022")
    plans = {c.id for c in case.crises if c.plan_type == "country_plan"}
    crisis = {f.destination for f in case.footprints if f.crisis in plans}
    changed = last[last["is_revised"] & last["destination"].isin(crisis)]
    assert len(crisis) == 28
    assert sorted(changed["destination"]) == ["COL", "ETH"]
    assert stocks.by_pair[1].rms == pytest.approx(0.26, abs=0.005)


def test_defaults_of_stocks_are_the_calibrated_ones(stocks):
    measured, citizenship = stocks.of_class("measured"), stocks.of_class("citizenship")
    assert A.stock_log_sd["measured"] == round(measured.rms, 2) == 0.23
    assert A.stock_log_sd["citizenship"] == round(citizenship.rms, 2) == 0.34
    assert (measured.n, citizenship.n) == (71, 21)
    assert A.stock_log_sd["extrapolated"] == A.stock_log_sd["measured"]
    assert A.end_correlation == round(stocks.end_correlation, 2) == 0.78
    assert BASIS["stock_log_sd"].status == BASIS["end_correlation"].status == "calibrated"
    assert "n = 71" in BASIS["stock_log_sd"].basis
    assert f"n = {stocks.n_end_correlation}" in BASIS["end_correlation"].basis


def test_imputed_stocks_stay_judged_as_two_cases_say_nothing(stocks):
    assert stocks.of_class("imputed").n == 2
    assert A.stock_log_sd["imputed"] > A.stock_log_sd["citizenship"]


def test_figures_are_right_on_average_so_that_the_mean_may_be_the_figure(stocks):
    # METHODS of the estimand: a published figure is the mean of its distribution.
    found = stocks.level[-1]
    se = found.rms / np.sqrt(found.n)
    assert abs(found.mean_ratio - 1) < 2 * se


def test_the_drift_in_crisis_countries_rests_on_too_few_to_be_calibrated(stocks):
    crisis, other = stocks.growth_capped
    assert crisis.n_clusters < 10
    assert crisis.lower < A.drift_log_sd < crisis.upper
    assert (round(crisis.rms, 2), round(other.rms, 2)) == (0.30, 0.09)
    assert BASIS["drift_log_sd"].status == "judged"


def test_composition_and_sexes_are_as_wide_as_90_of_100_revised_corridors():
    corridors = load_calibration("corridors")
    found = composition_noise(corridors)
    widths = [size.width_90 for size in found.sizes]
    assert min(widths) < A.composition_log_sd < max(widths)
    assert found.exponent_interval[0] < 0.1  # flat in size: no fall with the root of the share
    assert found.exponent_interval[1] < 0.25
    assert f"n = {found.n:,} in {found.n_destinations} dest" in BASIS["composition_log_sd"].basis
    sexes = sex_noise(corridors)[-1]
    assert A.sex_log_sd == round(sexes.width_90, 2) == 0.28
    assert f"n = {sexes.n:,} in {sexes.n_clusters} dest" in BASIS["sex_log_sd"].basis


def test_grade_b_lies_between_its_two_readings():
    found = {n.name: n for n in needs_noise(load_calibration("needs_pairs"))}
    lower, upper = found["severity_same_year"], found["two_tables, changed"]
    assert lower.rms < A.grade_logit_sd["B"] < upper.rms
    assert (round(lower.rms, 2), lower.n) == (0.07, 24)
    assert (round(upper.rms, 2), upper.n, found["two_tables"].n) == (0.27, 4, 27)
    appeals = found["two_tables_appeals, changed"]
    assert A.grade_logit_sd["C"] < appeals.rms
    assert BASIS["grade_logit_sd"].status == "judged"


def test_two_shares_by_group_never_one():
    shares = load_calibration("published_shares")
    protection, other = group_shares_published(shares)
    assert (protection.n, other.n) == (27, 8)
    assert (round(protection.mean, 3), round(protection.sd, 3)) == (0.960, 0.073)
    assert (round(protection.smallest, 2), round(protection.largest, 2)) == (0.71, 1.07)
    assert (round(other.smallest, 2), round(other.largest, 2)) == (0.52, 0.73)
    of_refugees = shares[
        shares["tag"].str.startswith("comparable") & shares["group"].eq("protection")
    ]
    assert sorted(of_refugees["share"])[1] > other.largest  # all but Chad 2026, a narrower plan
    # The prior rests on the 16 counts of 2021 to 2024 that were compiled first.
    protection, _ = group_shares_published(shares.iloc[:48])
    assert protection.n == 16
    assert round(protection.mean, 3) == A.protection_share_mean == 0.969
    # The sd of the 16 needs more than the widest logit-normal with one peak.
    widest = LogitNormal.from_mean(A.protection_share_mean, A.protection_logit_sd)
    assert widest.sd == pytest.approx(0.052, abs=0.001)
    assert protection.sd == pytest.approx(0.056, abs=0.0005)


def test_two_countries_do_not_calibrate_an_odds_ratio():
    learned = published_odds_ratios(load_calibration("both_groups"))
    assert (learned.status, learned.n_usable, learned.n_at_one, learned.n_missing) == (
        "judged", 2, 0, 6,
    )  # fmt: skip
    ratios = np.exp(learned.countries.set_index("country")["log_or"].dropna()).round(1)
    assert ratios.to_dict() == {"Libya 2021": 6.7, "Lebanon 2022": 1.3}
    assert learned.prior == OddsRatioPrior.judged_2024()
    assert BASIS["odds_ratio"].status == "estimated"  # from more pairs, by another model


def test_the_ecological_widening_lies_between_what_can_be_said():
    table = ecological_table(load_calibration("areas"))
    unknown = np.sqrt((table["unknown"] ** 2).mean())
    refugees = np.sqrt((table["refugees"] ** 2).mean())
    assert unknown < A.subnational_logit_sd < refugees
    assert (round(unknown, 2), len(table)) == (0.28, 15)
    assert (round(refugees, 2), int(table["refugees"].notna().sum())) == (0.87, 4)
    assert BASIS["subnational_logit_sd"].status == "judged"


# -- back-tests and pages -------------------------------------------------------------------------


def test_the_page_of_back_tests_says_what_the_back_tests_say():
    page = (Path(__file__).parents[2] / "docs" / "results" / "back-test.md").read_text("utf-8")
    tests = packaged_backtests()
    for test in tests:
        c = test.coverage
        assert f"{c.hits} ({c.share:.0%})" in page
    first, judged_then, then = tests[0], tests[3], tests[4]
    assert (first.n, first.n_crisis, judged_then.n, judged_then.n_crisis) == (42, 7, 54, 4)
    assert first.shortfall
    assert first.shortfall in page
    assert then.shortfall
    assert then.shortfall in page
    assert "Coverage in crisis countries is unknown" in page


@pytest.mark.raw
@pytest.mark.slow
def test_a_rebuild_gives_the_same_bytes(raw_dir):
    root = Path(__file__).parents[2]
    folder = root / "src" / "gecam" / "datasets" / "calibration"

    def digests() -> dict[str, str]:
        return {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()
        }

    before = digests()
    subprocess.run(
        [sys.executable, "tools/build_calibration.py"],
        check=True,
        cwd=root,
        env=os.environ | {"GECAM_RAW": str(raw_dir)},
        capture_output=True,
    )
    assert digests() == before
