"""What gecam would read from a file, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import pandas as pd

from gecam.errors import (
    FileAccessError,
    GecamError,
    HostileFileError,
    InputError,
    LayoutError,
    Problem,
)
from gecam.io.door.layouts import Reader
from gecam.io.door.open_files import open_file, path_of
from gecam.io.known_totals import PUBLISHED
from gecam.io.readers import find_reader
from gecam.model import Note, Source

SCHEMA: Final = "gecam.check/1"
_PLACES = ("destination", "iso3", "place", "country")
_DATES = ("as_of", "date", "year", "end")
_COUNTS = (
    "people", "refugees", "asylum_seekers", "oip", "idps", "stateless", "in_need", "affected",
    "dead_and_missing", "value",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over what was read, beside the figure that the publisher prints.

    Parameters
    ----------
    column, as_of
        What was summed, and the date; the date is empty where the table has one date only.
    found
        The sum.
    published
        The publisher's figure; None where gecam knows none.
    """

    column: str
    as_of: str
    found: float
    published: float | None = None

    @property
    def differs(self) -> bool:
        """Whether the publisher's figure is known and is another."""
        return self.published is not None and abs(self.found - self.published) >= 1


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a file holds, as gecam reads it.

    Parameters
    ----------
    file, sha256
        Name, and hash as handed over.
    reader, kind, publisher
        The function of `gecam.io` that takes it; empty where none does.
    status
        ``ok``; ``partly`` (the figures of some countries are at fault, which `problems` names with the
        remedy; the others are read); ``problems`` (cells or totals break a rule: nothing is read);
        ``unknown`` (no reader takes it); ``refused`` (it would be dangerous to open).
    message
        Why it is not ``ok``, in a sentence.
    rows, places, first, last
        Rows that would be read, places among them, first and last date.
    totals
        Sums by date, beside the publisher's.
    source
        The source as results will name it.
    notes, problems
        What the reader left out or changed; everything that is wrong.
    """

    file: str
    sha256: str
    reader: str = ""
    kind: str = ""
    publisher: str = ""
    status: str = "ok"
    message: str = ""
    rows: int = 0
    places: int = 0
    first: str = ""
    last: str = ""
    totals: tuple[Total, ...] = ()
    source: Source | None = None
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, for JSON, under a versioned schema."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        source = None
        if self.source is not None:
            source = asdict(self.source)
            source["released_on"] = str(self.source.released_on or "")
        return {
            "schema": SCHEMA,
            **values,
            "source": source,
            "totals": [asdict(total) | {"differs": total.differs} for total in self.totals],
            "notes": [asdict(note) for note in self.notes],
            "problems": [asdict(problem) for problem in self.problems],
        }


def check_file(path: str | Path) -> FileReport:
    """Read a file as gecam would, and report what is in it and what is wrong with it.

    Parameters
    ----------
    path
        A publisher's file, or a table of your own with the columns of `template`.

    Returns
    -------
    FileReport
        Never raises for what is in the file.

    Raises
    ------
    FileAccessError
        If there is no such file, or it may not be read (also an `OSError`).
    """
    path = path_of(path)
    base: dict[str, Any] = {"file": path.name, "sha256": ""}
    reader: Reader | None = None
    try:
        file = open_file(path)
        base["sha256"] = file.sha256
        reader = find_reader(file)
        base |= {"reader": reader.name, "kind": reader.kind, "publisher": reader.publisher}
        result = reader.read_by_country(file)
    except FileAccessError:
        raise
    except HostileFileError as error:
        return FileReport(**base, status="refused", message=error.headline, problems=error.problems)
    except LayoutError as error:
        status = "problems" if reader else "unknown"
        return FileReport(**base, status=status, message=error.headline, problems=error.problems)
    except InputError as error:
        return FileReport(
            **base, status="problems", message=error.headline, problems=error.problems
        )
    except GecamError as error:
        return FileReport(**base, status="problems", message=str(error))
    if faults := getattr(result, "faults", {}):
        base |= {
            "status": "partly", "message": f"refused: {', '.join(sorted(faults))}",
            "problems": tuple(fault for _, fault in sorted(faults.items())),
        }  # fmt: skip
    return FileReport(**base, **_contents(result))


def _contents(result: Any) -> dict[str, Any]:
    """Return rows, places, dates and totals of what a reader gave."""
    table = _table(result)
    place = next((table[name] for name in _PLACES if name in table), pd.Series(dtype=object))
    date = next((table[name] for name in _DATES if name in table), pd.Series(dtype=object))
    told = sorted(_day(value) for value in date.dropna().unique())
    n_places = int(place[place.astype(str).ne("")].nunique())
    return {
        "rows": len(table),
        "places": n_places,
        "first": told[0] if told else "",
        "last": told[-1] if told else "",
        "totals": tuple(_totals(result, table, date, n_places)),
        "source": result.source,
        "notes": tuple(result.notes),
    }


def _table(result: Any) -> pd.DataFrame:
    """Return the main table of a result: its first frame, its own, or its footprints."""
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, pd.DataFrame):
            return value
    if hasattr(result, "to_frame"):
        frame: pd.DataFrame = result.to_frame()
        return frame
    items: Any = getattr(result, "footprints", None) or getattr(result, "facts", ())
    return pd.DataFrame(
        [{field.name: getattr(item, field.name) for field in fields(item)} for item in items]
    )


def _totals(result: Any, table: pd.DataFrame, date: pd.Series, n_places: int) -> list[Total]:
    """Return sums by date, where adding the rows counts people once.

    Incidents are summed by year. A publisher's total stands beside a sum over as many places.
    """
    if type(result).__name__ not in _ADDABLE:
        return []
    counted = _ADDABLE[type(result).__name__](result, table)
    n_published, published = PUBLISHED.get(result.source.id, (0, {}))
    if n_published > (n_places if counted is table else len(counted)):
        published = {}
    if counted is not table or len(date) < len(table):
        at = [""] * len(counted)
    else:
        at = [_day(value)[: 4 if "dead" in counted else 10] for value in date]
    return [
        Total(column, day, float(people), published.get((day, column)))
        for column in _COUNTS
        if column in counted
        for day, people in counted[column].groupby(at).sum().items()
    ]


# What of a result may be added up, by its type: needs tables repeat levels, sectors and groups.
_ADDABLE: dict[str, Callable[[Any, pd.DataFrame], pd.DataFrame]] = {
    "Stock": lambda _, table: table,
    "StockByAge": lambda _, table: table,
    "ProtectedPopulation": lambda _, table: table,
    "Population": lambda _, table: table,
    "Incidents": lambda _, table: table,
    "Needs": lambda _, table: table,
    "NeedsTable": lambda result, _: result.by_country()[["in_need"]],
    "PlansTable": lambda _, table: table.loc[
        table["plan_type"].eq("country_plan") & table["iso3"].ne(""), ["in_need"]
    ],
}


def _day(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, int | float):
        return str(int(value))
    return value.date().isoformat() if hasattr(value, "date") else str(value)
