"""Rates of need: migrants beside residents, and what their ratio rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gecam.datasets import load_edition, load_regional_plans, load_severity
from gecam.errors import InputError
from gecam.estimation import by_severity, complete_estimates, estimate, rates, regional_rates
from gecam.model import Case, OddsRatioPrior
from gecam.results import Estimates, Provenance
from gecam.uncertainty import LogitNormal, Sampler

DRAWS = 2_000


@pytest.fixture(scope="module")
def small(small_case: Case) -> Estimates:
    return estimate(small_case, draws=DRAWS, seed=3)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """Rows of the latest edition's Chad, South Sudan and Sudan."""
    case = load_edition("2026").restrict(["TCD", "SSD", "SDN"])
    return rates(estimate(case, draws=DRAWS, seed=3), "destination", "group")


def test_central_values_multiply_to_the_printed_people(small: Estimates) -> None:
    rows = rates(small, "destination", "group").dropna(subset="mean")
    people = small.by("destination", "group").summary()["mean"].dropna()
    assert rows["mean"].to_numpy() == pytest.approx(people.to_numpy(), rel=1e-12)
    assert (rows["per_100"] * rows["stock"] / 100).to_numpy() == pytest.approx(people.to_numpy())
    assert (rows["ratio"] * rows["residents_per_100"]).to_numpy() == pytest.approx(
        rows["per_100"].to_numpy()
    )


def test_residents_have_the_published_share() -> None:
    """Without noise, 6 of 30 million residents in need are 20 per 100 (Peru of the small case)."""
    from tests.conftest import make_small_case

    case = make_small_case()
    case = replace(case, assumptions=case.assumptions.without_noise()).restrict(["PER"])
    row = rates(estimate(case, draws=DRAWS, seed=3), "destination").iloc[0]
    assert row["residents_per_100"] == pytest.approx(20, rel=0.01)
    assert row["ratio"] == pytest.approx(1, rel=1e-9)
    assert row["ratio_basis"] == "assumed"
    # 6 million published people in need: 18,000 of 90,000 migrants are 0.3 per 100 of them
    assert row["per_100_in_need"] == pytest.approx(100 * row["mean"] / 6e6, rel=1e-12)


def test_a_certain_odds_ratio_gives_the_ratio_of_the_2x2_table(
    case_factory: Callable[..., Case],
) -> None:
    """A (N - S - P + A) = 2 (S - A) (P - A), solved here by its quadratic formula."""
    case = case_factory().restrict(["PER"])
    quiet = replace(case.assumptions.without_noise(), odds_ratio=OddsRatioPrior.exactly(2.0))
    row = rates(estimate(replace(case, assumptions=quiet), draws=DRAWS, seed=3)).iloc[0]
    migrants, residents = row["stock"], 30e6
    in_need = row["residents_per_100"] / 100 * residents
    a, b = 1 - 2.0, residents - migrants - in_need + 2 * (migrants + in_need)
    affected = (-b + np.sqrt(b * b + 4 * a * 2 * migrants * in_need)) / (2 * a)
    assert row["per_100"] == pytest.approx(100 * affected / migrants, rel=1e-3)
    assert row["ratio"] == pytest.approx(affected / (migrants * in_need / residents), rel=1e-3)


def test_ratio_by_draw_is_the_answer_over_that_at_odds_ratio_1(small: Estimates) -> None:
    """Of other migrants; the same seed draws the same stocks and shares at another odds ratio."""
    assert small.case is not None
    case = small.case
    certain = replace(
        case.assumptions, odds_ratio=OddsRatioPrior.exactly(1.0), odds_ratio_acts_on="crisis"
    )
    at_one = estimate(replace(case, assumptions=certain), draws=DRAWS, seed=3)
    rows = rates(small, "destination", "group").set_index(["destination", "group"])
    for place in ("SDN", "KEN", "PER"):  # Kenya has two crises, united in each draw
        above, below = (
            x.by("destination", "group").row(destination=place, group="other").draws[0]
            for x in (small, at_one)
        )
        row = rows.loc[place, "other"]
        assert row["ratio"] == pytest.approx(above.mean() / below.mean(), rel=1e-9)
        ends = np.quantile(above / below, [0.05, 0.95])
        assert row[["ratio_lower", "ratio_upper"]].to_numpy(float) == pytest.approx(ends, rel=1e-9)


def test_a_sum_of_countries_is_standardised_by_where_migrants_live(small: Estimates) -> None:
    cells, row = rates(small, "destination", "group"), rates(small).iloc[0]
    assert row["stock"] == pytest.approx(cells["stock"].sum())
    expected = (cells["stock"] * cells["residents_per_100"]).sum() / cells["stock"].sum()
    assert row["residents_per_100"] == pytest.approx(expected)
    assert np.isnan(row["per_100_in_need"])  # of several plans together nobody published it


def test_basis_says_whether_the_need_of_migrants_was_counted(published: pd.DataFrame) -> None:
    """Plans of Chad and South Sudan publish refugees in need; Sudan's takes them by rule."""
    basis = published.set_index(["destination", "group"])["ratio_basis"]
    assert basis.xs("other", level="group").eq("assumed").all()
    assert basis.xs("protection", level="group").to_dict() == {
        "SDN": "rule", "SSD": "published", "TCD": "published",
    }  # fmt: skip


@pytest.mark.parametrize("sampler", ["latin", "mc"])
def test_the_draws_of_an_answer_are_made_again(small_case: Case, sampler: Sampler) -> None:
    est = estimate(small_case, draws=512, seed=3, sampler=sampler)
    people = est.by("destination").summary()["mean"].to_numpy()
    assert rates(est, "destination")["mean"].to_numpy() == pytest.approx(people, rel=1e-12)


def test_what_cannot_be_divided_is_refused(small: Estimates) -> None:
    with pytest.raises(InputError, match="rates are by destination, group, region, subregion"):
        rates(small, "sex")
    with pytest.raises(InputError, match="need the case of the answer"):
        rates(replace(small, case=None))
    other = replace(small.provenance, seed=4)
    assert isinstance(other, Provenance)
    with pytest.raises(InputError, match="cannot be made again"):
        rates(replace(small, provenance=other))


def test_a_crisis_that_leaves_a_group_out_does_not_count_in_its_rate() -> None:
    """Mozambique's plan of 2022 leaves refugees to another plan; the appeal for its floods has them."""
    est = estimate(load_edition("2022").restrict(["MOZ"]), draws=100, seed=3)
    assert {x.status for x in est.cells if x.group == "protection"} == {
        "estimated",
        "not_estimated",
    }
    row = rates(est, "group").set_index("group").loc["protection"]
    assert row["mean"] == pytest.approx(est.by("group").row(group="protection").draws.mean())
    assert row["per_100"] == pytest.approx(100 * row["mean"] / row["stock"])


def test_rates_of_regional_plans_are_the_share_of_the_plan(chad_and_colombia):
    """Register times share is people: over the register, drawn with its error, the share is left."""
    complete = complete_estimates(chad_and_colombia, load_regional_plans("2026"))
    rows = regional_rates(complete).set_index(["destination", "origin"])
    (cell,) = (x for x in complete.cells if x.destination == "COL")
    colombia = rows.loc[("COL", "VEN")]
    assert colombia["per_100"] == pytest.approx(100 * cell.share, rel=0.02)
    people = complete.draws[complete.cells.index(cell)]
    spread = (people.std() / people.mean(), (colombia["per_100_upper"] / colombia["per_100"]) - 1)
    assert spread[1] < spread[0]  # without the register's error, twice 0.1 on the log scale
    # 6.9 million in need among 53.4 million residents, but the migrants: read as nationals
    (figure,) = (f for f in complete.estimates.case.footprints if f.destination == "COL")
    migrants = sum(x.stock for x in complete.estimates.cells if x.destination == "COL")
    nationals = figure.people / (figure.denominator - migrants)
    assert colombia["residents_per_100"] == pytest.approx(100 * nationals, rel=0.05)
    assert colombia["per_100_in_need"] == pytest.approx(100 * people.mean() / figure.people)
    assert colombia["ratio_basis"] == "rule"
    host = rows.loc[("PER", "VEN")]
    assert np.isnan(host["residents_per_100"])
    assert host["per_100"] == pytest.approx(colombia["per_100"], rel=1e-3)  # one share of the plan
    severe = by_severity(chad_and_colombia, load_severity("2026"), complete=complete).complete
    with pytest.raises(InputError, match="people in need"):
        regional_rates(severe)


def test_a_rate_of_a_chapter_is_the_share_of_the_people_who_are_present():
    """Venezuelans in Colombia 2025, 1.96 of 2.8 million: 70 of 100, with the spread of grade C."""
    case = load_edition("2025").restrict(["COL"])
    complete = complete_estimates(estimate(case, draws=DRAWS, seed=3), load_regional_plans("2025"))
    row = regional_rates(complete).set_index(["destination", "origin"]).loc[("COL", "VEN")]
    assert row["stock"] == pytest.approx(2_800_000, rel=0.02)
    assert row["per_100"] == pytest.approx(70, rel=0.01)
    # logit(0.70) -+ 1.645 * 0.35, of the logit-normal share whose mean is 0.70
    share = LogitNormal.from_mean(0.70, 0.35)
    ends = (row["per_100_lower"], row["per_100_upper"])
    assert ends == pytest.approx(100 * share.quantile([0.05, 0.95]), rel=0.01)
    assert row["ratio_basis"] == "published"
