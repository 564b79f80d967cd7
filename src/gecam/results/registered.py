"""Refugees who are registered in a country in crisis and have no estimate: their rows, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gecam.codes import region, subregion
from gecam.model import ATTRIBUTES
from gecam.results.columns import FACTS
from gecam.results.flags import join_flags
from gecam.results.messages import Message, message

if TYPE_CHECKING:
    from gecam.model import Case
    from gecam.results.breakdown import Breakdown
    from gecam.results.trace import EstimationCell

FLAG = "REGISTERED_NOT_ESTIMATED"
COUNTS = ["refugees", "asylum_seekers", "oip"]
COLUMNS = ("origin", "destination", "registered", "year_end", "is_estimated", "reason", "flags")


def registered_people(case: Case | None, cells: Iterable[EstimationCell]) -> pd.DataFrame:
    """Return everybody whom UNHCR counts in the countries of an answer, by origin.

    Parameters
    ----------
    case
        The inputs of the answer; there are no rows without them, or without a register in them.
    cells
        Of the answer, by crisis, destination and group: names, status, reason and flags of each.

    Returns
    -------
    pandas.DataFrame
        ``origin``, ``destination``, ``registered`` (refugees, asylum-seekers and others in need of
        international protection at the end of the year before the plans, persons), ``year_end``,
        ``is_estimated`` (whether refugees of that country have an estimate), ``reason``, ``flags``.
    """
    rows = _with_messages(case, cells)
    return rows.assign(reason=rows["reason"].map(_said))


def _with_messages(case: Case | None, cells: Iterable[EstimationCell]) -> pd.DataFrame:
    """Return `registered_people`, the reason as messages: kept rows are read in any language."""
    if case is None or case.protected is None or not case.crises:
        return pd.DataFrame(columns=list(COLUMNS))
    year = min(crisis.reference_date for crisis in case.crises).year - 1
    people = case.protected.people
    people = people[people["as_of"].dt.year.eq(year)].sort_values(["origin", "destination"])
    refugees = defaultdict[str, list["EstimationCell"]](list)
    for cell in cells:
        if cell.group == "protection":
            refugees[cell.destination].append(cell)
    told = {place: _told(refugees[place]) for place in people["destination"].unique()}
    rows = people.assign(registered=people[COUNTS].sum(axis=1), year_end=year)
    for i, name in enumerate(COLUMNS[4:]):
        rows[name] = [told[place][i] for place in rows["destination"]]
    return rows[list(COLUMNS)].reset_index(drop=True)


def _said(reasons: Sequence[Message]) -> str:
    return "; ".join(map(str, reasons))


def _told(cells: Sequence[EstimationCell]) -> tuple[bool, tuple[Message, ...], str]:
    """Return whether refugees of a country have an estimate, why they have none, and flags."""
    if not cells or any(cell.status == "estimated" for cell in cells):
        return True, (), ""
    reasons = dict.fromkeys(cell.because for cell in cells if cell.because is not None)
    return False, tuple(reasons), join_flags(flag for cell in cells for flag in cell.flags)


def registered_not_estimated(
    case: Case | None, cells: Sequence[EstimationCell], scope: str
) -> pd.DataFrame:
    """Return the rows of registered people without an estimate; none in a scope without refugees.

    Parameters
    ----------
    case, cells
        As of `registered_people`.
    scope
        Which migrants the answer counts.
    """
    is_asked = scope in ("all", "union") and any(
        cell.group == "protection" and cell.status != "estimated" for cell in cells
    )
    rows = registered_people(case if is_asked else None, cells)
    left = ~rows["is_estimated"].astype(bool) & rows["registered"].gt(0)
    return rows[left].reset_index(drop=True)


def labels_of(left: pd.DataFrame, dimensions: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the labels of rows of `registered_not_estimated` along some dimensions.

    Parameters
    ----------
    left
        The rows.
    dimensions
        Names of columns: places, ``group``, ``origin``, and attributes such as ``sex``.
    """
    places = left["destination"]
    table = left.assign(
        group="protection", region=places.map(region), subregion=places.map(subregion),
        **dict.fromkeys((*ATTRIBUTES, "age"), "total"),
    )  # fmt: skip
    return list(table[list(dimensions)].itertuples(index=False, name=None))


def with_registered(rows: Breakdown, left: pd.DataFrame) -> Breakdown:
    """Return rows by origin that say who of them is registered and not estimated.

    Parameters
    ----------
    rows
        Rows by origin; those of `left` are among them, without draws where nobody else is in them.
    left
        As `registered_not_estimated` returns it.
    """
    if left.empty:
        return rows
    is_estimated = rows.is_estimated
    columns: dict[str, list[Any]] = {
        name: rows.facts[name].tolist() for name in ("flags", "reason", "published")
    }
    for i, people in _by_row(rows, left).items():
        codes = [FLAG, *columns["flags"][i].split()]
        if not is_estimated[i]:
            codes += [code for part in people for code in part["flags"].split()]
        columns["flags"][i] = join_flags(codes)
        columns["reason"][i] = "; ".join(filter(None, (columns["reason"][i], _sentence(people))))
        columns["published"][i] = sum(part["registered"] for part in people)
    return replace(rows, facts=rows.facts.assign(**columns))


def _by_row(rows: Breakdown, left: pd.DataFrame) -> Mapping[int, Sequence[dict[str, Any]]]:
    """Return registered people by the position of their row."""
    position = {key: i for i, key in enumerate(rows.labels.itertuples(index=False, name=None))}
    of_row = defaultdict[int, list[dict[str, Any]]](list)
    keys = labels_of(left, [str(column) for column in rows.labels.columns])
    for key, record in zip(keys, left.to_dict("records"), strict=True):
        of_row[position[key]].append({str(k): v for k, v in record.items()})
    return of_row


def _sentence(people: Sequence[Mapping[str, Any]]) -> str:
    """Return how many are registered, where, the most first, and why they have no estimate."""
    reasons: dict[str, list[str]] = {}
    for part in sorted(people, key=lambda part: -part["registered"]):
        reasons.setdefault(_said(part["reason"]).rstrip("."), []).append(part["destination"])
    placed = (
        str(message("IN_PLACES", what=why, places=", ".join(where)))
        for why, where in reasons.items()
    )
    return str(message(
        "REGISTERED_NOT_ESTIMATED", people=float(sum(part["registered"] for part in people)),
        year=str(people[0]["year_end"]), why="; ".join(placed),
    ))  # fmt: skip


def without_draws(rows: Breakdown, left: pd.DataFrame) -> Breakdown:
    """Return rows that are described without draws with those of `left` that are in none, sorted.

    Parameters
    ----------
    rows
        Rows by origin with `Breakdown.drawless`.
    left
        As `registered_not_estimated` returns it.
    """
    if left.empty:
        return rows
    there = set(rows.labels.itertuples(index=False, name=None))
    dimensions = [str(column) for column in rows.labels.columns]
    new = sorted(set(labels_of(left, dimensions)) - there)
    if not new:
        return rows
    empty = pd.DataFrame([dict(FACTS)] * len(new), columns=list(FACTS))
    labels = pd.DataFrame(new, columns=dimensions, dtype=object)
    labels = pd.concat([rows.labels, labels], ignore_index=True).sort_values(dimensions)
    facts = pd.concat([rows.facts, empty], ignore_index=True).loc[labels.index]
    return replace(  # estimated rows stay in their order, in which they are described
        rows, labels=labels.reset_index(drop=True), facts=facts.reset_index(drop=True),
        draws=np.empty((len(labels), 0)),
    )  # fmt: skip
