"""Explain: where a number comes from, what drives it, and what would change it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from gecam._signature import checked
from gecam._typing import WholeNumber
from gecam.codes import name
from gecam.errors import InputError
from gecam.estimation import destination_plan
from gecam.evaluation.explanation.account import Driver, Explanation, InputFigure, PartRow
from gecam.evaluation.explanation.decomposition import TargetCountry, decomposition_of, places_of
from gecam.evaluation.explanation.evidence import cell_accounts
from gecam.evaluation.explanation.inputs import figures_of, judgements_of, related_counts
from gecam.evaluation.explanation.severe_part import STEP, severe_part
from gecam.evaluation.explanation.targets import Target, TargetKind, case_of, find_target
from gecam.evaluation.explanation.tipping_points import tipping_points_of
from gecam.evaluation.sensitivity.random_inputs import RandomInputs, words_of_input
from gecam.evaluation.sensitivity.sensitivity import variance_shares
from gecam.model import Case, Source
from gecam.results import (
    EVIDENCE_LEVELS,
    SELECTIONS,
    Estimates,
    Message,
    PhasedEstimates,
    beyond_borders,
    count_sentence,
    flag_text,
    message,
)
from gecam.uncertainty import round_together

TOLERANCE = 0.05  # half width of a variance share's interval
NEGLIGIBLE = 0.0005  # a variance share that reads 0.0 %


@checked
def explain(
    est: Estimates | PhasedEstimates,
    target: str = "world",
    *,
    kind: TargetKind | None = None,
    case: Case | None = None,
    points: WholeNumber = 2048,
) -> Explanation:
    """Explain one number: its inputs, evidence, formula, decomposition, sensitivity, flags and bounds.

    Parameters
    ----------
    est
        The estimates that hold the number, as `estimate` returned them or a database reads them.
        People in need divided by phase (`gecam.by_severity`) for a number in severe need: its steps are
        those of people in need, and then the share of phases 4 and 5.
    target
        ``world``, a country of destination (ISO3 or name), a region, a crisis, an estimation cell
        (``crisis/destination/group``), or a country of origin.
    kind
        Which of these, where a text could be two: ``"SOM"`` is a destination, unless
        ``kind="origin"``.
    case
        The inputs, by default those that the estimates hold; needed if they were read from a
        database.
    points
        Number of quasi-random points for shares of the variance, a power of 2; 0 leaves out what
        needs further runs (shares of the variance, and tipping points). A number in severe need has
        none of these: what makes it uncertain is explained for people in need.

    Returns
    -------
    Explanation
        `gecam.report.render` writes it as text, Markdown or HTML.

    Raises
    ------
    InputError
        If the target is unknown, the inputs are not at hand, or the answer is severe need without the
        people in need that it is a part of.

    Notes
    -----
    The decomposition is in means and in a fixed order: stock, its projection to the reference date,
    groups, published counts, share at odds ratio 1, odds-ratio prior (median), odds-ratio prior and
    all other spreads, overlap. Its changes add up to the result (`exact_parts`). A country's stock
    counts once, and so do people of several crises.

    Examples
    --------
    >>> from gecam.evaluation import explain
    >>> est = gc.estimate(gc.load_edition("2022"), draws=500)
    >>> explain(est, "COL", points=0)
    Explanation(Colombia (COL): not estimated)
    >>> [step.name for step in explain(est, "TCD", points=0).decomposition]
    ['stock', 'projection', 'group', 'share', 'odds_ratio_median', 'spread']
    """
    if isinstance(est, PhasedEstimates):
        whole = explain(est.in_need, target, kind=kind, case=case, points=0)
        part = severe_part(whole, est.severe, _row(est.severe, whole.target))
        notes = _notes(est.severe, whole.target) if part.is_estimated else ()
        count = _count(est.severe, case_of(est.in_need, case), whole.target)
        return replace(part, notes_messages=tuple(notes), count=count)
    if any(step.name == STEP for cell in est.cells for step in cell.steps):
        raise InputError(
            "severe need is explained with the people in need that it is a part of: give what "
            "gc.by_severity returned, and not its part."
        )
    inputs = case_of(est, case)
    return _explained(est, inputs, find_target(inputs, target, kind), points)


def _explained(est: Estimates, inputs: Case, asked: Target, points: int) -> Explanation:
    """Return the explanation of a number of an answer that is divided by nothing."""
    plans = {d: destination_plan(inputs, d, est.scope) for d in asked.destinations}
    row = _row(est, asked)
    places = places_of(est, asked, plans.values())
    has_number = not math.isnan(row["mean"])
    is_run = points and has_number and asked.kind != "origin"
    drivers, is_converged = _drivers(inputs, asked, est, points) if is_run else ((), True)
    streams = est.provenance.streams
    tipping = tipping_points_of(inputs, asked, est.scope, places, streams) if is_run else ()
    flags = row["flags"].split()
    figures = figures_of(inputs, asked, places)
    return Explanation(
        target=asked,
        status=row["status"],
        reason=row["reason"],
        mean=row["mean"],
        lower=row["lower"],
        upper=row["upper"],
        level=row["level"],
        odds_ratio_1=row["odds_ratio_1"],
        sd=row["cv"] * row["mean"],
        mcse=row["mcse"],
        grade=row["grade"],
        evidence_level=int(row["evidence_level"]),
        evidence=EVIDENCE_LEVELS[int(row["evidence_level"])],
        decomposition=decomposition_of(places, row["mean"]),
        cells=cell_accounts(est, inputs, asked, plans),
        parts=_parts(est, asked, places, row["mean"]),
        figures=figures,
        sources=_sources(inputs, asked, figures),
        drivers=drivers,
        is_converged=is_converged,
        tipping_points=tipping,
        flags=tuple((code, flag_text(code)) for code in flags),
        lower_bound=row["lower_bound"],
        upper_bound=row["upper_bound"],
        related=related_counts(est, asked),
        overlaps_messages=_overlaps(est, asked),
        judgements=judgements_of(inputs.assumptions, flags, places) if has_number else (),
        notes_messages=tuple(_notes(est, asked)) if has_number else (),
        provenance=est.provenance,
        count=_count(est, inputs, asked),
        measure=est.measure,
    )


def _count(est: Estimates, inputs: Case, target: Target) -> str:
    """Return which count it is, of the dates of the target's crises: of the estimated, if any."""
    crisis = target.id.split("/")[0] if target.kind in {"crisis", "cell"} else ""
    of_target = [c for c in est.cells if c.destination in target.destinations]
    cells = [c for c in of_target if crisis in {"", c.crisis}]
    estimated = {c.crisis for c in cells if not math.isnan(c.odds_ratio_1)}
    crises = estimated or {c.crisis for c in cells} or {crisis}
    dates = [c.reference_date for c in inputs.crises if c.id in crises]
    return count_sentence(est.measure, dates or est.about.dates)


def _sources(case: Case, target: Target, figures: Sequence[InputFigure]) -> tuple[Source, ...]:
    """Return the sources of the figures; all of them for a plan that spans countries."""
    named = {figure.source for figure in figures}
    return tuple(s for s in case.sources if s.id in named or not target.destinations)


def _row(est: Estimates, target: Target) -> pd.Series:
    """Return the summary of the target's row."""
    match target.kind:
        case "world":
            rows = est.total().row(total=SELECTIONS[1])
        case "cell":
            crisis, destination, group = target.id.split("/")
            cells = est.by("crisis", "destination", "group")
            rows = cells.row(crisis=crisis, destination=destination, group=group)
        case dimension:
            try:
                rows = est.by(dimension).row(**{dimension: target.id})
            except InputError as error:
                raise InputError(
                    f"there are no figures for {target.words} in this answer"
                ) from error
    return rows.summary().iloc[0]


def _drivers(
    case: Case, target: Target, est: Estimates, points: int
) -> tuple[tuple[Driver, ...], bool]:
    """Return the shares of the variance, and whether their intervals are narrow enough."""
    model = RandomInputs.of(case, target, est.scope)
    effects = variance_shares(model, n=points, seed=est.provenance.seed)
    drivers = [
        Driver(group, words_of_input(group), float(share), float(lower), float(upper))
        for group, share, lower, upper in zip(
            effects.names, effects.effect.value, effects.effect.lower, effects.effect.upper,
            strict=True,
        )
        if not math.isnan(share) and (share, lower, upper) != (0, 0, 0)
    ]  # fmt: skip
    widest = max(((d.upper - d.lower) / 2 for d in drivers), default=0.0)
    return tuple(sorted(drivers, key=lambda d: -d.share)), widest <= TOLERANCE


def _parts(
    est: Estimates, target: Target, places: tuple[TargetCountry, ...], mean: float
) -> tuple[PartRow, ...]:
    """Return the countries of an answer that holds several, largest first."""
    if len(places) < 2:
        return ()
    rows = [_part(place, mean, _missing(est, target, place.plan.destination)) for place in places]
    shown = [row for row in rows if row.people > 0 or not math.isnan(row.mean) or row.note]
    return tuple(sorted(shown, key=lambda r: (math.isnan(r.mean), -r.mean, r.id)))


def _part(place: TargetCountry, mean: float, note: str) -> PartRow:
    """Return a country of an answer that holds several."""
    destination = place.plan.destination
    people = math.fsum(place.values("undercount"))
    at_one = value = math.nan
    if place.cells:
        value = math.fsum(place.values("overlap"))
        at_one = math.fsum(place.weights[x.group] * x.odds_ratio_1 for x in place.cells)
    share = value / mean if mean > 0 else math.nan
    words = f"{name(destination)} ({destination})"
    return PartRow(destination, words, people, at_one, value, share, note)


def _notes(est: Estimates, target: Target) -> Iterator[Message]:
    """Yield the sentences that a result must not be read without."""
    if target.kind == "world":
        row = est.total().row(total=SELECTIONS[0]).summary().iloc[0]
        value, lower, upper = _rounded(row)
        yield message(
            "COUNTRY_PLANS_ALONE", people=value, level=est.level, lower=lower, upper=upper
        )
        yield message("HALF_OF_TOTAL", places=_listed(est.concentration()))
        for _, border in beyond_borders(est).summary().iterrows():
            yield message("BEYOND_BORDERS", people=_rounded(border)[0])
    if target.kind == "origin":
        yield message("ORIGINS_ALIKE")
    if target.kind in {"crisis", "cell"}:
        yield message("CRISES_DO_NOT_ADD")


def _rounded(row: pd.Series) -> tuple[str, ...]:
    """Return mean and ends of the interval of a row to the digits that it carries."""
    value, lower, upper = row[["mean", "lower", "upper"]]
    sd = row["cv"] * value
    return round_together(value, lower, upper, sd=sd, mcse=row["mcse"]).texts(small="none")[0]


def _listed(codes: list[str]) -> Message | str:
    *first, last = [name(code) for code in codes]
    return message("AND", first=", ".join(first), second=last) if first else last


def _missing(est: Estimates, target: Target, destination: str) -> str:
    """Return why a country, or a group of it, is not estimated or not added."""
    reasons = [
        cell.reason
        for cell in est.cells
        if cell.destination == destination
        and cell.status in {"not_estimated", "left_out"}
        and cell.stock > 0
        and (target.kind != "crisis" or cell.crisis == target.id)
    ]
    return " ".join(dict.fromkeys(reasons))


def _overlaps(est: Estimates, target: Target) -> tuple[Message, ...]:
    """Return what was done where countries of the target have more than one crisis."""
    if target.kind in {"crisis", "cell", "origin"}:
        return ()
    texts = [
        message("AT_PLACE", place=name(overlap.destination), what=text)
        for overlap in est.overlaps
        if overlap.destination in target.destinations
        for text in overlap.relations
    ]
    return tuple(dict.fromkeys(texts))
