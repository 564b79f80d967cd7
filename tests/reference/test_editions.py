"""The packaged editions against the publishers' totals, and against each other."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pandas as pd
import pytest

from gecam.datasets import load_edition
from gecam.estimation import is_published_extrapolation, migrants_affected
from gecam.model import residents_at
from gecam.results import SELECTIONS

COUNTRY_PLANS = {"2022": 28, "2024": 24}


@pytest.fixture(scope="module", params=["2022", "2024"])
def case(request):
    return load_edition(request.param)


def country_plans(case):
    ids = {c.id for c in case.crises if c.plan_type == "country_plan"}
    return [f for f in case.footprints if f.crisis in ids]


def test_people_in_need_sum_to_the_publishers_figures():
    # GHO 2022: 28 country plans, 234,810,134 (OCHA, Inter-agency response plans in 2022);
    # HNO 2024: 24 countries, 250,022,620 (OCHA, global-hpc-hno, national intersectoral rows)
    for name, total in (("2022", 234_810_134), ("2024", 250_022_620)):
        plans = country_plans(load_edition(name))
        assert len(plans) == COUNTRY_PLANS[name]
        assert sum(f.people for f in plans) == total


def test_all_42_plans_of_2022_are_there_and_all_24_countries_of_2024():
    assert len(load_edition("2022").crises) == 42
    assert len(load_edition("2024").crises) == 24


def test_stocks_are_those_of_un_desa():
    # UN DESA, International Migrant Stock 2020: the 28 destinations of the country plans held
    # 20.48 million migrants in mid-2020 (computed from the publisher's table)
    case = load_edition("2022")
    totals = case.stock.totals().xs(pd.Timestamp("2020-07-01"), level="as_of")
    places = {f.destination for f in country_plans(case)}
    assert totals[list(places)].sum() == pytest.approx(20.48e6, abs=5e3)


def test_refugees_of_chad_are_those_of_unhcr():
    # UNHCR: 478,649 refugees in Chad at the end of 2020, 555,782 at the end of 2021
    people = load_edition("2022").protected.people
    chad = people[people["destination"].eq("TCD")].groupby("as_of")["refugees"].sum()
    assert chad["2020-12-31"] == 478_649
    assert chad["2021-12-31"] == 555_782


def test_one_share_for_the_whole_stock_gives_4_4_to_4_7_million():
    # With the stock of mid-2020 and one share for everybody the 28 plans give 4.4 to 4.7 million:
    # population of 2022 the lower, of 2020 the upper figure
    case = load_edition("2022")
    stock = case.stock.totals().xs(pd.Timestamp("2020-07-01"), level="as_of")
    plans = country_plans(case)
    totals = [
        sum(
            float(migrants_affected(
                stock[f.destination], residents_at(case.population, f.destination, when), f.people,
                1.0,
            ))
            for f in plans
        )
        for when in (date(2022, 7, 1), date(2020, 7, 1))
    ]  # fmt: skip
    assert 4.4e6 <= totals[0] < totals[1] <= 4.7e6


def test_nineteen_of_24_stocks_of_2024_are_extrapolations_by_the_publisher():
    # UN DESA 2024: in 19 of the 24 countries the growth of 2020-2024 equals that of 2015-2020
    case = load_edition("2024")
    totals = case.stock.totals()
    found = [
        place
        for place in case.destinations
        if is_published_extrapolation({t.date(): n for t, n in totals[place].items()})
    ]
    assert len(found) == 19
    assert "UKR" in found


def test_every_row_has_a_number_or_a_reason(edition_2022):
    rows = edition_2022.by("crisis").summary()
    assert len(rows) == 42
    assert Counter(rows["status"]) == {
        "estimated": 31, "superseded": 1, "left_out": 1, "published": 5, "not_estimated": 4,
    }  # fmt: skip
    assert (rows["reason"].ne("") | rows["mean"].notna()).all()


def test_what_is_known_of_plans_is_respected(edition_2022):
    rows = edition_2022.by("crisis").summary().set_index("crisis")
    assert rows.loc["2022-UKR", "status"] == "superseded"
    assert rows.loc["2022-PHL", "status"] == "left_out"
    assert rows.loc["2022-COL", "status"] == "not_estimated"
    assert rows.loc["2022-LBN-ERP", "rung"] == 1
    assert "SUBNATIONAL_PLAN" in rows.loc["2022-NGA", "flags"]
    assert rows.loc["2022-SYR-3RP", "published"] == 7_100_000
    # Mozambique's two plans share a province: fewer people than their sum
    mozambique = edition_2022.by("destination").row(destination="MOZ").summary().iloc[0]
    assert mozambique["double_count"] > 1


def test_the_flash_appeal_is_in_one_total_only(edition_2022):
    rows = edition_2022.by("crisis").summary().set_index("crisis")
    totals = edition_2022.total().summary().set_index("total")["odds_ratio_1"]
    flash, plan = rows.loc["2022-UKR-flash", "odds_ratio_1"], rows.loc["2022-UKR", "odds_ratio_1"]
    others = ["2022-MDG-flash", "2022-MWI-flash", "2022-LBN-ERP"]
    rest = rows.loc[others, "odds_ratio_1"].sum()
    gain = totals[SELECTIONS[1]] - totals[SELECTIONS[0]]
    mozambique = rows.loc["2022-MOZ-flash", "odds_ratio_1"]
    assert flash - plan + rest <= gain <= flash - plan + rest + mozambique


def test_every_figure_has_a_source_with_its_licence(case):
    used = {case.stock.source.id, case.population.source.id, case.protected.source.id}
    used |= {f.source.id for f in case.footprints}
    sources = {s.id: s for s in case.sources}
    assert used == set(sources)
    for source in sources.values():
        assert source.publisher
        assert source.licence
        assert len(source.sha256) == 64
