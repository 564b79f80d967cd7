"""Exposure to footprints, through the estimate, and the overlap of footprints on the map."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

from gecam.aggregation import Comonotone, Footprints, Pairwise, union_share  # noqa: E402
from gecam.errors import InputError, MissingExtraError  # noqa: E402
from gecam.estimation import estimate  # noqa: E402
from gecam.evaluation import explain  # noqa: E402
from gecam.geo import (  # noqa: E402
    Extent,
    Shapes,
    exposure,
    footprint,
    footprint_overlap,
    library,
    overlay_share,
)
from gecam.model import Assumptions, Crisis  # noqa: E402

WHEN = date(2022, 7, 1)
AREAS = Shapes.of(["W", "E"], [shapely.box(30, 0, 31, 1), shapely.box(31, 0, 32, 1)])
PEOPLE = {"W": 30e6, "E": 20e6}


def extent(*boxes, levels=None, top=None):
    shapes = np.array([*(shapely.box(*box) for box in boxes), None], dtype=object)[:-1]
    levels = np.zeros(1) if levels is None else np.array(levels, dtype=float)
    return Extent(levels, shapes, "" if len(levels) == 1 else "MMI", top)


NESTED = extent((30, 0, 31.5, 1), (30, 0, 31, 1), (30, 0, 30.5, 1), levels=[5, 6, 7], top=8)


def of(exposed, **options):
    return footprint(exposed, crisis="quake", destination="KEN", as_of=WHEN, **options)


def test_a_sharp_footprint_has_its_people_its_areas_and_the_grade_given():
    found = of(exposure(AREAS, extent((30.5, 0, 31.25, 1)), residents=PEOPLE), residents=50e6)
    assert found.people == pytest.approx(15e6 + 5e6)
    assert (found.grade, found.measure, found.pin_scope) == ("C", "exposed", "all")
    assert found.is_national
    assert [(a.area, round(a.share, 6)) for a in found.areas] == [("W", 0.5), ("E", 0.25)]
    assert found.denominator == 50e6


def test_an_uncertain_threshold_moves_the_mean_and_lowers_the_grade():
    exposed = exposure(AREAS, NESTED, residents=PEOPLE)
    sharp = of(exposed, residents=50e6, threshold=6.0)
    blurred = of(exposed, residents=50e6, threshold=6.0, threshold_sd=0.5)
    assert (sharp.grade, blurred.grade) == ("C", "E")
    assert sharp.people == pytest.approx(30e6)
    # E of a line that bends at 6: slopes -10e6 below, -15e6 above; E|T - 6| = 0.5 sqrt(2 / pi)
    bend = (10e6 - 15e6) / 2 * 0.5 * np.sqrt(2 / np.pi)
    assert blurred.people == pytest.approx(30e6 + bend, rel=2e-3)
    assert "of the threshold" in blurred.note
    assert "sd 0.5" in blurred.note


def test_a_spread_beyond_grade_e_is_an_error_not_a_narrow_footprint():
    with pytest.raises(InputError, match="more than grade E"):
        of(
            exposure(AREAS, NESTED, residents=PEOPLE),
            residents=50e6,
            threshold=7.5,
            threshold_sd=1.5,
        )


def test_grades_are_read_from_the_assumptions():
    exposed = exposure(AREAS, NESTED, residents=PEOPLE)
    wide = Assumptions(grade_logit_sd={"A": 0.1, "B": 0.2, "C": 0.35, "D": 0.36, "E": 2.0})
    found = of(exposed, residents=50e6, threshold=6.0, threshold_sd=0.5, assumptions=wide)
    assert found.grade == "E"


def test_without_the_country_it_speaks_for_its_areas_only():
    found = of(exposure(AREAS, extent((30.5, 0, 31.25, 1)), residents=PEOPLE))
    assert (found.area, found.denominator, found.areas) == (("W", "E"), 50e6, ())


def test_people_elsewhere_are_not_exposed_and_migrants_counted_raise_the_evidence():
    exposed = exposure(AREAS, extent((30.5, 0, 31.25, 1)), residents=PEOPLE)
    found = of(exposed, residents=60e6, migrants={"W": 5000, "E": 1000, "elsewhere": 0})
    assert [(a.area, a.in_need, a.migrants) for a in found.areas][-1] == ("elsewhere", 0.0, 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"residents": 40e6}, "residents must be at least those of the areas"),
        ({"residents": 60e6, "threshold": 6.0}, "takes no threshold"),
    ],
)
def test_residents_too_few_or_a_threshold_too_many_are_errors(options, message):
    with pytest.raises(InputError, match=message):
        of(exposure(AREAS, extent((30.5, 0, 31.25, 1)), residents=PEOPLE), **options)


def test_shapes_that_do_not_meet_are_an_error():
    with pytest.raises(InputError, match="nobody is exposed to 'quake' in KEN"):
        of(exposure(AREAS, extent((0, 40, 1, 41)), residents=PEOPLE), residents=60e6)


def test_exposure_needs_people_of_every_area():
    with pytest.raises(InputError, match=r"residents lack 1 area\(s\): \['E'\]"):
        exposure(AREAS, NESTED, residents={"W": 1})
    with pytest.raises(InputError, match="need a grid of people"):
        exposure(AREAS, NESTED)


def test_it_passes_through_the_estimate_like_any_other_footprint(small_case):
    exposed = exposure(AREAS, NESTED, residents=PEOPLE)
    found = of(exposed, residents=50e6, threshold=6.0, threshold_sd=0.5)
    crisis = Crisis("quake", "Quake", "disaster", WHEN)
    case = replace(
        small_case, crises=(crisis,), footprints=(found,),
        assumptions=replace(small_case.assumptions, protection_in_need="national"),
    )  # fmt: skip
    est = estimate(case, draws=2000, seed=1)
    row = est.by("destination").summary().iloc[0]
    share = found.people / 50e6
    people = row["odds_ratio_1"] / share
    assert 3e5 < people < 7e5  # Kenya's stock of the invented case, 400,000 and refugees outside it
    assert row["lower"] < row["mean"] < row["upper"]


def test_the_union_of_footprints_on_the_map_is_that_of_their_shapes():
    areas = Shapes.of(list("ABCD"), [shapely.box(30 + i, 0, 31 + i, 1) for i in range(4)])
    residents = {"A": 4e6, "B": 3e6, "C": 2e6, "D": 1e6}
    storm, flood = shapely.box(30, 0, 32.5, 1), shapely.box(31.5, 0, 33, 1)
    found = footprint_overlap({"storm": storm, "flood": flood}, areas, residents=residents)
    shares = found.both.diagonal()
    weights = np.array(list(residents.values())) / 10e6
    union = overlay_share(areas, shapely.union(storm, flood)) @ weights
    pairwise = union_share(shares, dependence=Pairwise(found.pairs()))
    assert pairwise.central == pytest.approx(union, rel=1e-9)
    by_area = union_share(
        shares, dependence=Footprints(found.area_shares, found.weights, Comonotone())
    )
    assert by_area.lower - 1e-9 <= union <= by_area.upper + 1e-9
    assert found.weights == pytest.approx(weights)


@pytest.mark.parametrize(
    ("flood", "kind"),
    [((33, 0, 34, 1), "disjoint"), ((30.2, 0, 30.4, 1), "within"), ((31.5, 0, 33, 1), "overlaps")],
)
def test_relations_are_measured(flood, kind):
    areas = Shapes.of(["all"], [shapely.box(30, 0, 40, 1)])
    extents = {"storm": shapely.box(30, 0, 32, 1), "flood": shapely.box(*flood)}
    found = footprint_overlap(extents, areas, residents={"all": 1e6})
    relation = found.relation("flood", "storm")
    assert (relation.kind, relation.other) == (kind, "storm")
    assert "measured on the map" in relation.source


def test_a_larger_crisis_is_not_within_a_smaller_one():
    areas = Shapes.of(["all"], [shapely.box(30, 0, 40, 1)])
    extents = {"storm": shapely.box(30, 0, 32, 1), "flood": shapely.box(30, 0, 31, 1)}
    found = footprint_overlap(extents, areas, residents={"all": 1e6})
    assert found.relation("storm", "flood").kind == "overlaps"


def test_overlap_needs_people():
    with pytest.raises(InputError, match="overlap needs a grid"):
        footprint_overlap({"a": shapely.box(0, 0, 1, 1)}, AREAS)


def test_without_the_extra_the_error_names_it(monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr("gecam.geo.libraries.import_module", absent)
    with pytest.raises(MissingExtraError, match=r'pip install "gecam\[geo\]"'):
        library("shapely")
    with pytest.raises(MissingExtraError, match=r'pip install "gecam\[dask\]"'):
        library("dask.array")


def test_identical_footprints_share_everybody():
    storm = shapely.box(30, 0, 30.7, 1)
    found = footprint_overlap({"storm": storm, "flood": storm}, AREAS, residents=PEOPLE)
    relation = found.relation("flood", "storm")
    assert (relation.kind, relation.shared, relation.shared_sd) == ("overlaps", 1.0, 0.0)


def test_the_part_is_of_the_smaller_whichever_is_asked():
    areas = Shapes.of(["all"], [shapely.box(30, 0, 40, 1)])
    extents = {"storm": shapely.box(30, 0, 34, 1), "flood": shapely.box(33, 0, 35, 1)}
    found = footprint_overlap(extents, areas, residents={"all": 1e6})
    for pair in (("storm", "flood"), ("flood", "storm")):
        assert found.relation(*pair).shared == pytest.approx(0.5)


def test_uncertain_thresholds_spread_the_overlap():
    flood = shapely.box(30.5, 0, 31.25, 1)
    sharp, blurred = (
        footprint_overlap(
            {"quake": NESTED, "flood": flood},
            AREAS,
            residents=PEOPLE,
            thresholds={"quake": (6.0, sd)},
        ).relation("flood", "quake")
        for sd in (0.0, 0.7)
    )
    # above 6 the quake holds 30.5 to 31 of the flood: 15 of 20 million; at 5 all, at 7 nothing
    assert (sharp.shared, sharp.shared_sd) == (pytest.approx(0.75), 0.0)
    assert blurred.shared_sd > 0.2
    assert "people taken to live evenly" in blurred.source


def test_thresholds_of_one_unit_move_together():
    extents = {"first": NESTED, "second": NESTED}
    options = {"residents": PEOPLE, "thresholds": dict.fromkeys(extents, (6.0, 0.7))}
    together = footprint_overlap(extents, AREAS, **options).relation("first", "second")
    assert (together.shared, together.shared_sd) == (1.0, 0.0)


def test_an_extent_of_several_levels_needs_its_threshold():
    with pytest.raises(InputError, match="no one extent at None"):
        footprint_overlap({"quake": NESTED}, AREAS, residents=PEOPLE)


def test_a_footprint_of_a_map_is_explained(small_case):
    storm, flood = extent((30, 0, 31, 1)), extent((30.5, 0, 31.5, 1))
    measured = footprint_overlap({"storm": storm, "flood": flood}, AREAS, residents=PEOPLE)
    found = tuple(
        replace(of(exposure(AREAS, e, residents=PEOPLE), residents=50e6), crisis=name)
        for name, e in (("storm", storm), ("flood", flood))
    )
    crises = (
        Crisis("storm", "Storm", "disaster", WHEN),
        Crisis(
            "flood", "Flood", "disaster", WHEN, relations=(measured.relation("flood", "storm"),)
        ),
    )
    case = replace(
        small_case, crises=crises, footprints=found,
        assumptions=replace(small_case.assumptions, protection_in_need="national"),
    )  # fmt: skip
    explained = explain(estimate(case, draws=300, seed=1), "KEN")
    text = " ".join(explained.overlaps)
    assert (
        "60.0% of the smaller is in both, measured on the map: 60.0% of flood lies in storm" in text
    )
    assert "one inside the other" not in text
