"""One way to understand a country: every public function that takes one understands code and name."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from gecam import codes
from gecam.database import Database
from gecam.datasets import load_ages, load_regional_plans
from gecam.errors import CodeError, InputError
from gecam.estimation import (
    CopyCrisis,
    ScaleRegistered,
    ScaleStock,
    TouchNobody,
    complete_estimates,
    destination_plan,
    estimate,
    estimate_part,
    registered_at,
)
from gecam.evaluation import find_target
from gecam.geo import Exposure, Shapes, area_coverage, country_outline, footprint
from gecam.model import Footprint, OriginGroup, residents_at, residents_before
from gecam.model.needs import NEEDS_TABLE_COLUMNS, NeedsTable
from gecam.mortality import crisis_country_deaths
from gecam.preparedness import (
    EventSet,
    Plan,
    by_first_year,
    hazard_footprint,
    inclusion,
    language_reach,
    migrant_events,
    migrants_of,
    nationals_abroad,
    recorded_events,
    regional_inclusion,
)

SURFACE = Path(__file__).with_name("public_api.txt")
PARAMETER = re.compile(r"[(,] ?(destinations?|country|countries|origins?|iso3|place|to): (\S+)")
WHEN = date(2022, 7, 1)
NAMES = {"SDN": ["sdn", "Sudan", "Soudan", " Sudan "], "SSD": ["South Sudan"], "KEN": ["Kenya"]}


@pytest.fixture(scope="module")
def world(small_case, tmp_path_factory):
    """What the calls below need: a case, its estimates, and a database of two releases."""
    est = estimate(small_case, draws=50, seed=1)
    db = Database(tmp_path_factory.mktemp("db") / "test.gecam")
    for seed in (1, 2):
        answer = estimate(small_case, draws=50, seed=seed)
        db.release(answer, name=f"r{seed}", reason="a test", case=small_case)
    rows = pd.DataFrame(
        {"iso3": ["SDN", "SDN", "KEN"], "year": [2019, 2020, 2019], "people": [10.0, 20.0, 5.0]}
    )
    needs = pd.DataFrame(
        {name: ["x", "x"] for name in NEEDS_TABLE_COLUMNS}
        | {"iso3": ["SDN", "KEN"], "level": "admin0", "sector": ["intersectoral", "HEA"],
           "is_headline": [False, True], "as_of": pd.Timestamp(WHEN)}
        | dict.fromkeys(("population", "in_need", "targeted", "affected", "reached"), 5.0)
    )  # fmt: skip
    deaths = pd.DataFrame(
        {"country": ["SDN"], "country_of_origin": ["SSD"], "dead_and_missing": [3]}
    )
    areas = pd.DataFrame({"area": ["N"], "residents": [1e6], "intensity": [7.0]})
    exposed = Exposure(
        pd.DataFrame([[1e5]], index=["N"], columns=[6.0]), pd.Series({"N": 1e6}), "MMI"
    )
    shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
    square = Shapes.of(["North"], [shapely.box(25, 16, 34, 21.5)])
    return {"case": small_case, "est": est, "db": db, "events": rows, "deaths": deaths,
            "hosts": complete_estimates(  # Sudan hosts people of the plan for South Sudan
                estimate(small_case.restrict(["KEN"]), draws=50, seed=1), load_regional_plans("2022")
            ),
            "areas": areas, "exposed": exposed, "square": square,
            "needs": NeedsTable(needs)}  # fmt: skip


CALLS = {
    "codes.income_group": lambda w, c: codes.income_group(c, 2020),
    "codes.latest_income_group": lambda w, c: codes.latest_income_group(c, 2022),
    "codes.languages_of": lambda w, c: codes.languages_of(c),
    "codes.m49": lambda w, c: codes.m49(c),
    "codes.place": lambda w, c: codes.place(c),
    "codes.region": lambda w, c: codes.region(c),
    "codes.subregion": lambda w, c: codes.subregion(c),
    "Case.restrict": lambda w, c: w["case"].restrict([c]).destinations,
    "Stock.restrict": lambda w, c: w["case"].stock.restrict([c]).people,
    "ProtectedPopulation.restrict": lambda w, c: w["case"].protected.restrict([c]).people,
    "NeedsTable.groups": lambda w, c: w["needs"].groups(c),
    "NeedsTable.sectors": lambda w, c: w["needs"].sectors(c),
    "codes.moved_border": lambda w, c: codes.moved_border(["SSD"], c),
    "AgeTable.needs_of": lambda w, c: load_ages("2024").needs_of(c),
    "model.residents_at": lambda w, c: residents_at(w["case"].population, c, WHEN),
    "model.residents_before": lambda w, c: residents_before(w["case"].population, c, WHEN),
    "Footprint": lambda w, c: Footprint("x", c, 1.0, WHEN).destination,
    "Database.estimates": lambda w, c: w["db"].estimates("r1", country=c)["id"],
    "Database.estimates of origins": lambda w, c: w["db"].estimates("r1", origin=c)["id"],
    "Database.diff": lambda w, c: w["db"].diff("r1", "r2", country=c, by_cause=False).rows,
    "Diff.explain": lambda w, c: w["db"].diff("r1", "r2", by_cause=False).explain(c),
    "Breakdown.row": lambda w, c: w["est"].by("destination").row(destination=c).summary(),
    "estimation.destination_plan": lambda w, c: destination_plan(w["case"], c, "all").destination,
    "estimation.estimate_part": lambda w, c: estimate_part(w["case"], c, draws=9).draws,
    "estimation.registered_at": lambda w, c: registered_at(w["case"].protected, c, WHEN),
    "evaluation.find_target": lambda w, c: find_target(w["case"], c, "destination"),
    "geo.footprint": lambda w, c: footprint(
        w["exposed"], crisis="x", destination=c, as_of=WHEN, threshold=6.0
    ).destination,
    "geo.area_coverage": lambda w, c: area_coverage(w["square"], c, is_part=True),
    "geo.country_outline": lambda w, c: country_outline(c),
    "mortality.crisis_country_deaths": lambda w, c: crisis_country_deaths(w["deaths"], [c]),
    "preparedness.by_first_year": lambda w, c: by_first_year(w["events"], c, [2019]),
    "preparedness.recorded_events": lambda w, c: recorded_events(
        w["events"], c, first=2019
    ).people,
    "preparedness.hazard_footprint": lambda w, c: hazard_footprint(
        w["areas"], 6.0, crisis="x", destination=c, as_of=WHEN
    ).destination,
    "preparedness.inclusion": lambda w, c: inclusion(w["est"], c).to_frame(),
    "preparedness.regional_inclusion": lambda w, c: regional_inclusion(w["hosts"], c).to_frame(),
    "preparedness.language_reach": lambda w, c: language_reach(w["est"], c).to_frame(),
    "preparedness.migrants_of": lambda w, c: migrants_of(w["case"], c),
    "preparedness.migrant_events": lambda w, c: migrant_events(
        EventSet([5e5], [0.1]), migrants_of(w["case"], "SDN")[0], 40e6, draws=9,
        odds_ratio=w["case"].assumptions.odds_ratio, destination=c,
    ).people,
    "preparedness.nationals_abroad": lambda w, c: nationals_abroad(w["est"], c).to_frame(),
    "CopyCrisis": lambda w, c: (CopyCrisis("x", c).destination, CopyCrisis("x", "KEN", c).to),
    "OriginGroup": lambda w, c: (OriginGroup(c, "VEN", 1.0).host, OriginGroup("VEN", c, 1.0).origin),
    "ScaleRegistered": lambda w, c: ScaleRegistered(1.1, (c,)).destinations,
    "ScaleStock": lambda w, c: ScaleStock(1.1, (c,)).destinations,
    "TouchNobody": lambda w, c: TouchNobody("x", c, "no reason").destination,
    "Plan": lambda w, c: Plan(c).destination,
}  # fmt: skip
# Their countries go where others above check them, or need files.
ELSEWHERE = {
    "preparedness.map_footprint": "goes to Footprint and TouchNobody",
    "io.read_dtm_baseline": "needs a workbook",
    "geo.country_ratio": "needs a grid; asks country_outline",
    "codes.country_code": "is the rule",
    "OddsRatioModel.of_country": "knows the countries of its pairs alone; asks country_code",
    "OddsRatioModel.shared_variance_of": "asks for a country of its index",
    "estimation.prior_draws": "names a stream by the code that a plan holds",
    "report.area_map": "needs shapes of areas; asks country_code",
    "report.events_section": "prints the country as it is given",
}
NO_COUNTRY = {"aggregation.centred_shares", "aggregation.mix_rows", "PlaceStreams.of_place"}
ORIGINS = {"Database.estimates of origins", "preparedness.nationals_abroad"}


@pytest.mark.parametrize("call", CALLS)
def test_code_and_name_are_the_same_country(world, call):
    code = "SSD" if call in ORIGINS else "SDN"
    expected = CALLS[call](world, code)
    for name in NAMES[code]:
        assert str(CALLS[call](world, name)) == str(expected), name


# An area of one's own may be called anything.
@pytest.mark.parametrize("call", [call for call in CALLS if not call.startswith("model.residents")])
def test_a_name_that_is_none_has_suggestions(world, call):
    with pytest.raises(InputError) as error:
        CALLS[call](world, "Sudann")
    is_told_otherwise = {"evaluation.find_target", "Breakdown.row", "Diff.explain"}
    if call not in is_told_otherwise:
        assert "SDN (Sudan)" in str(error.value)


def test_every_public_function_that_takes_a_country_is_among_them():
    room, missing = "", []
    for line in SURFACE.read_text(encoding="utf-8").splitlines():
        if line.startswith("class "):
            room = line.partition("(")[0].rpartition(".")[2]
            continue
        called = line.partition("(")[0].strip()
        label = f"{room}.{called}" if line.startswith("  ") else called.removeprefix("gecam.")
        if PARAMETER.search(line) and label not in {*CALLS, *ELSEWHERE, *NO_COUNTRY}:
            missing.append(label)
    assert not [label for label in missing if not label.endswith(".of_place")]


def test_a_text_is_one_country(small_case):
    assert small_case.restrict("SDN").destinations == ["SDN"]
    assert small_case.restrict(("Kenya", "SDN")).destinations == ["KEN", "SDN"]
    with pytest.raises(
        InputError, match=r"no footprint of FRA\. It has footprints of KEN, PER, SDN"
    ):
        small_case.restrict("France")
    with pytest.raises(CodeError, match=r"Nearest: SDN \(Sudan\)"):
        small_case.restrict(["Sudann"])
    with pytest.raises(CodeError, match="as ISO3 code or name: got 729"):
        small_case.restrict([729])


def test_no_name_is_another_countrys_code():
    from gecam.codes.names import _aliases

    for name, found in _aliases().items():
        if codes.is_iso3(name.upper()):
            assert found == {name.upper()}


def test_what_stands_in_a_column_of_origins_is_no_country():
    assert codes.origin_code("Stateless") == "XXA"
    with pytest.raises(CodeError, match="not an ISO3 code of a country: it stands for stateless"):
        codes.country_code("Stateless")


def test_readers_stay_exact():
    with pytest.raises(CodeError, match="Nearest: SDN"):
        codes.iso3("sdn")
