"""Explanations: targets, decompositions that add up, and what is said of rows without an estimate."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import pytest

from gecam.datasets import load_edition
from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.evaluation import explain, find_target
from gecam.model import GroupCount


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("world", None, ("world", "world")),
        ("WORLD", None, ("world", "world")),
        ("SDN", None, ("destination", "SDN")),
        ("sudan", None, ("destination", "SDN")),
        ("africa", None, ("region", "Africa")),
        ("Sub-Saharan Africa", None, ("subregion", "Sub-Saharan Africa")),
        ("ken-flood", None, ("crisis", "ken-flood")),
        ("ken", None, ("crisis", "ken")),
        ("KEN", None, ("destination", "KEN")),
        ("Ken", None, ("destination", "KEN")),
        ("ken/KEN/other", None, ("cell", "ken/KEN/other")),
        ("ERI", None, ("origin", "ERI")),
        ("region", None, ("crisis", "region")),
    ],
)
def test_a_text_is_read_as_the_first_thing_it_can_mean(small_case, text, kind, found):
    target = find_target(small_case, text, kind)
    assert (target.kind, target.id) == found


@pytest.mark.parametrize(
    ("text", "kind", "match"),
    [
        ("FRA", None, r"nothing in case 'small' is called 'FRA'"),
        ("SDN", "origin", r"'SDN' as a origin|'SDN' as an origin"),
        ("SDN", "planet", r"kind must be one of"),
        ("ken/SDN/other", None, r"'ken/SDN/other'"),
        ("ken/KEN/hosts", None, r"'ken/KEN/hosts'"),
    ],
)
def test_what_a_case_does_not_have_is_refused(small_case, text, kind, match):
    with pytest.raises(InputError, match=match):
        find_target(small_case, text, kind)


TARGETS = ["world", "SDN", "KEN", "PER", "Africa", "ken", "ken-flood", "sdn/SDN/protection", "ERI"]


@pytest.mark.parametrize("target", TARGETS)
def test_the_steps_of_a_decomposition_add_up_exactly(small_estimates, target):
    e = explain(small_estimates, target, points=0)
    assert math.fsum(step.change for step in e.decomposition) == e.mean
    assert e.decomposition[-1].value == e.mean
    reached = 0.0
    for step in e.decomposition:
        reached += step.change
        assert reached == pytest.approx(step.value, rel=1e-9)


def test_steps_come_in_one_order_and_only_where_they_are_taken(small_estimates):
    names = {
        t: [s.name for s in explain(small_estimates, t, points=0).decomposition] for t in TARGETS
    }
    usual = ["stock", "projection", "group", "share", "odds_ratio_median", "spread"]
    assert names["SDN"] == usual
    assert names["KEN"] == [*usual, "overlap"]  # two crises
    assert names["ken"] == usual  # a crisis' own row knows of no other
    assert names["ERI"] == [*usual, "overlap", "composition"]


def test_a_stock_counts_once_however_many_groups_and_crises(small_case, small_estimates):
    e = explain(small_estimates, "KEN", points=0)
    assert e.decomposition[0].value == small_case.stock.totals()["KEN"].iloc[-1]
    people = {cell.stock for cell in small_estimates.cells if cell.destination == "KEN"}
    assert e.decomposition[2].value == pytest.approx(sum(people))


def test_groups_that_are_not_estimated_leave_the_decomposition_with_their_number(small_estimates):
    e = explain(small_estimates, "SDN", points=0)
    world = explain(small_estimates, "world", points=0)
    missing = [
        cell for cell in small_estimates.cells
        if cell.status == "not_estimated" and cell.stock > 0
    ]  # fmt: skip
    assert not missing or "without" in " ".join(world.decomposition[2].how)
    assert e.decomposition[2].change == pytest.approx(0, abs=1e-6)


def test_a_published_count_takes_the_place_of_the_share(case_factory, small_case):
    counts = (GroupCount("other", 50_000.0, "count", source="a survey"),)
    first, *rest = small_case.footprints
    case = case_factory(footprints=(replace(first, counts=counts), *rest))
    est = estimate(case, draws=400, seed=1)
    e = explain(est, "SDN", points=0)
    names = [s.name for s in e.decomposition]
    assert names == [
        "stock", "projection", "group", "published_count", "share", "odds_ratio_median", "spread",
    ]  # fmt: skip
    refugees = next(cell for cell in e.cells if cell.id == "sdn/SDN/protection")
    steps = {s.name: s.value for s in e.decomposition}
    assert steps["share"] == pytest.approx(50_000 + refugees.odds_ratio_1)
    there = next(cell for cell in est.cells if cell.id == "sdn/SDN/protection").stock
    assert steps["published_count"] == pytest.approx(50_000 + there)  # refugees: still all of them
    used = [f for f in e.figures if f.source == "a survey"]
    assert [(f.value, f.role) for f in used] == [(50_000.0, "used as published")]
    assert next(cell for cell in e.cells if cell.id == "sdn/SDN/other").formula == (
        "the published count: 50,000",
    )
    assert math.fsum(s.change for s in e.decomposition) == e.mean


def test_people_the_stock_misses_are_a_step_of_their_own(case_factory, small_case):
    case = case_factory(assumptions=replace(small_case.assumptions, undercount=(2.0, 18.0)))
    e = explain(estimate(case, draws=200, seed=1), "PER", points=0)
    steps = {s.name: s.value for s in e.decomposition}
    assert steps["undercount"] / steps["group"] == pytest.approx(19 / 17)  # (a + b - 1) / (b - 1)


def test_people_the_stock_misses_are_told_before_any_share_is_taken(case_factory, small_case):
    case = case_factory(assumptions=replace(small_case.assumptions, undercount=(2.0, 18.0)))
    est = estimate(case, draws=200, seed=1)
    cell = next(cell for cell in est.cells if cell.id == "sdn/SDN/other")
    step = next(s for s in explain(est, "SDN", points=0).decomposition if s.name == "undercount")
    assert step.how == (f"other migrants: {cell.stock:,.0f}",)


def test_the_decomposition_of_a_cell_is_made_of_its_recorded_steps(small_estimates):
    estimated = [cell for cell in small_estimates.cells if cell.steps]
    assert len(estimated) > 3
    for cell in estimated:
        chain = explain(small_estimates, cell.id, kind="cell", points=0).decomposition
        recorded = {step.name: step.value for step in cell.steps}
        assert {step.name for step in chain} >= set(recorded)
        for step in chain:
            if step.name in recorded and step.name != "spread":  # the result is of its row
                assert step.value == recorded[step.name], (cell.id, step.name)


def test_a_row_that_was_not_estimated_says_why_and_still_shows_its_figures(small_case):
    first, *rest = small_case.footprints
    case = replace(small_case, footprints=(replace(first, pin_scope="migrants_separate"), *rest))
    e = explain(estimate(case, draws=100, seed=1), "SDN")
    assert not e.is_estimated
    assert e.decomposition == () == e.drivers == e.tipping_points
    assert "another plan" in e.reason
    assert {f.value for f in e.figures} >= {14e6, 40e6}
    assert repr(e) == "Explanation(Sudan (SDN): not estimated)"


def test_a_plan_that_spans_countries_is_explained_too(small_estimates):
    e = explain(small_estimates, "region")
    assert (e.status, e.decomposition, e.figures) == ("not_estimated", (), ())
    assert "host communities" in e.reason
    assert [count.in_need for count in e.related] == [3e6]


def test_sources_of_the_figures_come_with_them(small_estimates):
    e = explain(small_estimates, "SDN", points=0)
    assert {f.source for f in e.figures} == {s.id for s in e.sources}
    assert {s.id for s in e.sources} == {"stock", "needs", "population", "protected"}


def test_roles_of_the_stocks_follow_what_was_done(small_estimates):
    e = explain(small_estimates, "SDN", points=0)
    roles = {f.as_of: f.role for f in e.figures if f.what.startswith("migrants")}
    assert roles == {
        "2015-07-01": "less refugees, the start of the growth that is carried on",
        "2020-07-01": "the stock",
    }


def test_drivers_sum_to_one_and_tipping_points_reach_a_tenth(small_estimates):
    e = explain(small_estimates, "PER", points=512)
    assert math.fsum(d.share for d in e.drivers) == pytest.approx(1, abs=1e-9)
    assert [d.share for d in e.drivers] == sorted((d.share for d in e.drivers), reverse=True)
    stock = next(x for x in e.tipping_points if x.what == "published migrant stock")
    assert stock.needed / stock.now == pytest.approx(1.1, abs=0.003)  # no refugees: proportional


def test_an_input_without_effect_is_no_lever(case_factory, small_case):
    """Nobody is in need of protection in Peru: UNHCR's count and their share move nothing."""
    e = explain(estimate(small_case, draws=200, seed=1), "PER", points=64)
    assert {x.what for x in e.tipping_points} == {
        "published migrant stock", "people in need",
        "median odds ratio of migrants against their neighbours",
    }  # fmt: skip


def test_the_judged_odds_ratio_and_its_absence(case_factory, small_case):
    by_country = replace(small_case.assumptions, border_changes="by_country")
    case = replace(small_case, assumptions=by_country)
    judged = explain(estimate(case, draws=200, seed=1), "SDN", points=0)
    assert "ODDS_RATIO_JUDGED" in dict(judged.flags)
    assert "odds_ratio" in {j.name for j in judged.judgements}
    quiet = case_factory(assumptions=small_case.assumptions.without_noise())
    e = explain(estimate(quiet, draws=200, seed=1), "SDN", points=0)
    assert "odds_ratio" not in {j.name for j in e.judgements}
    assert {j.status for j in e.judgements if j.name == "stock_log_sd"} == {"given"}
    steps = {s.name: s.change for s in e.decomposition}
    assert steps["odds_ratio_median"] == 0


def test_an_answer_without_its_case_asks_for_it(small_case, small_estimates):
    alone = replace(small_estimates, case=None)
    with pytest.raises(InputError, match=r"Give `case`"):
        explain(alone, "SDN")
    with_case = explain(alone, "SDN", case=small_case, points=0)
    assert with_case.mean == explain(small_estimates, "SDN", points=0).mean


def test_a_region_says_how_its_countries_share_it(small_estimates):
    e = explain(small_estimates, "Africa", points=0)
    assert [p.id for p in e.parts] == ["SDN", "KEN"]
    assert math.fsum(p.share for p in e.parts) == pytest.approx(1)
    assert e.cells == ()


def test_everything_goes_into_json(small_estimates):
    document = json.loads(json.dumps(explain(small_estimates, "KEN", points=64).to_dict()))
    assert document["schema"] == "gecam.explain/4"
    assert document["target"]["id"] == "KEN"
    assert list(document) == [
        "schema", "target", "status", "reason", "mean", "lower", "upper", "level", "odds_ratio_1",
        "sd", "mcse", "grade", "evidence_level", "evidence", "decomposition", "cells", "parts",
        "figures", "sources", "drivers", "is_converged", "tipping_points", "flags", "lower_bound",
        "upper_bound", "related", "overlaps", "judgements", "notes", "provenance", "count",
        "measure",
    ]  # fmt: skip


def test_numbers_of_the_document_are_plain(small_estimates):
    def types(value):
        if isinstance(value, dict):
            return set().union(*map(types, value.values()), map(type, value))
        return set().union(*map(types, value)) if isinstance(value, list) else {type(value)}

    document = explain(small_estimates, "KEN", points=64).to_dict()
    assert types(document) <= {str, int, float, bool, type(None)}


def test_what_was_done_about_two_crises_is_said(small_estimates):
    e = explain(small_estimates, "KEN", points=0)
    assert any("overlap" in text for text in e.overlaps)
    assert "overlap" in {j.name for j in e.judgements}


def test_the_share_of_refugees_inside_the_stock_multiplies_out(small_case):
    est = estimate(small_case, draws=50, seed=1)
    (projection,) = (
        step for step in explain(est, "KEN", points=0).decomposition if step.name == "projection"
    )
    words = next(text for text in projection.how if text.startswith("refugees: "))
    counted, share, people = (
        float(re.search(pattern, words).group(1).replace(",", ""))
        for pattern in (
            r"([\d,]+) at the reference date", r"whom ([\d.]+)% inside", r": ([\d,]+)$",
        )
    )  # fmt: skip
    assert people == pytest.approx(counted * share / 100, rel=1e-3)


def test_a_count_beside_is_named_once_and_with_its_country(small_estimates):
    for count in explain(small_estimates, "world", points=0).related:
        assert "in need of protection in need" not in count.what
        assert count.what.count("Kenya") <= 1
    texts = [(x.what, str(x.in_need), x.source) for x in
             explain(estimate(load_edition("2022"), draws=20), "ETH", points=0).related]  # fmt: skip
    assert len(set(texts)) == len(texts)
    assert any(what == "in need in Ethiopia among migrants" for what, *_ in texts)


def test_reasons_of_several_countries_name_them():
    est = estimate(load_edition("2022"), draws=20)
    reason = explain(est, "world", points=0).reason
    assert ".;" not in reason
    assert "is not estimated (LBN)" in reason


def test_a_target_may_be_the_name_of_a_crisis_and_what_comes_near_is_asked_after(small_case):
    from gecam.evaluation import find_target

    assert find_target(small_case, "kenya PLAN").id == "ken"
    with pytest.raises(InputError, match=r"Did you mean Sudan \(SDN\)\?"):
        find_target(small_case, "Sudann")
