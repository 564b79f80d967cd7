"""The numbers on the pages about deaths are those that the packaged figures give."""

from pathlib import Path

import numpy as np
import pytest

from gecam.datasets.deaths import load_deaths
from gecam.mortality import (
    CaptureHistories,
    beta_from_interval,
    chao,
    crisis_country_deaths,
    deaths_with_intervals,
    loglinear_models,
    size_dependent_detection,
    undetected,
)

PAGES = Path(__file__).resolve().parents[2] / "docs" / "explanation"
CENTRAL = (PAGES / "deaths-central-mediterranean.md").read_text(encoding="utf-8")
DEATHS = (PAGES / "deaths.md").read_text(encoding="utf-8")
KINDS = ["authorities", "IOM and UN", "civil society", "media"]
# Countries with a humanitarian response plan in 2022 (OCHA, Global Humanitarian Overview 2022).
PLANS_2022 = [
    "AFG",
    "BDI",
    "BFA",
    "CAF",
    "CMR",
    "COD",
    "COL",
    "ETH",
    "GTM",
    "HND",
    "HTI",
    "IRQ",
    "LBY",
    "MLI",
    "MMR",
    "MOZ",
    "NER",
    "NGA",
    "PSE",
    "SDN",
    "SLV",
    "SOM",
    "SSD",
    "SYR",
    "TCD",
    "UKR",
    "VEN",
    "YEM",
]


def ends(size):
    return f"{size.lower:,.0f}-{size.upper:,.0f}"


@pytest.fixture(scope="module")
def detection():
    reports = load_deaths("reports").query("sources > 0 and dead_and_missing > 0")
    sizes = np.repeat(reports["dead_and_missing"], reports["incidents"])
    sources = np.repeat(reports["sources"], reports["incidents"])
    return size_dependent_detection(sizes, sources, level=0.95)


def test_recorded_numbers_of_the_central_mediterranean():
    monthly = load_deaths("monthly").query("route_group == 'Central Mediterranean Route'")
    complete = monthly[monthly["source"].eq("iom-mmp-reduced-2025-04")]
    api = monthly[monthly["source"].eq("iom-mmp-api-2025-09")]
    assert f"at least {complete['at_least'].sum():,}" in CENTRAL
    assert f"{complete['incidents'].sum():,} and 10 cumulative records" in CENTRAL
    assert complete["cumulative_records"].sum() == 10
    dead, missing = api["dead"].sum(), api["missing"].sum()
    assert f"at least {dead + missing:,.0f} ({dead:,.0f} dead, {missing:,.0f} missing)" in CENTRAL


def test_detection_on_the_page_of_the_central_mediterranean(detection):
    for size in (detection.deaths, detection.incidents):
        assert f"{ends(size)} ({size.estimate:,.0f})" in CENTRAL
    assert f"score\n  statistic is {detection.heterogeneity:.1f}," in CENTRAL
    assert "HETEROGENEOUS" in detection.deaths.flags
    seen = detection.incidents.observed
    ratio = detection.incidents.estimate / seen
    assert f"({detection.incidents.estimate:,.0f} over {seen:,})" in CENTRAL
    assert round(detection.deaths.observed * ratio, -3) == 45_000
    assert "would give 45,000" in CENTRAL


def test_models_and_bounds_on_the_page_of_the_central_mediterranean():
    table = load_deaths("histories")
    histories = CaptureHistories.from_table(table[KINDS], table["incidents"], lists=KINDS)
    answer = loglinear_models(histories, level=0.95)
    low, high = answer.range
    expected = f"{ends(answer.average)} ({answer.average.estimate:,.0f}); "
    assert expected + f"models from {low:,.0f} to {high:,.0f}" in CENTRAL
    reports = load_deaths("reports").query("sources > 0")
    counts = reports.groupby("sources")["incidents"].sum()
    names = counts.reindex(range(1, counts.index.max() + 1), fill_value=0)
    for frequencies in (histories.frequencies(), names):
        bound = chao(frequencies, level=0.95)
        assert f"{ends(bound)} ({bound.estimate:,.0f})" in CENTRAL


def test_the_restated_share_on_the_page_of_the_central_mediterranean():
    size = undetected(25_712, detected=beta_from_interval(0.66, 0.85), level=0.95)
    assert f"{size.lower:,.0f} to {size.upper:,.0f} around {size.estimate:,.0f}" in CENTRAL


def test_larger_incidents_name_more_sources_as_the_page_says():
    reports = load_deaths("reports")

    def share(rows):
        return rows.loc[rows["sources"] > 1, "incidents"].sum() / rows["incidents"].sum()

    assert f"{share(reports.query('dead_and_missing >= 10')):.0%}".replace("%", " %") == "38 %"
    assert f"{share(reports.query('dead_and_missing == 1')):.0%}".replace("%", " %") == "21 %"
    assert "in 38 % of cases, those with one\ndead in 21 %" in CENTRAL
    alone = reports.query("sources == 1")["incidents"].sum() / reports["incidents"].sum()
    assert f"{alone:.0%}" == "69%"


def test_cumulative_records_on_the_page_of_deaths():
    rows = deaths_with_intervals(load_deaths("sizes"), by="route_group").set_index("route_group")
    row = rows.loc["Central American Route"]
    people = row["deaths"] - row["in_single_incidents"]
    assert f"{people:,.0f} of {row['deaths']:,.0f} people, and the interval is " in DEATHS
    assert f"{row['lower']:,.0f}\nto {row['upper']:,.0f}" in DEATHS


def test_countries_with_a_plan_on_the_page_of_deaths():
    answer = crisis_country_deaths(load_deaths("places"), PLANS_2022)
    assert f"{answer.within:,} of {answer.recorded:,} recorded deaths" in DEATHS
    assert f"({answer.share_within:.0%})".replace("%", " %") in DEATHS
    assert (
        f"{answer.within_or_from:,} ({answer.share_within_or_from:.0%})".replace("%", " %")
        in DEATHS
    )
    assert f"origin of {answer.origin_unknown:,} is not known" in DEATHS
