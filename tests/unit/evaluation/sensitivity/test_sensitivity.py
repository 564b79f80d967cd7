"""Sensitivity of the pipeline: groups, closed forms, and figures to collect."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gecam.datasets import load_edition
from gecam.errors import InputError, NotEstimatedError
from gecam.estimation import destination_plan, estimate
from gecam.evaluation import INPUT_GROUPS, find_target, sensitivity
from gecam.evaluation.sensitivity.random_inputs import RandomInputs, as_given, group_of
from gecam.evaluation.sensitivity.sampling import PickFreeze
from gecam.model import OddsRatioPrior
from gecam.uncertainty import Streams


def model_of(case, target="world", scope="all"):
    return RandomInputs.of(case, find_target(case, target), scope)


def test_every_random_input_of_a_run_belongs_to_a_known_group(small_case):
    model = model_of(small_case)
    assert set(model.groups) <= set(INPUT_GROUPS)
    assert len(set(model.names)) == len(model.names)
    with pytest.raises(AssertionError, match="belongs to no group"):
        group_of(("weather/SDN", "rain"))


@pytest.mark.parametrize(
    ("address", "group"),
    [
        (("odds_ratio", "shared"), "odds_ratio_shared"),
        (("odds_ratio", "type:settled"), "odds_ratio_type"),
        (("odds_ratio", "country:SDN"), "odds_ratio_own"),
        (("stock/undesa", "edition"), "stock_edition"),
        (("stock/undesa/SDN", "total"), "stock"),
        (("stock/undesa/SDN", "change"), "projection"),
        (("stock/undesa/SDN", "missed"), "undercount"),
        (("protection/SDN", "inside"), "refugees_inside"),
        (("needs/ocha/2022", "shared"), "people_in_need_shared"),
        (("needs/sdn/SDN", "share"), "people_in_need"),
        (("needs/sdn/SDN", "count:other"), "people_in_need"),
        (("needs/sdn/SDN", "share:protection"), "protection_share"),
        (("needs/sdn/SDN/areas", "SD01"), "areas"),
        (("scope/SDN", "reading"), "scope"),
        (("overlap/SDN", "correlation"), "overlap"),
        (("small_area/FRA", "own"), "modelled_own"),
        (("small_area", "beta 0"), "modelled_shared"),
        (("population", "needs/sdn/SDN"), "population"),
    ],
)
def test_addresses_are_grouped(address, group):
    assert group_of(address) == group


@pytest.mark.parametrize(("n", "at_once"), [(128, 1), (256, 32), (16_384, 1)])
def test_runs_go_side_by_side_from_so_many_rows_on(n, at_once):
    assert RandomInputs.runs_at_once(n) == at_once


def test_runs_side_by_side_are_those_of_each_alone(small_case):
    model = model_of(small_case)
    inputs = dict.fromkeys(model.names, as_given)
    design = PickFreeze(model, inputs, model.groups, n=256, seed=3)
    half = np.arange(256) < 100
    choices = [(), tuple(model.groups), ("stock",), {"stock": half, "population": ~half}]
    together = design.run_each(choices)
    assert design.runs == 4 * 256
    for choice, output in zip(choices, together, strict=True):
        np.testing.assert_array_equal(output, design.run(choice))


def test_given_the_pipelines_own_numbers_the_model_is_the_pipeline(small_case):
    """Apart from the population's part of a share's noise, which is drawn apart: without it here."""
    known = replace(small_case, population=replace(small_case.population, log_sd=0.0))
    model, streams = model_of(known), Streams(3)
    values = {n: streams.uniform(*n.split("|"), 0, 500) for n in model.names}
    assert np.array_equal(
        model(values),
        estimate(known, draws=500, seed=3, sampler="mc").total().draws[1],
        equal_nan=True,
    )


def test_the_population_has_its_part_of_a_shares_noise(small_case):
    model = model_of(small_case, "SDN")
    crisis = model.plans[0].crises[0]
    own = 1 - crisis.pin_correlation
    a, p = small_case.assumptions, 14 / 40
    population = (small_case.population.log_sd / (1 - p * 0.99)) ** 2
    share = population / (population + a.grade_logit_sd["B"] ** 2)
    assert model.population_parts["needs/sdn/SDN"] == pytest.approx(share / own)


def test_splitting_a_noise_does_not_change_its_distribution(small_case):
    model = model_of(small_case, "PER")
    streams, n = Streams(1), 40_000
    values = {name: streams.uniform("given", name, 0, n) for name in model.names}
    z = model.scores(values, "needs/per/PER", "share")
    assert z.mean() == pytest.approx(0, abs=4 / math.sqrt(n))
    assert z.std() == pytest.approx(1, abs=4 / math.sqrt(2 * n))


def test_shares_agree_with_the_closed_form_of_a_product(small_case, shares_of_product):
    """Peru counts residents; at odds ratio 1 and with few in need the answer is stock x share."""
    a = replace(small_case.assumptions, odds_ratio=OddsRatioPrior.exactly(1.0))
    footprints = tuple(
        replace(f, people=300_000.0, pin_scope="nationals") if f.crisis == "per" else f
        for f in small_case.footprints
    )
    population = replace(small_case.population, log_sd=0.0)
    case = replace(small_case, assumptions=a, footprints=footprints, population=population)
    found = sensitivity(case, "PER", n=4096, figures=0, seed=1)
    (crisis,) = destination_plan(case, "PER", "all").crises
    split, share = crisis.split, crisis.shares.residents
    sd_change = math.sqrt(split.dated.log_sd**2 - split.log_sd**2)
    moments = share.logit_sd
    z = np.random.default_rng(1).standard_normal(400_000)
    p = 1 / (1 + np.exp(-(math.log(share.nationals / (1 - share.nationals)) + moments * z)))
    cv_share = p.std() / p.mean()

    def cv(log_sd):
        return math.sqrt(math.expm1(log_sd**2))

    c, w = a.stock_correlation, crisis.pin_correlation
    cvs = {
        "stock": cv(split.log_sd * math.sqrt(1 - c)),
        "stock_edition": cv(split.log_sd * math.sqrt(c)),
        "projection": cv(sd_change),
        "people_in_need": cv_share * math.sqrt(1 - w),
        "people_in_need_shared": cv_share * math.sqrt(w),
    }
    _, _, exact = shares_of_product(list(cvs.values()))
    shares = dict(zip(found.shapley.names, found.shapley.effect.value, strict=True))
    for group, share_of in zip(cvs, exact, strict=True):
        # sampling error of 4096 points, about 0.01
        assert shares[group] == pytest.approx(share_of, abs=0.04), group
    assert found.sd / found.mean == pytest.approx(
        math.sqrt(math.prod(1 + c**2 for c in cvs.values()) - 1), rel=0.05
    )


def test_a_result_holds_shares_indices_and_whether_they_are_narrow_enough(small_case):
    found = sensitivity(small_case, "SDN", n=512, figures=0, seed=1)
    frame = found.to_frame()
    assert frame["shapley"].sum() == pytest.approx(1)
    assert frame["shapley"].is_monotonic_decreasing
    assert set(frame["group"]) == set(found.indices.names)
    assert not sensitivity(small_case, "SDN", n=64, figures=0, tolerance=0.01, seed=1).is_converged
    wide = sensitivity(small_case, "SDN", n=512, figures=0, tolerance=0.5, seed=1)
    assert wide.is_converged


def test_groups_without_effect_are_left_out(small_case):
    frame = sensitivity(small_case, "PER", n=64, figures=0, seed=1).to_frame()
    assert "refugees_inside" not in set(frame["group"])  # UNHCR counts nobody in Peru
    assert "overlap" not in set(frame["group"])


def test_what_countries_share_counts_once(small_case):
    """The shared part of the odds ratio matters more for two countries than for each."""
    a = replace(
        small_case.assumptions,
        odds_ratio=OddsRatioPrior.from_logs(0.2, 1.0, weights=(0.5, 0.0, 0.5)),
    )
    case = replace(small_case, assumptions=a)

    def part(target):
        found = sensitivity(case, target, n=512, figures=0, seed=1).to_frame().set_index("group")
        return found["shapley"]["odds_ratio_shared"] / found["shapley"]["odds_ratio_own"]

    assert part("world") > max(part("SDN"), part("KEN"))


def test_more_costly_errors_make_figures_worth_more(small_case):
    low, high = (
        sensitivity(small_case, "PER", n=1024, cost_under=c, cost_over=c, seed=1).figures
        for c in (1.0, 10.0)
    )
    assert high.names == low.names
    assert high.value == pytest.approx(10 * low.value)


def test_the_figure_that_moves_the_answer_most_is_worth_most(small_case):
    found = sensitivity(small_case, "PER", n=2048, seed=1)
    worth = found.figures.to_frame()
    assert worth["value"].iloc[0] <= found.figures.perfect
    groups = found.to_frame().set_index("group")["shapley"]
    count = groups[["stock", "stock_edition", "projection"]].sum()
    survey = groups[groups.index.str.startswith("odds_ratio_")].sum()
    first = "a count of the migrants in Peru now" if count > survey else "a survey of migrants"
    assert worth["input"].iloc[0].startswith(first)


def test_at_most_three_figures_of_a_kind_are_weighed():
    case = load_edition("2022").restrict(["CMR", "ETH", "NGA", "SDN", "SOM", "TCD"])
    found = sensitivity(case, "Africa", n=64, figures=8, seed=1)
    names = found.figures.names
    assert len(names) <= 8
    assert sum("neighbours" in name for name in names) <= 3
    assert sum("a count" in name for name in names) <= 3


def test_scope_and_case_follow_the_answer(small_case):
    answer = estimate(small_case, draws=50, seed=1, scope="excluding_refugees")
    same = sensitivity(answer, "SDN", n=64, figures=0)
    other = sensitivity(small_case, "SDN", n=64, figures=0)
    assert same.mean < other.mean
    assert "protection_share" not in set(same.to_frame()["group"])


def test_impossible_questions_are_refused(small_case, case_factory):
    for target in ("ERI", "region"):
        with pytest.raises(InputError, match="no sensitivity of its own"):
            sensitivity(small_case, target, n=64)
    separate = tuple(
        replace(f, pin_scope="migrants_separate") if f.crisis == "per" else f
        for f in small_case.footprints
    )
    with pytest.raises(NotEstimatedError, match="could be estimated"):
        sensitivity(case_factory(footprints=separate), "PER", n=64)
    with pytest.raises(InputError, match="power of 2"):
        sensitivity(small_case, "SDN", n=100)
    with pytest.raises(InputError, match="cost_under must be a number > 0"):
        sensitivity(small_case, "PER", n=64, cost_under=0.0)
