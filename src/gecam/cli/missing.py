"""`gecam missing`: recorded deaths and disappearances, and rates, from files of incidents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gecam.cli.answers import print_json
from gecam.cli.paths import read_option, to_read
from gecam.uncertainty import DEFAULT_LEVEL

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from gecam.model import Incidents

NOT_ESTIMATED = 1
LONGEST_LINE = 10_000  # of a table that no window cuts
Line = tuple[list[str], dict[str, str]]  # of a table: its labels, and its cells by heading


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("missing")(missing)


def missing(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Files of the Missing Migrants Project, in any layout; several in the order in "
            "which they were extracted, to be merged by incident.",
            callback=to_read,
        ),
    ],
    *,
    by: Annotated[
        str, typer.Option(help="Columns to count by, such as route,year; see the documentation.")
    ] = "",
    rates: Annotated[
        Path | None,
        read_option(
            "Table of attempted crossings: the columns of --by, arrivals, and where counted "
            "interceptions, returns and log_sd."
        ),
    ] = None,
    first: Annotated[str, typer.Option(help="First month, such as 2016-01.")] = "",
    last: Annotated[str, typer.Option(help="Last month, such as 2016-12.")] = "",
    level: Annotated[
        float, typer.Option(help="Probability content of the intervals.")
    ] = DEFAULT_LEVEL,
    strict: Annotated[
        bool, typer.Option("--strict", help="Leave with 1 where a rate could not be estimated.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
) -> None:
    """Count recorded dead and missing; intervals are of chance, not of what was not recorded."""
    from gecam.io import read_missing_migrants
    from gecam.mortality import merge

    keys = [key for key in (part.strip() for part in by.split(",")) if key]
    incidents = merge(*(read_missing_migrants(file) for file in files))
    incidents = _between(incidents, first, last)
    asked = Asked(incidents, keys, level)
    rows, rate_rows = asked.rows(), [] if rates is None else asked.rates(rates)
    if as_json:
        stated = _document(incidents)
        print_json("missing", **stated, by=keys, level=level, rows=rows, rates=rate_rows)
    else:
        _show(asked, rows, rate_rows)
    if strict and any(row["reason"] for row in rate_rows):
        raise typer.Exit(NOT_ESTIMATED)


@dataclass(frozen=True)
class Asked:
    """Incidents, the columns to count them by, and the level of intervals."""

    incidents: Incidents
    keys: list[str]
    level: float

    def rows(self) -> list[dict[str, Any]]:
        """Return a row per group: recorded people, and the interval of chance around them."""
        from gecam.mortality import deaths_with_intervals, size_table, totals

        keys = self.keys
        table, sizes = totals(self.incidents, by=keys), size_table(self.incidents, by=keys)
        chance = deaths_with_intervals(sizes, by=keys, level=self.level)
        chance = chance.drop(columns=["incidents", "deaths"])
        joined = table.merge(chance, on=keys, how="left") if keys else table.join(chance)
        return _records(joined)

    def rates(self, file: Path) -> list[dict[str, Any]]:
        """Return a row per row of the exposure: both rates, or the reason why there is none."""
        from gecam.io import read_crossings
        from gecam.mortality import size_table, totals

        recorded = _as_text(totals(self.incidents, by=self.keys), self.keys)
        sizes = _as_text(size_table(self.incidents, by=self.keys), self.keys)
        rows = []
        for given in read_crossings(file, keys=self.keys).to_dict("records"):
            group = {key: given[key] for key in self.keys}
            if _of_group(recorded, group).empty:
                rates = {"reason": "no recorded incident; not a rate of 0"}
            else:
                rates = _rates_of_group(given, _of_group(sizes, group), self.level)
            rows.append(group | rates)
        return rows

    def lines(self, rows: list[dict[str, Any]], cells: Callable[..., dict[str, str]]) -> list[Line]:
        """Return lines of a table: labels by the columns, and cells made from each row."""
        return [([_label(row[key]) for key in self.keys], cells(row)) for row in rows]


def _between(incidents: Incidents, first: str, last: str) -> Incidents:
    """Return the incidents of some months, or all; a span without any is an error."""
    from gecam.errors import InputError

    if not first and not last:
        return incidents
    first, last = first or "1900-01", last or "2100-12"
    chosen = incidents.between(first, last)
    if not len(chosen):
        raise InputError(
            f"no incident lies between {first} and {last}: the records have months from "
            f"{incidents.records['month'].min():%Y-%m} to {incidents.records['month'].max():%Y-%m}."
        )
    return chosen


def _of_group(table: pd.DataFrame, group: dict[str, str]) -> pd.DataFrame:
    """Return the rows of a table that belong to a group."""
    if not group:
        return table
    return table[(table[list(group)] == list(group.values())).all(axis=1)]


def _rates_of_group(given: dict[str, Any], sizes: pd.DataFrame, level: float) -> dict[str, Any]:
    """Return both rates of a group from its attempts and the sizes of its incidents."""
    import numpy as np

    from gecam.errors import InputError
    from gecam.mortality import AttemptedCrossings, death_rate, incident_rate

    single, cumulative = (
        np.repeat(sizes["dead_and_missing"].to_numpy(), sizes[kind].to_numpy())
        for kind in ("incidents", "cumulative_records")
    )
    parts = {
        name: None if np.isnan(given[name]) else given[name]
        for name in ("interceptions", "returns")
    }
    dead = float(single.sum() + cumulative.sum())
    try:
        attempts = AttemptedCrossings(
            given["arrivals"], **parts, deaths=dead, log_sd=given["log_sd"]
        )
    except InputError as error:
        return {"reason": str(error)}
    deaths = death_rate(single, attempts, cumulative=cumulative, level=level)
    events = incident_rate(len(single), attempts, level=level)
    return {
        "attempts": attempts.attempts,
        "incidents": events.events,
        "incident_rate": events.rate,
        "incident_lower": events.lower,
        "incident_upper": events.upper,
        "deaths": deaths.events,
        "death_rate": deaths.rate,
        "death_lower": deaths.lower,
        "death_upper": deaths.upper,
        "flags": list(deaths.flags),
        "reason": "",
    }


def _as_text(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the table with its keys as they are written in a file: 2016, 2016-01."""
    return table.assign(**{key: table[key].map(_key) for key in keys})


def _key(value: object) -> str:
    if hasattr(value, "strftime"):
        return str(value)[:7]
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows for JSON: nothing for missing, months as text, whole numbers as such."""
    return [
        {name: _value(value) for name, value in row.items()} for row in table.to_dict("records")
    ]


def _value(value: Any) -> Any:
    import pandas as pd

    if pd.isna(value):
        return None
    if hasattr(value, "strftime"):
        return str(value)[:7]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.item() if hasattr(value, "item") else value


def _document(incidents: Incidents) -> dict[str, Any]:
    """Return where the records come from, and what was noted of them."""
    source = incidents.source
    return {
        "source": {
            **{name: getattr(source, name) for name in ("publisher", "file", "sha256", "licence")},
            "layout": incidents.layout,
            "last_record": str(incidents.last_date.date()),
        },
        "notes": [{"code": n.code, "text": n.text, "count": n.count} for n in incidents.notes],
    }


def _show(asked: Asked, rows: list[dict[str, Any]], rates: list[dict[str, Any]]) -> None:
    from rich.console import Console

    console, incidents, chance = Console(), asked.incidents, f"{100 * asked.level:g}%"
    lines = asked.lines(rows, partial(_cells, chance))
    title = f"Recorded dead and missing, at least ({incidents.layout})"
    _print_whole(console, title, asked.keys, lines)
    console.print(
        f"Last record {incidents.last_date.date()}; late reports raise recent months. The interval "
        "is of chance: how far the number beside it would vary if incidents of such sizes happened "
        "at the same rate, a cumulative record taken as one incident. It says nothing about deaths "
        "that were not recorded. * fewer than 30 incidents.",
        highlight=False,
    )
    for note in incidents.notes:
        _print_remark(console, f"{note.text} ({note.count:,})")
    if not rates:
        return
    lines = asked.lines(rates, _rate_cells)
    title = f"Per 1,000 attempted crossings, with {chance} intervals"
    _print_whole(console, title, asked.keys, lines)
    for (label, _), row in zip(lines, rates, strict=True):
        remark = row["reason"] or ", ".join(row["flags"])
        if remark:
            _print_remark(console, f"{', '.join(label) or 'all'}: {remark}")


def _print_remark(console: Console, text: str) -> None:
    console.print(f"- {text}", highlight=False, style="dim", markup=False)


def _cells(chance: str, row: dict[str, Any]) -> dict[str, str]:
    return {
        "incidents": _number(row["incidents"]),
        "dead": _number(row["dead"]),
        "missing": _number(row["missing"]),
        "at least": _number(row["at_least"]),
        f"{chance} of chance": _interval(row),
        "quality 3-5": _well_sourced(row),
    }


def _rate_cells(row: dict[str, Any]) -> dict[str, str]:
    if row["reason"]:
        return {"attempts": "", "incidents": "", "deaths": "not estimated"}
    cells = {"attempts": _number(row["attempts"])}
    for head, name in {"incidents": "incident", "deaths": "death"}.items():
        rate, lower, upper = (1000 * row[f"{name}_{part}"] for part in ("rate", "lower", "upper"))
        cells[head] = f"{rate:.3g} ({lower:.2g}-{upper:.2g})"
    return cells


def _print_whole(console: Console, title: str, keys: list[str], lines: list[Line]) -> None:
    """Print a table without cutting a cell: the keys share a column where the window is narrow.

    Where that is not enough, lines are longer than the window.
    """
    from rich.console import Console
    from rich.measure import Measurement

    unbounded = console.options.update(max_width=LONGEST_LINE)
    table = _table(title, keys, lines)
    if len(keys) > 1 and Measurement.get(console, unbounded, table).minimum > console.width:
        joined = [([", ".join(label)], cells) for label, cells in lines]
        table = _table(title, [", ".join(keys)], joined)
    needed = Measurement.get(console, unbounded, table).minimum
    Console(width=max(console.width, needed)).print(table)


def _table(title: str, keys: list[str], lines: list[Line]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for key in keys:
        table.add_column(key)
    for head in lines[0][1] if lines else ():
        words = [head] if len(head) <= len("at least") else head.rsplit(" ", 1)
        widest = max(map(len, (*words, *(cells[head] for _, cells in lines))))
        table.add_column("\n".join(words), justify="right", no_wrap=True, min_width=widest)
    for label, cells in lines:
        table.add_row(*(Text(text) for text in (*label, *cells.values())))  # shown, never obeyed
    return table


def _label(value: Any) -> str:
    return "(not stated)" if value in {None, ""} else str(value)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _interval(row: dict[str, Any]) -> str:
    if row["lower"] is None:  # nobody is recorded dead or missing
        return ""
    return f"{_number(row['lower'])}-{_number(row['upper'])}" + (" *" if row["is_few"] else "")


def _well_sourced(row: dict[str, Any]) -> str:
    """Return the share of people with source quality 3 to 5; nothing where the file has none."""
    if row["quality_unstated"] == row["at_least"]:
        return ""
    return f"{sum(row[f'quality_{quality}'] for quality in (3, 4, 5)) / row['at_least']:.0%}"
