"""Catalogues of events: what they hold, and the crises of a case that they give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

import pandas as pd

from gecam._signature import check_fields
from gecam.errors import InputError
from gecam.model import (
    UNKNOWN_SOURCE,
    Column,
    Crisis,
    CrisisKind,
    DisplacementTable,
    Footprint,
    Note,
    Source,
    check_frame,
)

Counted = Literal["affected", "targeted", "movements", "deaths", ""]
EVENT_COLUMNS: Final = {
    "id": Column("text"),
    "name": Column("text", is_missing_allowed=True),
    "kind": Column("text", values=frozenset(get_args(CrisisKind))),
    "hazard": Column("text", is_missing_allowed=True),
    "iso3": Column("iso3", is_missing_allowed=True),
    "started_on": Column("date", is_missing_allowed=True),
    "ended_on": Column("date", is_missing_allowed=True),
    "people": Column("count", is_missing_allowed=True),
    "counted": Column("text", is_missing_allowed=True, values=frozenset(get_args(Counted))),
    "glide": Column("text", is_missing_allowed=True),
    "line": Column("count", is_whole=True),
}
KINDS: Final[dict[str, CrisisKind]] = {  # of hazards that are no disasters of nature
    "epidemic": "epidemic", "population movement": "displacement", "civil unrest": "conflict",
    "complex emergency": "complex", "conflict": "conflict", "other": "complex",
}  # fmt: skip
_GLIDE = re.compile(r"[A-Z]{2}-\d{4}-\d{6}(?:-[A-Z]{3})?")


@dataclass(frozen=True, eq=False)
class EventCatalogue:
    """Events by country, as one publisher lists them.

    Parameters
    ----------
    events
        One row per event and country: ``id``, ``name``, ``kind`` (as in `Crisis`), ``hazard``
        (published), ``iso3`` (empty for regions), ``started_on``, ``ended_on``, ``people`` (NaN where
        not stated: not zero), ``counted`` (what `people` are: ``affected``, ``targeted``,
        ``movements``, ``deaths``), ``glide``, ``line`` of the file.
    source, notes
        As in `Stock`.
    """

    events: pd.DataFrame
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        events = check_frame(self.events, EVENT_COLUMNS, table="events", key=["id", "iso3"])
        object.__setattr__(self, "events", events)
        object.__setattr__(self, "notes", tuple(note for note in self.notes if note.count))

    def crises(self) -> tuple[Crisis, ...]:
        """Return one crisis per event and country, with its first day as reference date and onset.

        Events without a country or a first day give none.
        """
        rows = self.events[self.events["iso3"].ne("") & self.events["started_on"].notna()]
        return tuple(
            Crisis(
                f"{row['id']}-{row['iso3']}", row["name"] or row["id"], row["kind"],
                row["started_on"].date(), glide=row["glide"], onset=row["started_on"].date(),
                onset_source=self.source.title,
            )
            for row in rows.to_dict("records")
        )  # fmt: skip

    def footprints(self) -> tuple[Footprint, ...]:
        """Return the people affected by each event as national footprints of grade D.

        Raises
        ------
        InputError
            If the catalogue counts other people: those targeted are a plan's choice, movements are
            no people, and deaths are not the affected.
        """
        if not self.events["counted"].isin(["affected", ""]).all():
            raise InputError(
                f"{self.source.title} counts {', '.join(sorted(set(self.events['counted']) - {''}))}: "
                "that is no number of people affected. Use a needs table, or a map (gecam.geo)."
            )
        rows = self.events[self.events["iso3"].ne("") & self.events["started_on"].notna()]
        return tuple(
            Footprint(
                f"{row['id']}-{row['iso3']}", row["iso3"], row["people"], row["started_on"].date(),
                "affected", grade="D", source=self.source,
                note="cumulative over the event, as reported", source_kind="hazard",
            )
            for row in rows[rows["people"].gt(0)].to_dict("records")
        )  # fmt: skip


def kind_of(hazard: str) -> CrisisKind:
    """Return the kind of crisis of a published hazard; a disaster where it is none of the others."""
    return KINDS.get(hazard.strip().casefold(), "disaster")


def glide_of(text: str) -> str:
    """Return the first GLIDE number in a text; empty without one."""
    glide = _GLIDE.search(text)
    return glide[0] if glide else ""


def displacement_events(table: DisplacementTable) -> EventCatalogue:
    """Return IDMC's disaster events as a catalogue; its people are movements.

    Parameters
    ----------
    table
        Of `gecam.io.read_gidd`, the table of disaster events.

    Raises
    ------
    InputError
        If the table has no events.
    """
    rows = table.rows[table.rows["measure"].eq("movements") & table.rows["event"].ne("")]
    if rows.empty:
        raise InputError(
            "the table has no events: IDMC lists disasters by event, conflict by year."
        )
    first = rows["started_on"].fillna(pd.to_datetime(rows["year"].astype(str) + "-01-01"))
    events = pd.DataFrame(
        {
            "id": "idmc-" + rows["line"].astype(str), "name": rows["event"], "kind": "disaster",
            "hazard": rows["hazard"], "iso3": rows["iso3"], "started_on": first,
            "ended_on": rows["ended_on"], "people": rows["value"], "counted": "movements",
            "glide": rows["event"].map(glide_of), "line": rows["line"],
        }
    )  # fmt: skip
    undated = int(rows["started_on"].isna().sum())
    note = Note(
        "FIRST_OF_JANUARY", "events without a first day, dated 1 January of their year", undated
    )
    return EventCatalogue(events, table.source, (*table.notes, note))


def day(text: str) -> date | None:
    """Return the day at the start of an ISO date or time; None where there is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


__all__ = ["EventCatalogue", "day", "displacement_events", "glide_of", "kind_of"]
