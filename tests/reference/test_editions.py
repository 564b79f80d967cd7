"""The packaged editions against the publishers' totals, and against each other."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from edition_cards import card
from gecam.datasets import EDITIONS, load_edition, load_other_figures
from gecam.errors import InputError
from gecam.estimation import (
    destination_plan,
    estimate,
    is_published_extrapolation,
)
from gecam.io.ocha.plans import read_plan_history
from gecam.results import SELECTIONS

ROOT = Path(__file__).resolve().parents[2]
# Plans; those with people in need, and their sum; country plans with people in need, and their sum.
# Plans overlap: the sums check that the figures are the publishers', they are no numbers of people.
TOTALS = {
    # OCHA, Inter-agency response plans in 2022: 28 humanitarian response plans.
    "2022": (42, 42, 302_659_893, 28, 234_810_134),
    # OCHA, Humanitarian Needs and Funding: 44 of 46 plans state people in need, 363,476,474; and
    # the 114,000 of the Herat earthquake (OCHA, 2 November 2023).
    "2023": (47, 45, 363_476_474 + 114_000, 26, 277_140_989),
    # OCHA, global-hpc-hno 2024: national intersectoral rows.
    "2024": (24, 24, 250_022_620, 24, 250_022_620),
    # global-hpc-hno 2025, 188,543,451 as it stands and 206,488,927 with Myanmar's row right, and
    # Syria's 16.5 million; with the other plans 263,888,927. Seven plans state no people in need.
    "2025": (38, 31, 263_888_927, 23, 206_488_927 + 16_500_000),
    # global-hpc-hno 2026, 203,184,758 in 20 countries, and the occupied Palestinian territory's 3.6
    # million; Pakistan and Viet Nam 3,612,000, six plans of refugees and migrants 34,102,890.
    "2026": (29, 29, 206_784_758 + 3_612_000 + 34_102_890, 21, 203_184_758 + 3_600_000),
}


@pytest.fixture(scope="module", params=EDITIONS)
def case(request):
    return load_edition(request.param)


def country_plans(case):
    ids = {c.id for c in case.crises if c.plan_type == "country_plan"}
    return [f for f in case.footprints if f.crisis in ids]


def test_people_in_need_sum_to_the_publishers_figures(case):
    plans = country_plans(case)
    assert (
        len(case.crises), len(case.footprints), sum(f.people for f in case.footprints),
        len(plans), sum(f.people for f in plans),
    ) == TOTALS[case.name]  # fmt: skip


def test_the_launch_figures_of_2026_sum_to_the_overview():
    # OCHA, GHO 2026 people by plan: 243,343,358 in all, of which 205,628,468 in 21 countries
    launched = load_other_figures("2026").set_index("crisis")["people"].to_dict()
    people = {f.crisis: f.people for f in load_edition("2026").footprints} | launched
    assert sum(people.values()) == 243_343_358
    assert sum(launched.get(f.crisis, f.people) for f in country_plans(load_edition("2026"))) == (
        205_628_468
    )


def test_other_figures_are_of_plans_of_the_edition_and_differ_from_those_used(case):
    used = {f.crisis: f.people for f in case.footprints}
    others = load_other_figures(case.name)
    assert all(used[row.crisis] != row.people for row in others.itertuples())
    assert others["source"].ne("").all()
    assert len(others) == {"2023": 5, "2024": 6, "2026": 11}.get(case.name, 0)


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


def test_one_share_for_everybody_gives_4_2_million_where_refugees_of_their_own_give_6():
    """Like for like: the 28 country plans at odds ratio 1, as docs/explanation/estimate.md says."""
    case = load_edition("2022")
    same = replace(case, assumptions=replace(case.assumptions, protection_in_need="national"))
    one, two = (
        estimate(c, draws=2, seed=1).total().summary().loc[0, "odds_ratio_1"] for c in (same, case)
    )
    assert (round(one, -5), round(two, -5)) == (4.2e6, 6.0e6)
    page = (ROOT / "docs" / "explanation" / "estimate.md").read_text(encoding="utf-8")
    assert (
        "give 4.2 million\nat odds ratio 1; with their own share for refugees, 6.0 million" in page
    )


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


# Refugees and asylum-seekers at the end of a year (UNHCR, Refugee Population Statistics 2025.12.1).
REGISTERED = {
    ("TCD", 2024): 1_286_645, ("TCD", 2025): 1_511_634, ("BFA", 2024): 41_408,
    ("CMR", 2022): 483_134, ("CMR", 2024): 443_740, ("CMR", 2025): 427_166,
    ("NER", 2024): 421_795, ("NER", 2025): 435_990, ("SDN", 2024): 837_988, ("SDN", 2025): 859_963,
    ("COD", 2024): 518_445, ("SSD", 2024): 517_471, ("SSD", 2025): 605_064,
    ("CAF", 2022): 11_683, ("CAF", 2023): 65_419, ("MLI", 2022): 61_517, ("MLI", 2025): 287_037,
    ("AFG", 2023): 35_076, ("AFG", 2024): 21_236, ("YEM", 2024): 60_921, ("SOM", 2022): 34_601,
}  # fmt: skip


@pytest.mark.parametrize("name", ["2023", "2025", "2026"])
def test_registered_people_are_those_of_unhcr(name):
    people = load_edition(name).protected.people
    sums = (people["refugees"] + people["asylum_seekers"]).groupby(
        [people["destination"], people["as_of"].dt.year]
    ).sum()  # fmt: skip
    checked = [key for key in REGISTERED if key in sums.index]
    assert len(checked) >= 9
    assert sums[checked].to_dict() == {key: REGISTERED[key] for key in checked}


# UN DESA, International Migrant Stock 2024: migrants in mid-2020 and mid-2024.
STOCKS = {
    "UKR": (4_997_387, 5_064_173), "SDN": (1_379_147, 2_397_113), "TCD": (547_494, 1_269_673),
    "SYR": (868_711, 896_042), "AFG": (144_098, 98_110), "PAK": (3_276_580, 4_175_958),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITIONS)
def test_every_edition_can_be_read_with_the_revision_of_the_series(name):
    case = load_edition(name, revision="2024")
    assert case.stock.source.id == "undesa-ims-2024"
    assert set(case.stock.destinations) == set(case.destinations)
    totals = case.stock.totals()
    for place in set(STOCKS) & set(case.destinations):
        assert (totals[place, "2020-07-01"], totals[place, "2024-07-01"]) == STOCKS[place]


def test_the_revision_of_the_day_is_a_second_reading_where_there_was_one():
    own = load_edition("2023")
    then = load_edition("2023", revision="2020")
    assert then.stock.source.id == "undesa-ims-2020"
    assert (then.crises, then.footprints) == (own.crises, own.footprints)
    assert then.stock.totals()["TCD", "2020-07-01"] == 547_494
    with pytest.raises(InputError, match=r"edition 2026 has no stocks of revision '2020'.*2024"):
        load_edition("2026", revision="2020")


def test_plans_without_a_figure_are_rows_with_their_reason():
    # gho_plans: two of 2023 and seven of 2025 state no people in need; a target is no need
    for name, silent in (
        ("2023", {"SYR-quake", "TUR-quake"}),
        ("2025", {"ETH", "LBN-flash", "LBN-LRP", "COD-RRP", "SSD-RRP", "MMR-JRP", "VEN-RMRP"}),
    ):
        case = load_edition(name)
        without = {c.id for c in case.crises} - {f.crisis for f in case.footprints}
        assert without == {f"{name}-{plan}" for plan in silent}
        rows = estimate(case, draws=100).by("crisis").summary().set_index("crisis").loc[[*without]]
        assert set(rows["status"]) == {"not_estimated"}
        assert rows["reason"].str.contains("people in need").all()
        assert rows["flags"].eq("").all()  # of no figure can be said that it is not added
        assert rows["published"].isna().all()
        places = [case.crisis(key).located_in for key in without]
        assert all(places), "no footprint says where a silent plan is"


def test_sudden_onsets_have_rows_of_their_own_with_their_relation_to_the_plan():
    relations = {
        (crisis.id, relation.kind, relation.other): crisis.onset
        for name in ("2023", "2025")
        for crisis in load_edition(name).crises
        for relation in crisis.relations
    }
    for key, onset in {
        ("2023-SYR-quake", "overlaps", "2023-SYR"): date(2023, 2, 6),
        ("2023-TUR-quake", "overlaps", "2023-SYR-3RP"): date(2023, 2, 6),
        ("2023-AFG-herat", "within", "2023-AFG"): date(2023, 10, 7),
        ("2023-PSE-flash", "disjoint", "2023-PSE"): date(2023, 10, 7),
        ("2025-LBN-flash", "overlaps", "2025-LBN-LRP"): date(2024, 9, 23),
        ("2025-MMR-quake", "disjoint", "2025-MMR"): date(2025, 3, 28),
    }.items():
        assert relations[key] == onset
    assert load_edition("2023").crisis("2023-LBY-flash").onset == date(2023, 9, 10)


def test_faults_of_the_files_are_put_right():
    # The national row of 2025 says 1,957,173; the row of the total and 18 areas say 19,902,649
    case = load_edition("2025")
    (myanmar,) = [f for f in case.footprints if f.crisis == "2025-MMR"]
    assert myanmar.people == 19_902_649
    assert "ten times too low" in myanmar.note
    # 2,087,420 and 1,012,580 are parts of 3,100,000 (2023), not two figures of one plan
    palestine = [f.people for f in load_edition("2023").footprints if f.destination == "PSE"]
    assert sum(palestine) == 3_100_000


def test_scopes_that_are_carried_over_say_from_when():
    # plan_facts: scopes of country plans read in the year / carried over / not found
    counts = {"2023": (2, 15, 9), "2025": (12, 6, 6), "2026": (0, 16, 5)}
    for name, expected in counts.items():
        case = load_edition(name)
        plans = country_plans(case)
        carried = [f for f in plans if f.pin_scope_year is not None]
        unknown = [f for f in plans if f.pin_scope == "unknown"]
        assert not {f.crisis for f in carried} & {f.crisis for f in unknown}
        assert all(f.pin_scope_year != int(name) for f in carried)
        absent = name == "2025"  # Ethiopia: a carried scope, and no people in need
        found = (len(plans) - len(carried) - len(unknown), len(carried) + absent, len(unknown))
        assert found == expected
        flagged = {
            x.crisis for x in estimate(case, draws=50).cells if "SCOPE_CARRIED_OVER" in x.flags
        }
        assert {f.crisis for f in carried} - flagged <= {"2025-AFG"}
    assert not any(
        f.pin_scope_year for name in ("2022", "2024") for f in load_edition(name).footprints
    )


def test_a_published_share_is_not_said_to_rest_on_a_scope_carried_over():
    est = estimate(load_edition("2026").restrict(["TCD"]), draws=50)
    flags = {cell.group: cell.flags for cell in est.cells}
    assert "SCOPE_CARRIED_OVER" in flags["other"]


def answers_by_destination():
    """Return people affected by edition and destination, at odds ratio 1."""
    table = {}
    for name in EDITIONS:
        est = estimate(load_edition(name, revision="2024"), draws=50)
        table[name] = est.by("destination").summary().set_index("destination")["odds_ratio_1"]
    return table


def test_every_country_whose_number_moved_by_more_than_half_is_explained_in_the_data_card():
    words = tomllib.loads((ROOT / "tools/curated/edition_cards.toml").read_text(encoding="utf-8"))
    answers, last = answers_by_destination(), {}
    for name in EDITIONS:
        explained = set(words[name].get("moved", {}))
        for destination, people in answers[name].dropna().items():
            factor = people / last.get(destination, people)
            factor = max(factor, 1 / factor)
            assert factor < 1.5 or destination in explained, (name, destination, factor)
            assert factor > 1.25 or destination not in explained, (name, destination, factor)
            last[destination] = people


def test_refugees_of_unknown_scopes_follow_the_countrys_other_plans():
    """Read from the tables of all years: plans that say whom they count all counted refugees."""
    told = {
        (name, f.destination): f.refugees_counted_in
        for name in EDITIONS
        for f in load_edition(name).footprints
        if f.refugees_counted_in
    }
    assert told == {
        ("2022", "COD"): ("2025",), ("2023", "COD"): ("2025",), ("2024", "COD"): ("2025",),
        ("2022", "GTM"): ("2024",), ("2022", "YEM"): ("2024",),
        ("2024", "SOM"): ("2022", "2024"), ("2025", "SOM"): ("2022", "2024"),
        ("2026", "SOM"): ("2022", "2024"),
    }  # fmt: skip
    est = estimate(load_edition("2022").restrict(["YEM", "BDI"]), draws=20)
    yemen, burundi = (est.cell(f"2022-{c}/{c}/protection") for c in ("YEM", "BDI"))
    assert "REFUGEES_AS_IN_OTHER_YEARS" in yemen.flags
    assert "that say it did (2024)" in " ".join(step.text for step in yemen.steps)
    assert "REFUGEES_AS_IN_OTHER_YEARS" not in burundi.flags  # no plan of Burundi says it


@pytest.mark.parametrize("name", EDITIONS)
def test_data_cards_hold_what_the_tables_hold(name):
    page = ROOT / "docs" / "reference-data" / f"edition-{name}.md"
    assert page.read_text(encoding="utf-8") == card(name), "run python tools/edition_cards.py"


@pytest.mark.raw
@pytest.mark.parametrize("name", EDITIONS)
def test_people_in_need_are_those_of_the_publishers_file(name, raw_dir):
    folder = raw_dir / "crisis"
    people = {f.crisis: f.people for f in load_edition(name).footprints}
    if name == "2023":
        history = read_plan_history(folder / "ocha_plans_2010_2024_raw.csv.gz")
        rows = history.rows.query("year == 2023 and metric == 'in_need' and value > 0")
        assert Counter(people.values()) - Counter(rows["value"]) == Counter([114_000])
        assert not Counter(rows["value"]) - Counter(people.values())
        return
    if name == "2022":
        table = pd.read_csv(folder / "gho2022_national_pin_response_plans.csv", skiprows=[1])
        assert Counter(people.values()) == Counter(table["In Need"].astype(float))
        return
    suffix = "" if name == "2026" else ".gz"
    needs = pd.read_csv(
        folder / f"hpc_hno_{name}.csv{suffix}", skiprows=[] if name == "2026" else [1],
        dtype=str, keep_default_na=False,
    )  # fmt: skip
    national = needs[
        needs[[c for c in needs if c.startswith("Admin")] + ["Info"]].eq("").all(axis=1)
        & needs["Cluster"].eq("ALL")
    ]
    published = national[national["Category"].eq("")].set_index("Country ISO3")["In Need"]
    published = published.astype(float).to_dict()
    if name == "2025":
        total = national[national["Category"].eq("total")].set_index("Country ISO3")["In Need"]
        published["MMR"] = float(total["MMR"])
    found = {f.destination: f.people for f in country_plans(load_edition(name))}
    assert {place: found[place] for place in published} == published
    assert set(found) - set(published) == {"2025": {"SYR"}, "2026": {"PSE"}}.get(name, set())


@pytest.mark.raw
@pytest.mark.parametrize(("name", "revision"), [
    ("2022", "2020"), ("2022", "2024"), ("2023", "2020"), ("2023", "2024"), ("2024", "2020"),
    ("2024", "2024"), ("2025", "2024"), ("2026", "2024"),
])  # fmt: skip
def test_stocks_are_those_of_the_publishers_file(name, revision, raw_dir):
    case = load_edition(name, revision=revision)
    totals = case.stock.totals()
    years = sorted(set(totals.index.get_level_values("as_of").year))
    raw = pd.read_csv(
        raw_dir / "stock" / f"ims{revision}_bilateral_by_sex_iso3.csv.gz",
        keep_default_na=False,
    )
    sums = raw.groupby(["destination_iso3", "year"])["stock"].sum()
    assert {(d, t.year): n for (d, t), n in totals.items()} == {
        (d, y): sums[d, y] for d in case.destinations for y in years
    }


@pytest.mark.raw
def test_registered_people_are_those_of_the_publishers_file(raw_dir):
    raw = pd.read_csv(
        raw_dir / "stock" / "unhcr_population_1951_2025.csv.gz", keep_default_na=False
    )
    columns = ["refugees", "asylum_seekers", "oip"]
    raw[columns] = raw[columns].apply(pd.to_numeric).fillna(0)
    sums = raw.groupby(["coa_iso", "year"])[columns].sum()
    for name in EDITIONS:
        people = load_edition(name).protected.people
        mine = people.groupby(["destination", people["as_of"].dt.year])[columns].sum()
        assert mine.eq(sums.loc[mine.index]).all(axis=None)
        years, places = set(people["as_of"].dt.year), set(load_edition(name).destinations)
        registered = sums[sums.sum(axis=1).gt(0)].index
        assert {(d, y) for d, y in registered if d in places and y in years} == set(mine.index)


@pytest.mark.raw
@pytest.mark.parametrize("name", ["2025", "2026"])
def test_plans_beside_the_overviews_have_the_people_of_the_compiled_table(name, raw_dir):
    table = pd.read_csv(raw_dir / "crisis" / f"gho_plans_{name}.csv")
    published = table.loc[table["plan_type"].ne("country_plan"), "people_in_need"].dropna()
    case = load_edition(name)
    others = [
        f.people for f in case.footprints if case.crisis(f.crisis).plan_type != "country_plan"
    ]
    assert Counter(others) == Counter(published)


def test_every_row_has_a_number_or_a_reason(edition_2022):
    rows = edition_2022.by("crisis").summary()
    assert len(rows) == 42
    assert Counter(rows["status"]) == {
        "estimated": 31, "superseded": 1, "left_out": 1, "published": 5, "not_estimated": 4,
    }  # fmt: skip
    assert (rows["reason"].ne("") | rows["mean"].notna()).all()


@pytest.mark.parametrize("name", ["2023", "2025", "2026"])
def test_every_row_of_a_later_edition_has_a_number_or_a_reason(name):
    rows = estimate(load_edition(name), draws=100).by("crisis").summary()
    assert len(rows) == TOTALS[name][0]
    assert (rows["reason"].ne("") | rows["mean"].notna()).all()
    # Colombia's plan leaves most migrants to the regional plan; others state a number in need
    country = rows["crisis"].str.fullmatch(rf"{name}-[A-Z]{{3}}")
    missing = rows.loc[country & rows["mean"].isna(), "crisis"]
    assert set(missing) == {f"{name}-COL"} | {"2025": {"2025-ETH"}, "2026": {"2026-UGA"}}.get(
        name, set()
    )


def test_what_is_known_of_plans_is_respected(edition_2022):
    rows = edition_2022.by("crisis").summary().set_index("crisis")
    assert rows.loc["2022-UKR", "status"] == "superseded"
    assert rows.loc["2022-PHL", "status"] == "left_out"
    assert rows.loc["2022-COL", "status"] == "not_estimated"
    assert rows.loc["2022-LBN-ERP", "evidence_level"] == 1
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


@pytest.mark.parametrize(
    ("edition", "place", "registers"),
    [
        # UNHCR, refugees and asylum-seekers at the ends of the year before and of one year earlier
        ("2022", "AFG", (67_200, 72_445)),
        ("2023", "TCD", (597_717, 560_487)),
        ("2024", "AFG", (35_076, 52_377)),
        ("2025", "BFA", (41_408, 38_881)),
        ("2026", "SSD", (605_064, 517_471)),
    ],
)
def test_every_edition_holds_the_registers_that_a_plan_may_count_by(edition, place, registers):
    plan = destination_plan(load_edition(edition), place, "all")
    assert plan.crises[0].split.registered_before == registers
