"""The brief for a country of origin: where its people are in crises abroad."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.estimation import registered_origins
from gecam.preparedness import NationalsAbroad
from gecam.report.briefs.brief import brief, limits_of_country, question
from gecam.report.document.blocks import Document, Section, Table
from gecam.report.sentences import said
from gecam.report.translation import place_name
from gecam.report.words import (
    people_alone,
    people_interval,
)
from gecam.results import (
    CompleteEstimates,
    Estimates,
)
from gecam.uncertainty import SMALLEST_SHOWN, people_cell

MOST_HIDDEN = 5  # countries listed with people whose origin is not told apart
WHERE_COUNTED: Mapping[str, str] = {
    "published": "FROM_CHAPTER",
    "register": "FROM_REGISTER",
    "country plan": "FROM_COUNTRY_PLAN",
    "none": "FROM_NOTHING",
}


@checked
def origin_brief(
    est: Estimates,
    nationals: NationalsAbroad,
    *,
    trace: str,
    explain: str,
    complete: CompleteEstimates | None = None,
) -> Document:
    """Return the brief for a country of origin: where its people are in crises abroad.

    Parameters
    ----------
    est
        The estimates, people.
    nationals
        Answer of `gecam.preparedness.nationals_abroad` from them, people.
    trace, explain
        Commands by their names and options: what makes the page again, and what shows how the
        numbers came about.
    complete
        The same estimates with people of regional plans, who have a table of their own; None without
        them.

    Returns
    -------
    Document
        A page; `write_page` puts it into a file.
    """
    country, table = place_name(nationals.origin), nationals.to_frame()
    leads = [] if complete is None else _complete_lead(nationals, complete)
    if table.empty:
        lead = said("ORIGIN_NOBODY", country=country)
    else:
        lead = said(
            "ORIGIN_LEAD",
            people=people_interval(nationals.total, nationals.level),
            country=country,
            largest=place_name(table["destination"].iloc[0]),
            level=nationals.level,
        )
    sections = [] if table.empty else [_where(nationals, table, explain)]
    if complete is not None:
        sections += _in_regional_plans(complete, nationals.origin)
        sections += _registered(complete, nationals.origin)
    sections += [*_untold_origin(table, country, explain), *_not_estimated(nationals)]
    title = said("ORIGIN_TITLE", country=country, case=est.provenance.case)
    leads.append(lead)
    return brief(title, leads, sections, limits=limits_of_country(), est=est, trace=trace)


def _complete_lead(nationals: NationalsAbroad, complete: CompleteEstimates) -> list[str]:
    """Return the sentence with people of regional plans; none where they add nobody."""
    total = nationals.complete_total(complete)
    if np.array_equal(total, nationals.total):
        return []
    people = people_interval(total, nationals.level)
    return [said("ORIGIN_COMPLETE", people=people, country=place_name(nationals.origin))]


def _where(nationals: NationalsAbroad, table: pd.DataFrame, explain: str) -> Section:
    """Return where people of an origin are; countries with few of them in one line."""
    country = place_name(nationals.origin)
    is_shown = table["mean"].ge(SMALLEST_SHOWN).to_numpy() | (np.arange(len(table)) == 0)
    shown = table[is_shown]
    rows = Table.of_columns({
        said("RANK_COLUMN"): [_rank(row) for row in shown.to_dict("records")],
        said("COUNTRY_COLUMN"): [f"{place_name(x)} ({x})" for x in shown["destination"]],
        said("CRISIS_COLUMN"): shown["crises"],
        said("PEOPLE_COLUMN"): [
            people_interval(draws, nationals.level) for draws in nationals.people[is_shown]
        ],
        said("GRADE_COLUMN"): shown["grade"],
        said("COUNTED_AS"): shown["counted_as"],
    })  # fmt: skip
    texts = [said("HOW_RANKED", country=country)]
    if not is_shown.all():
        places = ", ".join(map(place_name, table["destination"][~is_shown]))
        number = (~is_shown).sum()
        fewest = people_cell(SMALLEST_SHOWN)
        texts.append(said("FEWER_THAN", fewest=fewest, number=number, places=places))
    return question(said("WHERE"), texts, rows, explain=explain)


def _in_regional_plans(complete: CompleteEstimates, origin: str) -> Iterator[Section]:
    """Yield the hosts of an origin's people in regional plans, each with a number or its reason."""
    cells = complete.table()
    cells = cells[cells["origin"].eq(origin)].sort_values("people", ascending=False, kind="stable")
    if cells.empty:
        return
    rows = Table.of_columns({
        said("COUNTRY_COLUMN"): [f"{place_name(place)} ({place})" for place in cells["destination"]],
        said("PLAN_COLUMN"): cells["plan"],
        said("PEOPLE_IN_NEED"): [
            people_interval(complete.draws[i], complete.estimates.level) if drawn else ""
            for i, drawn in zip(cells.index, cells["lower"].notna(), strict=True)
        ],
        said("PRESENT_AT_YEAR_END"): [
            f"{people_cell(present, missing='')} ({year})" if present == present else ""  # noqa: PLR0124 -- NaN
            for present, year in zip(cells["present"], cells["year_end"], strict=True)
        ],
        said("WHAT_IT_IS"): [said(WHERE_COUNTED[basis]) for basis in cells["basis"]],
    })  # fmt: skip
    yield question(said("IN_REGIONAL_PLANS"), (said("WHO_IN_REGIONAL_PLANS"),), rows)


def _registered(complete: CompleteEstimates, origin: str) -> Iterator[Section]:
    """Yield where UNHCR registers people of an origin who are in no number of the page, and why."""
    rows = registered_origins(complete)
    rows = rows[rows["origin"].eq(origin) & rows["counted_in"].eq("not estimated")]
    if rows.empty:
        return
    rows = rows.sort_values("registered", ascending=False, kind="stable")
    table = Table.of_columns({
        said("COUNTRY_COLUMN"): [f"{place_name(place)} ({place})" for place in rows["destination"]],
        said("REGISTERED_COLUMN"): [
            f"{people_cell(people)} ({year})"
            for people, year in zip(rows["registered"], rows["year_end"], strict=True)
        ],
        said("WHY_COLUMN"): rows["reason"],
    })  # fmt: skip
    yield question(said("REGISTERED"), (said("WHO_REGISTERED"),), table)


def _untold_origin(table: pd.DataFrame, country: str, explain: str) -> Iterator[Section]:
    """Yield where affected migrants live of whom the publisher tells no origin, the most first."""
    hidden = table[table["unknown_origin"].gt(0)]
    hidden = hidden.sort_values("unknown_origin", ascending=False).head(MOST_HIDDEN)
    if hidden.empty:
        return
    listed = ", ".join(
        f"{place_name(place)} {people_alone(people)}"
        for place, people in zip(hidden["destination"], hidden["unknown_origin"], strict=True)
    )
    text = said("WHO_UNTOLD_ORIGIN", country=country, places=listed)
    yield question(said("UNTOLD_ORIGIN"), (text,), explain=explain)


def _not_estimated(nationals: NationalsAbroad) -> Iterator[Section]:
    """Yield what stands beside the estimates: countries without one, and plans of several."""
    if nationals.not_estimated:
        reasons = sorted(nationals.not_estimated.items())
        lines = (
            said("LABELLED", label=place_name(place), text=reason) for place, reason in reasons
        )
        yield question(said("NOT_ESTIMATED"), lines)
    if nationals.regional_plans:
        plans = Table.of_columns({
            said("PLAN_SPANS"): [plan for plan, _ in nationals.regional_plans],
            said("PEOPLE_IN_PLAN"): [
                people_alone(people) for _, people in nationals.regional_plans
            ],
        })  # fmt: skip
        yield question(said("PLANS_OF_ORIGIN"), (said("AS_PUBLISHED"),), plans)


def _rank(row: dict[str, Any]) -> str:
    low, high = int(row["rank_lower"]), int(row["rank_upper"])
    rank = str(row["rank"])
    return said("RANK_RANGE", rank=rank, low=low, high=high) if low < high else rank
