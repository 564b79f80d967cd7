"""One odds ratio per country: applied to people in any crisis, then divided among the crises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gecam._typing import FloatArray
from gecam.estimation.draw.cell_draws import CellDraws
from gecam.estimation.plan.destination import CellPlan
from gecam.estimation.plan.need_shares import ResidentShare
from gecam.model import OddsRatioUse, prior_at
from gecam.results import EstimationCell, message


def odds_ratio_once(
    drawn: CellDraws,
    at_one: Mapping[str, FloatArray],
    log_odds: Mapping[OddsRatioUse, FloatArray],
    reading: FloatArray,
) -> CellDraws:
    r"""Return the draws of a destination with one odds ratio for the united needs of its crises.

    Parameters
    ----------
    drawn
        Draws with the odds ratio of each crisis by itself.
    at_one
        By id, the affected at odds ratio 1 of cells that rest on the odds ratio, shape ``(draw,)``.
    log_odds
        Log odds ratios by what a row is; shape ``(draw,)``.
    reading
        Uniform draws that decide whom a figure of unknown scope covers; shape ``(draw,)``.

    Notes
    -----
    With U the people in need in any of the crises by their relations, and A what the odds ratio
    makes of U, each crisis k has :math:`A_k = P_k A / U`. Where the crises' odds ratios differ,
    :math:`\log\psi = \sum_k (P_k^*/U) \log\psi_k` with :math:`P_k^*` what crisis k adds to those before
    it: one that is within another, or replaced by it, adds nothing. Whom the united figure covers is
    read as of the crisis with the most people. No crisis has more than the 2x2 table of its own
    people in need allows at an infinite odds ratio; where one reaches that, the union is at most the
    sum of its crises.
    """
    chosen = [pair for pair in drawn.counted("other") if pair[1].id in at_one]
    if len(chosen) < 2:
        return drawn
    plain = replace(drawn, draws={**drawn.draws, **at_one})
    united = plain.union(chosen)
    latest, cell = max(chosen, key=lambda pair: (pair[0].crisis.reference_date, pair[0].crisis.id))
    largest, _ = max(chosen, key=lambda pair: (pair[1].odds_ratio_1, pair[1].id))
    residents, people = largest.shares.residents, drawn.people[cell.crisis, "other"]
    if residents is None:
        raise AssertionError("a cell that rests on the odds ratio has no share")
    added = _added(plain, [pair for pair in chosen if pair[1].id in united.cell_ids])
    combined = np.asarray(sum(part * log_odds[use] for use, part in added))
    share = np.divide(united.draws, people, out=np.zeros_like(people), where=people > 0)
    affected = residents.at_share(
        np.clip(share, 0.0, 1.0), people, latest.split.other, combined, reading
    )
    factor = np.divide(affected, united.draws, out=np.ones_like(people), where=united.draws > 0)
    shared = {  # never more than those present, nor than the people of the event
        cell.id: np.fmin.reduce(
            [at_one[cell.id] * factor, drawn.people[cell.crisis, "other"], drawn.most[cell.id]]
        )
        for _, cell in chosen
    }
    central = _Central.of(drawn, latest, residents, united.odds_ratio_1, added)
    return replace(
        drawn,
        cells=tuple(central.shown(x) if x.id in shared else x for x in drawn.cells),
        draws={**drawn.draws, **shared},
        at_one={i: at_one[i] for i in shared},
        factor=factor,
    )


def _added(
    plain: CellDraws, counted: Sequence[tuple[CellPlan, EstimationCell]]
) -> list[tuple[OddsRatioUse, float]]:
    """Return what part of the union each crisis adds to those before it, at central values."""
    first = replace(  # one draw: central values depend on none
        plain, n=1, unions={}, draws={i: x[:1] for i, x in plain.draws.items()},
        people={i: x[:1] for i, x in plain.people.items()},
    )  # fmt: skip
    unions = [first.union(counted[: i + 1]).odds_ratio_1 for i in range(len(counted))]
    parts = np.maximum(np.diff([0.0, *unions]), 0.0)
    total = float(parts.sum())
    equal = 1 / len(counted)
    return [
        (crisis.use, float(part) / total if total > 0 else equal)
        for (crisis, _), part in zip(counted, parts, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Central:
    """The odds ratio of a country at its median, and what it makes of the united needs."""

    median: float
    factor: float

    @classmethod
    def of(
        cls,
        drawn: CellDraws,
        latest: CellPlan,
        residents: ResidentShare,
        united: float,
        added: Sequence[tuple[OddsRatioUse, float]],
    ) -> _Central:
        """Return it from the united people in need at odds ratio 1, at central values."""
        priors = drawn.plan.assumptions.odds_ratio
        log_odds = sum(part * np.log(prior_at(priors, use).prior.median) for use, part in added)
        people, w = latest.split.other, residents.table_weight
        if united <= 0 or people <= 0:
            return cls(float(np.exp(log_odds)), 1.0)
        both = np.ones(2)  # the two readings of a figure
        share = min(united / people, 1.0)
        affected = residents.at_share(
            share * both, people * both, people, log_odds * both, np.array([0.0, 1.0])
        )
        return cls(float(np.exp(log_odds)), float(affected @ [w, 1 - w]) / united)

    def shown(self, cell: EstimationCell) -> EstimationCell:
        """Return a cell with its flag, and with its part of the central value of the country."""
        names = [step.name for step in cell.steps]
        at = names.index("odds_ratio_median")
        central = min(cell.odds_ratio_1 * self.factor, cell.upper_bound)
        ratio = central / cell.steps[at].value if cell.odds_ratio_1 else 1.0
        told = dict(cell.steps[at].message.values) | {"odds_ratio": self.median}
        code = f"{cell.steps[at].message.code}_ONCE"
        steps = [
            replace(step, value=step.value * ratio) if i >= at else step
            for i, step in enumerate(cell.steps)
        ]
        steps[at] = replace(steps[at], message=message(code, **told))
        flags = tuple(sorted({*cell.flags, "ODDS_RATIO_OF_COUNTRY"}))
        return replace(cell, flags=flags, steps=tuple(steps))
