"""Severe need: people of phases 4 and 5 as a share of those in need, draw by draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.estimation.added_inputs import hash_of, with_inputs
from gecam.estimation.country_tables import one_of_each_country
from gecam.estimation.methods.margins import migrants_affected
from gecam.estimation.methods.phases import phase_shares
from gecam.model import CountryPhases, OddsRatioPrior
from gecam.results import (
    SELECTIONS,
    SHOWN,
    CompleteEstimates,
    Estimates,
    EstimationCell,
    Message,
    PeopleInAnyCrisis,
    Phase,
    PhasedEstimates,
    PlanRow,
    RegionalCell,
    Step,
    message,
)
from gecam.uncertainty import Streams, addresses

SEVERE_ODDS_RATIO = OddsRatioPrior(median=1.5, lower=0.75, upper=3.0)
"""Odds of being in phase 4 or 5 rather than in phase 3, migrants in need against others in need.

Published pairs with two thresholds: Chile 2024, 2.1 (poverty 23.4 and 16.7 %, severe 12 and 5.6 %);
Costa Rica 2023 and 2024, 1.1 and 1.3. Their geometric mean is 1.6 over two countries; the interval
is expert judgement.
"""
SMALLEST_SHAPE = (
    0.5  # of a drawn share: its error is at most 1.4 times its mean, however small it is
)
Part = Callable[[FloatArray, FloatArray], FloatArray]  # of people in need, by draw
PARTS: Mapping[Phase, Part] = {
    "3": lambda severe, _: 1 - severe,
    "4": lambda severe, worst: severe * (1 - worst),
    "5": lambda severe, worst: severe * worst,
}


@checked
def by_severity(
    est: Estimates,
    phases: Iterable[CountryPhases],
    *,
    complete: CompleteEstimates | None = None,
    odds_ratio: OddsRatioPrior = SEVERE_ODDS_RATIO,
) -> PhasedEstimates:
    r"""Divide people in need by phase of severity.

    Parameters
    ----------
    est
        An answer of people in need (phase 3 and worse), persons.
    phases
        Published phases, at most one analysis of each country (`gecam.load_severity`,
        `gecam.model.phases_of_case`).
    complete
        The same answer with people of regional plans (`gecam.complete_estimates`); None without
        them.
    odds_ratio
        Odds of phase 4 or 5 among people in need, migrants against others in need; judged.

    Returns
    -------
    PhasedEstimates
        People in phase 4 or worse as an answer of its own, and each phase by itself. Countries
        without phases are not estimated, and the row says so: totals are of the others.

    Raises
    ------
    InputError
        If the answer is not of people in need, or a country has several analyses.

    Notes
    -----
    In every draw, phases 4 and 5 are a share :math:`c` of people in need [1]_, so that nobody is in
    severe need who is not in need, whatever the odds ratios of the two are. Of all people in need
    that share is beta about the published one, as wide as among `CountryPhases.effective`
    interviews. Migrants in need are a part of them, and those of them who are severe follow from
    the 2x2 table of migrants in need and severe need with the odds ratio given here, so that the
    published figure of severe need holds. Both groups of a country, all its crises and people in
    several of them have one share; people of regional plans stand outside the country's figure, so
    that the odds ratio acts on its share alone. Phase 5 among phases 4 and 5 is as among all people
    in need.

    References
    ----------
    .. [1] Tutz, G. (1991). Sequential models in categorical regression. *Computational Statistics &
       Data Analysis* 11, 275-295.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2026").restrict(["TCD"]), draws=400, seed=1)
    >>> phased = gc.by_severity(est, gc.load_severity("2026"))
    >>> phased.severe.measure, phased.by("destination").labels["phase"].tolist()
    ('severe', ['3', '4', '5'])
    """
    if est.measure != "in_need":
        raise InputError(f"phases divide people in need: got the measure {est.measure!r}.")
    given = one_of_each_country(phases, "phases", "analysis")
    chosen = {place: given[place] for place in sorted({p for p, _ in est.places} & set(given))}
    shares = {place: _Severity.of(est, x, odds_ratio) for place, x in chosen.items()}
    sources = [x.source for x in chosen.values()]
    hashed = replace(with_inputs(est, [chosen, odds_ratio], sources), case=None)
    severe = {place: share.severe for place, share in shares.items()}
    said = {place: share.said for place, share in shares.items()}
    divided: dict[Phase, Estimates] = {
        phase: _part(hashed, {p: part(s.severe, s.worst) for p, s in shares.items()}, {})
        for phase, part in PARTS.items()
    }
    rest = {p: np.ones(est.draws.shape[1]) for p, _ in est.places if p not in shares}
    whole = _part(hashed, rest, {})
    divided["3 or worse"] = replace(whole, case=est.case)  # it has the rows without any figure
    answer = replace(_part(hashed, severe, said), measure="severe")
    phased = PhasedEstimates(est, answer, divided)
    return phased if complete is None else _with_regional_cells(phased, complete, shares)


@dataclass(frozen=True, eq=False)
class _Severity:
    """Shares of migrants in need by draw: phases 4 and 5, and phase 5 among these.

    Those whom the country's figure does not count have their own share of phases 4 and 5,
    `outside`.
    """

    severe: FloatArray
    outside: FloatArray
    worst: FloatArray
    said: Message

    @classmethod
    def of(cls, est: Estimates, phases: CountryPhases, prior: OddsRatioPrior) -> _Severity:
        """Draw the shares of a country, whose migrants in need are a part of its people in need."""
        n, place = est.draws.shape[1], phases.destination
        streams = est.provenance.streams
        three, four, five = phases.in_need
        of_all = _worse(three, four + five, phases.effective, (streams, addresses.phases(place), n))
        worst = _worse(
            four, five, phases.effective * phases.severe_share,
            (streams, addresses.worst_phase(place), n),
        )  # fmt: skip
        parts = addresses.odds_ratio_of_severity(place)
        log_odds = prior.log_odds(*(streams.normal(*part, 0, n) for part in parts))
        migrants = np.nansum(
            [row for (p, _), row in zip(est.places, est.unions[SELECTIONS[1]].draws, strict=True)
             if p == place], axis=0,
        )  # fmt: skip
        everybody = np.maximum(sum(phases.in_need), migrants)
        with np.errstate(divide="ignore"):  # a share of 0 or 1 stays what it is
            outside = expit(logit(of_all) + log_odds)
        in_table = migrants_affected(migrants, everybody, of_all * everybody, np.exp(log_odds))
        some = np.where(migrants > 0, migrants, 1.0)
        severe = np.where(migrants > 0, np.minimum(in_table / some, 1.0), outside)
        said = message(
            "SEVERE_PART", share=phases.severe_share, scale=phases.scale, on=phases.as_of,
            part=float(severe.mean()), odds_ratio=prior.median,
        )  # fmt: skip
        return cls(severe, outside, worst, said)


def _worse(
    milder: float, worse: float, effective: float, drawn: tuple[Streams, str, int]
) -> FloatArray:
    """Draw the share of the worse of two parts of people in need; a part without people stays so."""
    streams, input_id, n = drawn
    smaller = min(milder, worse) / (milder + worse)
    if smaller == 0:
        return np.full(n, float(worse > 0))
    effective = max(effective, SMALLEST_SHAPE / smaller)
    shares = phase_shares([milder, worse], n=effective, deff=1.0, prior=0.0)
    return np.asarray(shares.draws(streams, input_id, 0, n)[1])


def _part(
    est: Estimates, shares: Mapping[str, FloatArray], said: Mapping[str, Message]
) -> Estimates:
    """Return a part of the people in need, by shares; a place without one has no figure."""
    nothing = np.full(est.draws.shape[1], np.nan)
    of_cells = np.stack([shares.get(x.destination, nothing) for x in est.cells])
    draws = est.draws * of_cells
    unions: dict[int, PeopleInAnyCrisis] = {}
    for union in est.unions.values():
        if id(union) not in unions:
            unions[id(union)] = _part_of_union(est, union, shares)
    return replace(
        est,
        cells=tuple(
            _part_of_cell(x, row, shares.get(x.destination), said.get(x.destination))
            for x, row in zip(est.cells, draws, strict=True)
        ),
        draws=draws,
        unions={selection: unions[id(union)] for selection, union in est.unions.items()},
        plans=tuple(
            PlanRow(x.crisis, "not_estimated", message("WITHOUT_FIGURE_BY_PHASE"), float("nan"))
            for x in est.plans
        ),
        overlaps=(),
    )


def _part_of_union(
    est: Estimates, union: PeopleInAnyCrisis, shares: Mapping[str, FloatArray]
) -> PeopleInAnyCrisis:
    """Return the part of people in any crisis, by place."""
    nothing = np.full(est.draws.shape[1], np.nan)
    of_places = np.stack([shares.get(place, nothing) for place, _ in est.places])
    means = of_places.mean(axis=1)
    return PeopleInAnyCrisis(
        union.draws * of_places, union.odds_ratio_1 * means, union.sum_of_crises * means,
        union.cells,
    )  # fmt: skip


def _part_of_cell(
    cell: EstimationCell, draws: FloatArray, share: FloatArray | None, said: Message | None
) -> EstimationCell:
    """Return the facts of a cell's part: nobody more than is in need, and no evidence of its own."""
    if cell.status not in SHOWN:
        return cell
    if share is None:
        because = message("PHASES_NOT_PUBLISHED")
        return EstimationCell(
            cell.id, cell.crisis, cell.destination, cell.group, "not_estimated", because,
            flags=cell.flags, stock=cell.stock,
        )  # fmt: skip
    mean = float(share.mean())
    step = () if said is None else (Step("severity", float(draws.mean()), said),)
    return replace(
        cell,
        evidence_level=max(cell.evidence_level, 3),
        flags=tuple(sorted({*cell.flags, "SEVERITY_JUDGED"})) if said is not None else cell.flags,
        odds_ratio_1=cell.odds_ratio_1 * mean,
        lower_bound=0.0,
        steps=(*cell.steps, *step),
    )


def _with_regional_cells(
    phased: PhasedEstimates, complete: CompleteEstimates, shares: Mapping[str, _Severity]
) -> PhasedEstimates:
    """Add people of regional plans by phase; those of hosts without phases stay together."""
    outside = {place: share.outside for place, share in shares.items()}
    by_phase = {
        phase: _part_of_regional_cells(
            complete,
            phased.phases[phase],
            {p: part(s.outside, s.worst) for p, s in shares.items()},
        )
        for phase, part in PARTS.items()
    }
    n = complete.draws.shape[1]
    rest = {c.destination: np.ones(n) for c in complete.cells if c.destination not in shares}
    whole = _part_of_regional_cells(complete, phased.phases["3 or worse"], rest, is_judged=False)
    return replace(
        phased, complete=_part_of_regional_cells(complete, phased.severe, outside),
        regional={**by_phase, "3 or worse": whole},
    )  # fmt: skip


def _part_of_regional_cells(
    complete: CompleteEstimates,
    answer: Estimates,
    shares: Mapping[str, FloatArray],
    *,
    is_judged: bool = True,
) -> CompleteEstimates:
    """Return a part of people of regional plans, where a country has a share."""
    nothing = np.full(complete.draws.shape[1], np.nan)
    rows = [
        draws * shares.get(cell.destination, nothing)
        for cell, draws in zip(complete.cells, complete.draws, strict=True)
    ]
    cells = [
        _part_of_regional_cell(cell, part, is_judged=is_judged)
        for cell, part in zip(complete.cells, rows, strict=True)
    ]
    drawn = {c.crisis: 0.0 for c in cells}
    for cell in cells:
        drawn[cell.crisis] += 0.0 if np.isnan(cell.people) else cell.people
    plans = complete.plans.assign(
        published=np.nan, by_country=complete.plans["crisis"].map(drawn), not_by_country=np.nan
    )
    return CompleteEstimates(
        answer, tuple(cells), np.stack(rows), plans, complete.regional,
        hash_of(complete.config_sha256, answer.provenance.config_sha256), complete.present,
    )  # fmt: skip


def _part_of_regional_cell(
    cell: RegionalCell, part: FloatArray, *, is_judged: bool
) -> RegionalCell:
    """Return the cell of a part of its people; one without draws has no figure."""
    if cell.total == "country plan":
        return cell
    if np.isnan(part[0]):
        return replace(cell, total="none", basis="none", people=float("nan"), flags=())
    if not is_judged:
        return cell
    flags = tuple(sorted({*cell.flags, "SEVERITY_JUDGED"}))
    return replace(cell, people=float(part.mean()), basis="register", flags=flags)
