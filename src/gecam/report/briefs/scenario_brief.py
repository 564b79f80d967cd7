"""Briefs of scenarios, and the section on how often events come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import name
from gecam.errors import NotEstimatedError
from gecam.report.briefs.brief import brief, limits_of_country, question
from gecam.report.document.blocks import Document, Picture, Section, Table
from gecam.report.sentences import said
from gecam.report.words import capital, change_range, people_alone, people_interval
from gecam.results import GROUP_WORDS, mean_texts, message
from gecam.uncertainty import NOT_ESTIMATED

if TYPE_CHECKING:
    from gecam.evaluation import Comparison
    from gecam.preparedness import AnnualAverage, EventSet, ExceedanceCurve
    from gecam.results import Estimates

NOT_COMPARED = {  # what a planner reads in place of a note of `gecam.compare`
    "in neither answer estimated": "NEITHER_ESTIMATED",
    "estimated only before": "ONLY_BEFORE",
    "estimated only after": "ONLY_AFTER",
}
NEEDS = {"in_need": "IN_NEED", "severe": "IN_SEVERE_NEED"}


@checked
def scenario_brief(
    est: Estimates,
    change: Comparison | None,
    *,
    crises: Sequence[str],
    title: str,
    notes: Sequence[str] = (),
    trace: str,
    picture: Picture | None = None,
) -> Document:
    """Return the brief of a scenario: whom it touches, and how the numbers came about.

    Parameters
    ----------
    est
        Estimates of the scenario, people.
    change
        Against today, people; None for a scenario that stands alone.
    crises
        Names (ids) of the scenario's crises: their steps are written out, one paragraph each.
    title
        Name of the page.
    notes
        What is said of the footprints, one text each; none by default.
    trace
        Command that makes the page again, by its name and options.
    picture
        A map; None by default.

    Returns
    -------
    Document
        A page; `write_page` puts it into a file.
    """
    verb = said(NEEDS[est.measure]) if est.measure in NEEDS else str(message(est.measure))
    rows = _alone(est) if change is None else _against_today(change)
    people = _total(est.by("destination").draws if change is None else change.additional)
    code = "SCENARIO_LEAD" if change is None else "SCENARIO_LEAD_MORE"
    lead = said(code, people=people_interval(people, est.level), measure=verb)
    steps = tuple(
        said(
            "STEPS_OF_GROUP",
            country=name(cell.destination),
            group=GROUP_WORDS[cell.group],
            steps="; ".join(s.text for s in cell.steps).rstrip("."),
        )
        for cell in est.cells
        if cell.status == "estimated" and cell.crisis in set(crises)
    )
    sections = (
        question(said("WHOM_IT_TOUCHES"), map(_sentence, notes), rows, picture=picture),
        question(said("HOW_NUMBERS_CAME"), steps),
    )
    limits = (said("WHAT_IF"), *limits_of_country())
    brackets = said("IN_BRACKETS", level=est.level)
    return brief(title, (lead, brackets), sections, limits=limits, est=est, trace=trace)


@checked
def events_section(
    country: str,
    events: EventSet,
    average: AnnualAverage,
    curve: ExceedanceCurve | None,
    *,
    periods: Sequence[float] = (2, 5, 10),
    trace: str = "",
) -> Section:
    """Return the section on how often events come, with what the record cannot carry.

    Parameters
    ----------
    country
        Name of the country.
    events, average, curve
        Answers of `gecam.preparedness` on past events, in people, movements or migrants a year; no
        curve (None) where the record does not carry one.
    periods
        Return periods that are shown, years, > 0.
    trace
        Command that shows where the numbers come from; empty by default.
    """
    word, (start, end) = events.unit, events.period or (0, 0)
    title = said("HOW_OFTEN_TODAY" if word == "migrants" else "HOW_OFTEN")
    recorded = {"people": people_alone(average.recorded), "unit": word}
    ends = {"lower": people_alone(average.lower), "upper": people_alone(average.upper)}
    reason = average.reason_message
    text = [
        said("EVENTS_ON_RECORD", number=len(events), country=country, start=start, end=end),
        said("RECORD_AVERAGE", **recorded, **ends, reason=reason)
        if average.is_estimated
        else said("RECORD_ONLY", **recorded, reason=dict(reason.values).get("why", reason)),
    ]
    rows = []
    for years in periods if curve is not None else ():
        try:
            level, lower, upper = curve.at_return_period(years)  # type: ignore[union-attr]  # not None here
        except NotEstimatedError as error:
            rows.append((f"{years:g}", said("NO_ESTIMATE"), str(error)))
            continue
        top = said("NOT_BOUNDED") if np.isinf(upper) else people_alone(upper)
        interval = said("FROM_TO", lower=people_alone(lower), upper=top)
        rows.append((f"{years:g}", people_alone(level), interval))
    names = (said("ONCE_IN"), said("MORE_THAN", unit=word), said("INTERVAL_COLUMN"))
    table = Table(names, tuple(rows)) if rows else None
    notes = (f"{capital(note)}." for note in events.notes)
    return question(title, (*text, *notes), table, explain=trace)


def _sentence(note: str) -> str:
    """Return the note of a footprint as a sentence, without its spread on the logit scale."""
    parts = [part for part in note.split("; ") if not part.startswith("logit sd ")]
    text = "; ".join(parts).replace(", sd ", ", standard deviation ").rstrip(".")
    return f"{capital(text)}."


def _alone(est: Estimates) -> Table:
    table = est.by("destination")
    zeros = _zeros(est)
    rows = table.summary().to_dict("records")
    return Table.of_columns(
        {
            said("COUNTRY_COLUMN"): [name(row["destination"]) for row in rows],
            said("MIGRANTS_COLUMN"): [
                people_interval(draws, est.level) if is_estimated else said("NO_ESTIMATE")
                for draws, is_estimated in zip(table.draws, table.is_estimated, strict=True)
            ],
            said("GRADE_COLUMN"): [row["grade"] for row in rows],
            said("NOTE_COLUMN"): [zeros.get(row["destination"]) or row["reason"] for row in rows],
        }
    )


@checked
def additional_rows(change: Comparison) -> pd.DataFrame:
    """Return the additional people of a scenario by country, as a table.

    Parameters
    ----------
    change
        Today's estimates against those of the scenario, by destination (`gecam.compare`).

    Returns
    -------
    pandas.DataFrame
        One row per country: ``destination``, ``today``, ``scenario``, ``difference`` (means, persons),
        ``lower`` and ``upper`` (interval of the difference), ``probability_more``, ``reason``. Where
        today has no estimate all people of the scenario are additional.
    """
    people, level = change.additional, change.level
    is_estimated = ~np.isnan(people[:, 0])
    ends = np.full((2, len(people)), np.nan)
    if is_estimated.any():
        tails = [(1 - level) / 2, (1 + level) / 2]
        ends[:, is_estimated] = np.quantile(people[is_estimated], tails, axis=1)
    zeros = _zeros(change.after)
    rows = change.rows
    table = pd.DataFrame(
        {
            "destination": rows["destination"],
            "today": rows["before"],
            "scenario": rows["after"],
            "difference": people.mean(axis=1),
            "lower": ends[0],
            "upper": ends[1],
            "probability_more": np.where(is_estimated, (people > 0).mean(axis=1), np.nan),
            "reason": [
                zeros.get(place) or (said(NOT_COMPARED[note]) if note else "")
                for place, note in zip(rows["destination"], rows["note"], strict=True)
            ],
        }
    )
    return table.sort_values("destination", ignore_index=True)


def _zeros(est: Estimates) -> dict[str, str]:
    """Return the first reason of each country in which a scenario touches nobody."""
    zeros = [x for x in est.cells if x.reason and x.odds_ratio_1 == 0 and x.status == "estimated"]
    return {x.destination: x.reason for x in reversed(zeros)}


def _against_today(change: Comparison) -> Table:
    table = additional_rows(change)
    is_changed = table["difference"].ne(0) | table["reason"].ne("")
    is_known = table["today"].notna() | table["scenario"].notna()
    shown = table[is_changed & is_known].to_dict("records")
    today, scenario = (mean_texts(x.by("destination")) for x in (change.before, change.after))
    return Table.of_columns(
        {
            said("COUNTRY_COLUMN"): [name(row["destination"]) for row in shown],
            said("TODAY_COLUMN"): [
                today.get((row["destination"],), NOT_ESTIMATED) for row in shown
            ],
            said("SCENARIO_COLUMN"): [
                scenario.get((row["destination"],), NOT_ESTIMATED) for row in shown
            ],
            said("MORE_COLUMN"): [change_range(row, change.level) for row in shown],
            said("NOTE_COLUMN"): [row["reason"] for row in shown],
        }
    )


def _total(draws: np.ndarray) -> np.ndarray:
    """Sum the estimated rows; zero where there are none."""
    estimated = draws[~np.isnan(draws[:, 0])] if len(draws) else draws
    return estimated.sum(axis=0) if len(estimated) else np.zeros(2)
