"""What totals stand on: every row once, by what its number came from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gecam.datasets import load_edition
from gecam.estimation import estimate
from gecam.evaluation import foundations
from gecam.evaluation.explanation.foundations import FOUNDATIONS
from gecam.model import Assumptions, OddsRatioPrior
from gecam.results import message


@pytest.fixture(scope="module")
def case():
    return load_edition("2024").restrict(["SSD", "COD", "YEM"])


def test_every_person_stands_on_one_thing(case):
    est = estimate(case, draws=50, seed=1)
    table = foundations(est)
    added = [x.steps[-1].value for x in est.cells if x.status == "estimated"]
    of_all = table[table["total"].eq("all country-level plans")]
    assert of_all["people"].sum() == pytest.approx(sum(added))
    assert of_all["stands_on"].tolist() == [str(message(code)) for code in FOUNDATIONS]
    people = of_all.set_index("stands_on")["people"]
    border = [x.steps[-1].value for x in est.cells if x.destination == "SSD" and x.group == "other"]
    assert people["an odds ratio by expert judgement, k = 0"] == pytest.approx(sum(border))
    assert people["an odds ratio estimated, k >= 3"] > 0


def test_one_prior_for_all_rows_is_judged(case):
    judged = Assumptions(odds_ratio=OddsRatioPrior.judged_2024())
    table = foundations(estimate(replace(case, assumptions=judged), draws=50, seed=1))
    estimated = table["stands_on"].isin([str(message(code)) for code in FOUNDATIONS[3:6]])
    assert table.loc[estimated, "people"].eq(0).all()
