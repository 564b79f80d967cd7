"""Briefs of scenarios, and the section on how often events come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import name
from gecam.errors import NotEstimatedError
from gecam.report.brief import LIMITS_OF_COUNTRY, brief, question
from gecam.report.document.blocks import Document, Picture, Section, Table
from gecam.report.words import capital, change_range, people_alone, people_interval
from gecam.results import GROUP_WORDS, mean_texts
from gecam.uncertainty import NOT_ESTIMATED

if TYPE_CHECKING:
    from gecam.evaluation import Comparison
    from gecam.preparedness import AnnualAverage, EventSet, ExceedanceCurve
    from gecam.results import Estimates

NOT_COMPARED = {  # what a planner reads in place of a note of `gecam.compare`
    "": "",
    "in neither answer estimated": "Not estimated.",
    "estimated only before": "Not estimated in the scenario.",
    "estimated only after": "Today's figures have no estimate here: all people of the scenario count "
    "as additional.",
}
VERBS = {"in_need": "in need", "severe": "in severe need"}


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
    verb = VERBS.get(est.measure, est.measure)
    rows = _alone(est) if change is None else _against_today(change)
    people = _total(est.by("destination").draws if change is None else change.additional)
    more = "" if change is None else "more "
    lead = f"{people_interval(people, est.level)} {more}migrants would be {verb}"
    lead += "." if change is None else " than today."
    steps = tuple(
        f"{name(leaf.destination)}, {GROUP_WORDS[leaf.group]}: "
        f"{'; '.join(s.text for s in leaf.steps).rstrip('.')}."
        for leaf in est.leaves
        if leaf.status == "estimated" and leaf.crisis in set(crises)
    )
    sections = (
        question("Whom it touches", map(_sentence, notes), rows, picture=picture),
        question("How the numbers came about", steps),
    )
    limits = (
        "A scenario is a what-if: it has no probability unless somebody states one.",
        *LIMITS_OF_COUNTRY,
    )
    brackets = f"Numbers in brackets are {est.level:.0%} intervals."
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
    title = "How often events come"
    if word == "migrants":
        title = "How many migrants such events would touch today"
    recorded = f"The record averages {people_alone(average.recorded)} {word} a year"
    text = [
        f"{len(events)} events with a number of people are on record for {country}, "
        f"{start} to {end}.",
        f"{recorded} ({people_alone(average.lower)} to {people_alone(average.upper)}), "
        f"{average.reason}."
        if average.is_estimated
        else f"{recorded}, which is not an estimate of the long run: "
        f"{average.reason.partition(': the recorded')[0]}.",
    ]  # fmt: skip
    rows = []
    for years in periods if curve is not None else ():
        try:
            level, lower, upper = curve.at_return_period(years)  # type: ignore[union-attr]  # not None here
        except NotEstimatedError as error:
            rows.append((f"{years:g}", "not estimated", str(error)))
            continue
        top = "not bounded by the record" if np.isinf(upper) else people_alone(upper)
        rows.append((f"{years:g}", people_alone(level), f"{people_alone(lower)} to {top}"))
    names = ("once in so many years", f"{word} in one event, more than", "interval")
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
            "country": [name(row["destination"]) for row in rows],
            "migrants": [
                people_interval(draws, est.level) if is_estimated else "not estimated"
                for draws, is_estimated in zip(table.draws, table.is_estimated, strict=True)
            ],
            "grade": [row["grade"] for row in rows],
            "note": [zeros.get(row["destination"]) or row["reason"] for row in rows],
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
                zeros.get(place, NOT_COMPARED[note])
                for place, note in zip(rows["destination"], rows["note"], strict=True)
            ],
        }
    )
    return table.sort_values("destination", ignore_index=True)


def _zeros(est: Estimates) -> dict[str, str]:
    """Return the first reason of each country in which a scenario touches nobody."""
    zeros = [x for x in est.leaves if x.reason and x.odds_ratio_1 == 0 and x.status == "estimated"]
    return {x.destination: x.reason for x in reversed(zeros)}


def _against_today(change: Comparison) -> Table:
    table = additional_rows(change)
    is_changed = table["difference"].ne(0) | table["reason"].ne("")
    is_known = table["today"].notna() | table["scenario"].notna()
    shown = table[is_changed & is_known].to_dict("records")
    today, scenario = (mean_texts(x.by("destination")) for x in (change.before, change.after))
    return Table.of_columns(
        {
            "country": [name(row["destination"]) for row in shown],
            "today": [today.get((row["destination"],), NOT_ESTIMATED) for row in shown],
            "scenario": [scenario.get((row["destination"],), NOT_ESTIMATED) for row in shown],
            "more": [change_range(row, change.level) for row in shown],
            "note": [row["reason"] for row in shown],
        }
    )


def _total(draws: np.ndarray) -> np.ndarray:
    """Sum the estimated rows; zero where there are none."""
    estimated = draws[~np.isnan(draws[:, 0])] if len(draws) else draws
    return estimated.sum(axis=0) if len(estimated) else np.zeros(2)
