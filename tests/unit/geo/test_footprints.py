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
    crisis_zone_sums,
    exposure,
    footprint,
    footprint_overlap,
    library,
)
from gecam.model import Assumptions, Crisis, Source  # noqa: E402

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
    sizes = crisis_zone_sums({"both": shapely.union(storm, flood)}, areas)
    union = (sizes["both"] / sizes["residents"]) @ weights
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
    with pytest.raises(InputError, match=r"no crisis 'quake'\. It has"):
        found.relation("quake", "flood")


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


@pytest.mark.parametrize(
    ("threshold", "shared"), [(6.0, 0.75), (6.5, 7.5 / 20), (6.25, 11.25 / 20)]
)
def test_a_fixed_threshold_between_two_levels_counts_people_in_both_as_exposure_does(
    threshold, shared
):
    """Of the flood's 20 million 15 are above 6 and none above 7: linear between."""
    found = footprint_overlap(
        {"quake": NESTED, "flood": shapely.box(30.5, 0, 31.25, 1)}, AREAS, residents=PEOPLE,
        thresholds={"quake": (threshold, 0.0)},
    )  # fmt: skip
    relation = found.relation("flood", "quake")
    assert (relation.shared, relation.shared_sd) == (pytest.approx(shared), 0.0)
    exposed = exposure(AREAS, NESTED, residents=PEOPLE).at(threshold).people.sum()
    assert found.both[0, 0] * 50e6 == pytest.approx(exposed)


def test_two_maps_of_one_unit_share_a_fixed_threshold_between_levels():
    other = extent((30, 0, 31.8, 1), (30, 0, 31.2, 1), levels=[5.5, 6.5], top=7.5)
    found = footprint_overlap(
        {"first": NESTED, "same": NESTED, "other": other}, AREAS, residents=PEOPLE,
        thresholds=dict.fromkeys(("first", "same", "other"), (6.4, 0.0)),
    )  # fmt: skip
    assert found.relation("first", "same").shared == 1.0
    # first: 0.6 of (30 to 31) and 0.4 of (30 to 30.5): 24 million, all inside the other
    assert found.relation("first", "other").kind == "within"
    assert found.both[0, 0] == pytest.approx(24 / 50)


def test_errors_of_sizes_agree_by_the_people_in_both():
    """A quarter of each of two equal sizes is in both; nested sizes by the root of their ratio."""
    areas = Shapes.of(["all"], [shapely.box(30, 0, 40, 1)])
    extents = {
        "storm": shapely.box(30, 0, 34, 1), "flood": shapely.box(33, 0, 37, 1),
        "inner": shapely.box(30, 0, 31, 1), "apart": shapely.box(38, 0, 39, 1),
    }  # fmt: skip
    found = footprint_overlap(extents, areas, residents={"all": 1e6})
    assert found.error_correlation[0] == pytest.approx([1, 0.25, np.sqrt(1 / 4), 0], abs=1e-12)
    assert found.relation("inner", "storm").error_correlation == pytest.approx(0.5)
    assert found.relation("apart", "storm").kind == "disjoint"
    assert np.linalg.eigvalsh(found.error_correlation).min() > -1e-12


def test_thresholds_of_one_unit_move_together_in_size_even_where_maps_are_apart():
    areas = Shapes.of(["all"], [shapely.box(20, 0, 40, 1)])
    west, east = (
        extent((x, 0, x + 6, 1), (x, 0, x + 3, 1), (x, 0, x + 1, 1), levels=[5, 6, 7], top=8)
        for x in (20, 30)
    )
    options = {"residents": {"all": 1e6}, "thresholds": dict.fromkeys("we", (6.0, 0.5))}
    apart = footprint_overlap({"w": west, "e": east}, areas, **options)
    exact = footprint_overlap(
        {"w": west, "e": east}, areas, **options,
        assumptions=Assumptions(grade_logit_sd=dict.fromkeys("ABCDE", 0.0)),
    )  # fmt: skip
    assert apart.both[0, 1] == 0
    assert exact.error_correlation[0, 1] == pytest.approx(1)  # thresholds are all there is
    g = Assumptions().grade_logit_sd["C"]
    t = np.sqrt(apart.error_correlation[0, 1] / (1 - apart.error_correlation[0, 1])) * g
    # sd of 3 million below 6 and 2 million above per unit, over a mean near 3, by delta method
    assert t == pytest.approx(0.5 * 2.5 / 3 / (1 - 0.15), rel=0.15)
    other = replace(east, unit="km/h")
    assert footprint_overlap({"w": west, "e": other}, areas, **options).error_correlation[0, 1] == 0


def united(small_case, extents, **options):
    """Estimate maps of one country; return draws of each crisis and of their union."""
    found = footprint_overlap(extents, AREAS, residents=PEOPLE, **options)
    thresholds = options.get("thresholds", {})
    footprints = tuple(
        replace(
            of(
                exposure(AREAS, e if isinstance(e, Extent) else one(e), residents=PEOPLE),
                residents=50e6,
                **dict(zip(("threshold", "threshold_sd"), thresholds.get(name, ()), strict=False)),
            ),
            crisis=name,
            source=Source(f"map-{name}", "invented", "map"),
        )
        for name, e in extents.items()
    )
    first, second = extents
    crises = (
        Crisis(first, first, "disaster", WHEN),
        Crisis(second, second, "disaster", WHEN, relations=(found.relation(second, first),)),
    )
    case = replace(
        small_case, crises=crises, footprints=footprints,
        assumptions=replace(small_case.assumptions, protection_in_need="national"),
    )  # fmt: skip
    est = estimate(case, draws=2000, seed=1)
    rows = est.by("crisis")
    return [rows.row(crisis=name).draws for name in extents], est.by("destination").row(
        destination="KEN"
    ).draws


def one(shape):
    return Extent.of_shapes(Shapes.of(["x"], [shape]))


def test_the_union_of_a_map_with_itself_is_the_map(small_case):
    storm = shapely.box(30, 0, 30.7, 1)
    (first, second), union = united(small_case, {"storm": storm, "again": storm})
    assert union == pytest.approx(first, rel=1e-9)
    assert union == pytest.approx(second, rel=1e-9)


def test_the_union_of_two_nearly_equal_maps_is_little_more_than_either(small_case):
    """People in both are 99 % of either, so that sizes are 1.01 apart; independent errors give 1.12."""
    extents = {"storm": shapely.box(30, 0, 30.7, 1), "flood": shapely.box(30.007, 0, 30.707, 1)}
    (first, second), union = united(small_case, extents)
    # E max of two with correlation 0.99 and a log sd of 0.35 each: 1 + 0.35 sqrt((1 - 0.99) / pi)
    expected = 1 + 0.35 * np.sqrt(0.01 / np.pi)
    assert union.mean() / first.mean() == pytest.approx(1.01 * expected, abs=0.015)
    assert np.corrcoef(first, second)[0, 1] > 0.98


def test_thresholds_of_one_unit_move_sizes_of_one_map_together(small_case):
    extents = {"first": NESTED, "second": NESTED}
    options = {"thresholds": dict.fromkeys(extents, (6.0, 0.4))}
    (first, second), union = united(small_case, extents, **options)
    assert union == pytest.approx(first, rel=1e-9)
    assert first == pytest.approx(second, rel=1e-9)


def test_thresholds_of_one_unit_move_together():
    extents = {"first": NESTED, "second": NESTED}
    options = {"residents": PEOPLE, "thresholds": dict.fromkeys(extents, (6.0, 0.7))}
    together = footprint_overlap(extents, AREAS, **options).relation("first", "second")
    assert (together.shared, together.shared_sd) == (1.0, 0.0)


def test_an_extent_of_several_levels_needs_its_threshold():
    with pytest.raises(InputError, match="threshold between 5 and 8 MMI is needed: got None"):
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
