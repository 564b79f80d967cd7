"""Refugees as measured and as planned, drawn: what countries share, and what the prior says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit

from gecam.estimation import estimate
from gecam.estimation.draw.destination_draws import draw_cells
from gecam.estimation.plan.destination import destination_plan
from gecam.model import Assumptions, OddsRatioPrior
from gecam.uncertainty import Streams

N = 4_000
PRIOR = OddsRatioPrior(median=2.0, lower=0.8, upper=5.0)


def log_odds(case, place):
    """Log odds of refugees in need, less those of the residents' share, which has no noise here."""
    a = replace(
        Assumptions().without_noise(), protection_in_need="measured",
        refugee_odds_ratio={"need": PRIOR, "exposed": PRIOR}, unknown_scope_weight=1.0,
    )  # fmt: skip
    case = replace(case, assumptions=a, population=replace(case.population, log_sd=0.0))
    plan = destination_plan(case, place, "all")
    drawn = draw_cells(plan, Streams(3), N)
    crisis = plan.crises[0]
    cell = next(
        cell
        for cell in drawn.cells
        if cell.group == "protection" and cell.crisis == crisis.crisis.id
    )
    share = drawn.draws[cell.id] / drawn.people[cell.crisis, "protection"]
    return logit(share) - logit(crisis.shares.residents.table)


def test_the_odds_ratio_of_refugees_is_the_prior_and_countries_share_a_part(small_case):
    first, second = (log_odds(small_case, place) for place in ("SDN", "KEN"))
    for drawn in (first, second):
        low, middle, high = np.exp(np.quantile(drawn, [0.05, 0.5, 0.95]))
        assert middle == pytest.approx(2.0, rel=0.05)
        assert low == pytest.approx(0.8, rel=0.1)
        assert high == pytest.approx(5.0, rel=0.1)
    shared = sum(PRIOR.weights[:2])  # of all countries, and of hosts
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(shared, abs=0.04)


def test_totals_follow_the_measure(small_case):
    def mean(how):
        case = replace(small_case, assumptions=Assumptions(protection_in_need=how))
        return estimate(case, draws=500, seed=1).total().summary()["mean"].iloc[-1]

    assert mean("national") < mean("measured") < mean("one")
