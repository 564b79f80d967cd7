"""One odds ratio per country: splitting or duplicating a plan changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gecam.database.storage.codec import decode, encode
from gecam.estimation import estimate
from gecam.model import Assumptions, OddsRatioPrior, OddsRatioPriors, Relation

FOUR = OddsRatioPrior(median=4.0, lower=2.0, upper=8.0)


def assumed(acts_on="country", sd=0.0, **changes):
    """Assumptions in which the shares of one plan and of its halves have the same errors."""
    return Assumptions(
        odds_ratio=FOUR, odds_ratio_acts_on=acts_on, pin_correlation=1.0,
        grade_logit_sd=dict.fromkeys("ABCDE", sd), **changes,
    )  # fmt: skip


def peru(small_case, parts, relation, **options):
    """Return Peru's total where its plan of 12 M of 30 M stands as several."""
    plan = next(c for c in small_case.crises if c.id == "per")
    needs = next(f for f in small_case.footprints if f.crisis == "per")
    crises, footprints = [], []
    for i, people in enumerate(parts):
        stated = (Relation(relation, "per-0"),) if i and relation else ()
        crises.append(replace(plan, id=f"per-{i}", name=f"Plan {i}", relations=stated))
        footprints.append(replace(needs, crisis=f"per-{i}", people=people, pin_scope="all"))
    case = replace(
        small_case, crises=tuple(crises), footprints=tuple(footprints),
        population=replace(small_case.population, log_sd=0.0),
        assumptions=assumed(**options),
    )  # fmt: skip
    est = estimate(case, draws=4_000, seed=3)
    return est, np.nansum(est.by("destination").row(destination="PER").draws, axis=0)


@pytest.mark.parametrize(
    ("parts", "relation"),
    [((6e6, 6e6), "disjoint"), ((12e6, 12e6), "within"),
     ((12e6, 12e6), "supersedes")],
)  # fmt: skip
def test_splitting_or_duplicating_a_plan_changes_no_draw(small_case, parts, relation):
    _, whole = peru(small_case, (12e6,), "")
    _, split = peru(small_case, parts, relation)
    np.testing.assert_allclose(split, whole, rtol=1e-9)


def test_by_crisis_two_halves_raise_the_answer_by_a_quarter_or_more(small_case):
    """What was wrong: P 40 % of residents, odds ratio 4 (closed form 1.27 to 1.4)."""
    _, whole = peru(small_case, (12e6,), "", acts_on="crisis")
    _, split = peru(small_case, (6e6, 6e6), "disjoint", acts_on="crisis")
    assert split.mean() / whole.mean() > 1.2


def test_with_errors_that_are_the_same_mean_and_interval_stay(small_case):
    _, whole = peru(small_case, (12e6,), "", sd=0.2)
    _, split = peru(small_case, (6e6, 6e6), "disjoint", sd=0.2)
    assert split.mean() == pytest.approx(whole.mean(), rel=0.01)
    assert np.quantile(split, [0.05, 0.95]) == pytest.approx(
        np.quantile(whole, [0.05, 0.95]), rel=0.03
    )


def test_rows_are_parts_of_the_country_and_say_so(small_case):
    est, total = peru(small_case, (9e6, 3e6), "disjoint")
    cells = [x for x in est.cells if x.group == "other" and x.destination == "PER"]
    means = [x.steps[-1].value for x in cells]
    assert sum(means) == pytest.approx(total.mean(), rel=1e-9)
    assert means[0] == pytest.approx(3 * means[1], rel=1e-9)
    assert all("ODDS_RATIO_OF_COUNTRY" in x.flags for x in cells)


@pytest.mark.parametrize(
    ("parts", "relation"), [((9e6, 3e6), "disjoint"), ((12e6, 12e6), "within")]
)
def test_the_step_at_the_median_is_of_the_country_too(small_case, parts, relation):
    """The central value of the whole plan, shared by the parts; by crisis, halves give more."""

    def at_median(est):
        steps = [
            next(s for s in x.steps if s.name == "odds_ratio_median")
            for x in est.cells
            if x.group == "other" and x.destination == "PER"
        ]
        return [s.value for s in steps], [str(s.message) for s in steps]

    (whole,), (alone,) = at_median(peru(small_case, (12e6,), "")[0])
    values, texts = at_median(peru(small_case, parts, relation)[0])
    assert "once on the united needs" not in alone
    assert all("once on the united needs of the country's crises" in text for text in texts)
    expected = [whole * people / 12e6 for people in parts]
    assert values == pytest.approx(expected, rel=1e-9)
    by_crisis, _ = at_median(peru(small_case, parts, relation, acts_on="crisis")[0])
    assert sum(by_crisis) > 1.05 * sum(expected) or relation == "within"


def test_a_country_with_one_crisis_keeps_every_bit(small_case):
    a, b = (
        estimate(
            replace(small_case, assumptions=Assumptions(odds_ratio_acts_on=on)), draws=200, seed=1
        )
        for on in ("crisis", "country")
    )
    for place in ("SDN", "PER"):
        one, other = (e.by("destination").row(destination=place).draws for e in (a, b))
        assert np.array_equal(one, other, equal_nan=True)


def test_a_plan_that_is_within_another_adds_nothing_to_the_odds_ratio(small_case):
    """The class of the plan that adds nobody has no say: psi is that of the larger plan."""
    priors = OddsRatioPriors.estimated()
    rows = dict(priors.rows)
    rows["sudden_onset"] = replace(rows["sudden_onset"], prior=OddsRatioPrior.exactly(50.0))
    for kind in ("complex", "disaster"):
        est, _ = peru(small_case, (12e6, 12e6), "within")
        crises = (est.case.crises[0], replace(est.case.crises[1], kind=kind))
        a = replace(assumed(), odds_ratio=replace(priors, rows=rows, countries={}))
        again = estimate(replace(est.case, crises=crises, assumptions=a), draws=200, seed=3)
        mean = again.by("destination").row(destination="PER").summary()["mean"].iloc[0]
        if kind == "complex":
            first = mean
    assert mean == pytest.approx(first, rel=1e-9)


def test_what_earlier_versions_stored_acts_on_each_crisis():
    document = encode(Assumptions(odds_ratio_acts_on="country"))
    assert decode(document).odds_ratio_acts_on == "country"
    del document["odds_ratio_acts_on"]
    assert decode(document).odds_ratio_acts_on == "crisis"


def test_no_local_event_has_more_than_its_own_people_in_need(small_case):
    """Two floods of 5,000 and 20,000 people in need, and an odds ratio of 400 on both together."""
    plan = next(c for c in small_case.crises if c.id == "per")
    needs = next(f for f in small_case.footprints if f.crisis == "per")
    sizes = {"north": 5_000.0, "south": 20_000.0}
    crises = [
        replace(plan, id=place, name=place, relations=stated)
        for place, stated in zip(sizes, ((), (Relation("disjoint", "north"),)), strict=True)
    ]
    footprints = [
        replace(needs, crisis=place, people=people, pin_scope="all", area=(place,))
        for place, people in sizes.items()
    ]
    case = replace(
        small_case, crises=tuple(crises), footprints=tuple(footprints),
        population=replace(small_case.population, log_sd=0.0),
        assumptions=replace(assumed(), odds_ratio=OddsRatioPrior.exactly(400.0)),
    )  # fmt: skip
    est = estimate(case, draws=2_000, seed=3)
    rows = {x.id: d for x, d in zip(est.cells, est.draws, strict=True)}
    for cell in est.cells:
        if cell.destination == "PER" and cell.group == "other":
            assert rows[cell.id].max() <= sizes[cell.crisis] * (1 + 1e-9)
            assert cell.steps[-2].value <= sizes[cell.crisis]
    total = est.by("destination", "group").row(destination="PER", group="other").draws
    other = sum(d for i, d in rows.items() if i.endswith("PER/other"))
    assert other.max() > 0.99 * sum(sizes.values())  # the bound is reached
    np.testing.assert_allclose(np.squeeze(total), other, rtol=1e-6)
