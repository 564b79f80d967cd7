"""Methods that a case can ask for: areas, undercount, unknown origins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gecam.estimation import estimate
from gecam.model import AreaNeeds, Assumptions, OddsRatioPrior

NEIGHBOURS = OddsRatioPrior.exactly(1.0)
# Sudan of the invented case: 40 million residents, 14 million in need
AREAS = (
    AreaNeeds("SD01", 9e6, 10e6, 600_000),
    AreaNeeds("SD02", 4e6, 20e6, 100_000),
    AreaNeeds("SD03", 1e6, 10e6, None),
)


def sudan(case, draws=20_000, **changes):
    footprint = next(f for f in case.footprints if f.destination == "SDN")
    others = tuple(f for f in case.footprints if f.destination != "SDN")
    case = replace(case, footprints=(*others, replace(footprint, **changes)))
    est = estimate(case.restrict(["SDN"]), draws=draws, seed=3)
    i = [cell.group for cell in est.cells].index("other")
    return est.cells[i], est.draws[i]


def test_counts_by_area_are_rung_2_and_move_the_share(case_factory):
    case = case_factory(assumptions=Assumptions(odds_ratio=NEIGHBOURS))
    national, _ = sudan(case)
    cell, draws = sudan(case, areas=AREAS)
    assert (national.evidence_level, cell.evidence_level) == (3, 2)
    # by hand: 600 and 100 thousand counted where 30 million live; the third area gets the prior,
    # 700 thousand * 10 / 30; shares 0.9, 0.2, 0.1 against 14 / 40
    migrants = np.array([600, 100, 700 * 10 / 30])
    factor = (migrants / migrants.sum()) @ np.array([0.9, 0.2, 0.1]) / (14 / 40)
    assert cell.odds_ratio_1 == pytest.approx(national.odds_ratio_1 * factor)
    assert draws.mean() == pytest.approx(cell.odds_ratio_1, abs=3.5 * draws.std() / 20_000**0.5)


def test_areas_without_counts_stay_rung_3_and_only_widen(case_factory):
    case = case_factory(assumptions=Assumptions(odds_ratio=NEIGHBOURS))
    nobody = tuple(replace(a, migrants=None) for a in AREAS)
    national, plain = sudan(case)
    cell, draws = sudan(case, areas=nobody)
    assert cell.evidence_level == 3
    assert cell.odds_ratio_1 == pytest.approx(national.odds_ratio_1)  # gravity by residents
    assert draws.std() > plain.std()


def test_an_undercount_multiplies_other_migrants_by_its_exact_mean(case_factory):
    case = case_factory(assumptions=Assumptions(odds_ratio=NEIGHBOURS))
    plain, _ = sudan(case)
    missed = case_factory(assumptions=Assumptions(odds_ratio=NEIGHBOURS, undercount=(2.0, 18.0)))
    cell, draws = sudan(missed)
    # E[1/(1-u)] for Beta(2, 18) is 19/17, not 1/(1 - 0.1)
    assert cell.stock == pytest.approx(plain.stock * 19 / 17)
    assert draws.mean() == pytest.approx(cell.odds_ratio_1, abs=3.5 * draws.std() / 20_000**0.5)
    assert [s.name for s in cell.steps] == [
        "stock", "projection", "group", "undercount", "share", "odds_ratio_median", "spread",
    ]  # fmt: skip


def test_unknown_origins_are_divided_on_request_and_the_total_stays(case_factory):
    plain = estimate(case_factory(), draws=2_000, seed=3)
    divided = estimate(
        case_factory(assumptions=Assumptions(redistribute_unknown_origins=True)),
        draws=2_000,
        seed=3,
    )
    assert "OOO" in set(plain.by("origin").labels["origin"])
    assert "OOO" not in set(divided.by("origin").labels["origin"])
    assert np.allclose(plain.by("origin").sum(), divided.by("origin").sum())
