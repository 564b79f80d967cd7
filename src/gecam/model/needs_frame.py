"""Tables of people in need as users write them: crises and footprints from one frame."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, get_args

import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError, Problem
from gecam.model.crisis import Crisis
from gecam.model.footprint import Footprint, Grade, Measure, PinScope, SourceKind
from gecam.model.frames import Column, check_frame
from gecam.model.source import UNKNOWN_SOURCE, Source

NEEDS_COLUMNS = {
    "crisis": Column("text"),
    "destination": Column("iso3"),
    "as_of": Column("date"),
    "people": Column("count"),
    "measure": Column("text", values=frozenset(get_args(Measure))),
    "pin_scope": Column("text", values=frozenset(get_args(PinScope))),
    "grade": Column("text", values=frozenset(get_args(Grade))),
    "denominator": Column("count", is_missing_allowed=True),
    "onset": Column("date", is_missing_allowed=True),
    "source_kind": Column("text", values=frozenset(get_args(SourceKind))),
    "area": Column("text", is_missing_allowed=True),
}
NEEDS_DEFAULTS: dict[str, Any] = {
    "measure": "in_need",
    "pin_scope": "unknown",
    "grade": "B",
    "denominator": math.nan,
    "onset": pd.NaT,
    "source_kind": "needs_plan",
    "area": "",
}


def _areas(cell: Any) -> tuple[str, ...]:
    """Return the names of areas in a cell."""
    names = (name.strip() for name in str(cell).split("|")) if isinstance(cell, str) else ()
    return tuple(name for name in names if name)


@checked
def crises_and_footprints(
    needs: pd.DataFrame, *, source: Source = UNKNOWN_SOURCE
) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...]]:
    """Turn a table of needs into crises and national footprints.

    Parameters
    ----------
    needs
        One row per crisis and destination: ``crisis`` (a name or id), ``destination`` (ISO3),
        ``as_of`` (reference date), ``people``; optional ``measure`` (``in_need``), ``pin_scope``
        (``unknown``), ``grade`` (``B``), ``denominator`` (the case's population), ``onset``,
        ``source_kind`` (``needs_plan``; ``analysis`` for IPC and the like, ``survey``, ``hazard``),
        ``area`` (of an event that is confined to places: their names with ``|`` between them, or
        ``area not stated``; the denominator is then of these places).
    source
        Where the numbers come from; by default they are the user's own, which are not public.

    Returns
    -------
    crises, footprints
        One crisis for each name, and one footprint for each row.

    Raises
    ------
    InputError
        With every faulty cell of the table; or if the rows of a crisis differ in date or onset.
    """
    filled = needs.assign(**{k: v for k, v in NEEDS_DEFAULTS.items() if k not in needs.columns})
    rows = check_frame(filled, NEEDS_COLUMNS, table="needs", key=["crisis", "destination"])
    stated = rows.drop_duplicates(["crisis", "as_of", "onset"])["crisis"]
    if stated.duplicated().any():
        what = "its rows differ in 'as_of' or 'onset'"
        remedy = "Give one crisis one reference date and one onset, or name it twice."
        differ = partial(Problem, what, remedy, sheet="needs", column="as_of", code="DATES_DIFFER")
        raise InputError(
            "needs have crises with more than one date or onset",
            [differ(row=str(crisis)) for crisis in sorted(set(stated[stated.duplicated()]))],
        )
    crises: dict[str, Crisis] = {}
    footprints = []
    for row in rows.to_dict("records"):
        name, when = row["crisis"], row["as_of"].date()
        onset = None if pd.isna(row["onset"]) else row["onset"].date()
        denominator = None if pd.isna(row["denominator"]) else row["denominator"]
        crises.setdefault(name, Crisis(name, name, "complex", when, "country_plan", onset=onset))
        footprint = Footprint(
            name, row["destination"], row["people"], when, row["measure"], row["pin_scope"],
            grade=row["grade"], denominator=denominator, source=source,
            source_kind=row["source_kind"], area=_areas(row["area"]),
        )  # fmt: skip
        footprints.append(footprint)
    return tuple(crises.values()), tuple(footprints)
