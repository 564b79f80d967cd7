"""`gecam missing`: recorded deaths and disappearances, and rates, from files of incidents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from gecam.model.incidents import Incidents

SCHEMA = "gecam.missing/1"
NOT_ESTIMATED = 1


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
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    by: Annotated[
        str, typer.Option(help="Columns to count by, such as route,year; see the documentation.")
    ] = "",
    rates: Annotated[
        Path | None,
        typer.Option(
            help="Table of attempted crossings: the columns of --by, arrivals, and where counted "
            "interceptions, returns and log_sd.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    first: Annotated[str, typer.Option(help="First month, such as 2016-01.")] = "",
    last: Annotated[str, typer.Option(help="Last month, such as 2016-12.")] = "",
    level: Annotated[float, typer.Option(help="Probability content of the intervals.")] = 0.9,
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
    if first or last:
        incidents = incidents.between(first or "1900-01", last or "2100-12")
    rows = _rows(incidents, keys, level)
    rate_rows = _rates(incidents, keys, rates, level) if rates is not None else []
    if as_json:
        typer.echo(_json(incidents, keys, level, rows, rate_rows))
    else:
        _show(incidents, keys, level, rows, rate_rows)
    if strict and any(row["reason"] for row in rate_rows):
        raise typer.Exit(NOT_ESTIMATED)


def _rows(incidents: Incidents, keys: list[str], level: float) -> list[dict[str, Any]]:
    """Return a row per group: recorded people, and the interval of chance of single incidents."""
    from gecam.mortality import deaths_with_intervals, size_table, totals

    table = totals(incidents, by=keys)
    chance = deaths_with_intervals(size_table(incidents, by=keys), by=keys, level=level)
    chance = chance.rename(columns={"deaths": "in_single_incidents"}).drop(columns="incidents")
    joined = table.merge(chance, on=keys, how="left") if keys else table.join(chance)
    return _records(joined)


def _rates(incidents: Incidents, keys: list[str], file: Path, level: float) -> list[dict[str, Any]]:
    """Return a row per row of the exposure: both rates, or the reason why there is none."""
    import numpy as np

    from gecam.errors import InputError
    from gecam.io import read_exposure
    from gecam.mortality import Exposure, death_rate, incident_rate, size_table, totals

    exposure = read_exposure(file, keys=keys)
    recorded = _as_text(totals(incidents, by=keys), keys)
    sizes = _as_text(size_table(incidents, by=keys), keys)
    result = []
    for given in exposure.to_dict("records"):
        row: dict[str, Any] = {key: given[key] for key in keys}
        here = sizes[(sizes[keys] == [given[key] for key in keys]).all(axis=1)] if keys else sizes
        group = (
            recorded[(recorded[keys] == [given[key] for key in keys]).all(axis=1)]
            if keys
            else recorded
        )
        if group.empty:
            result.append(row | {"reason": "no recorded incident; not a rate of 0"})
            continue
        parts = {
            name: None if np.isnan(given[name]) else given[name]
            for name in ("interceptions", "returns")
        }
        try:
            attempts = Exposure(
                given["arrivals"], **parts, deaths=float(group["at_least"].sum()),
                log_sd=given["log_sd"],
            )  # fmt: skip
        except InputError as error:
            result.append(row | {"reason": str(error)})
            continue
        flags = ["CUMULATIVE_LEFT_OUT"] if group["cumulative_records"].sum() else []
        each = np.repeat(here["dead_and_missing"].to_numpy(), here["incidents"].to_numpy())
        deaths = death_rate(each, attempts, level=level)
        events = incident_rate(len(each), attempts, level=level)
        result.append(
            row
            | {
                "attempts": attempts.attempts,
                "incidents": events.events,
                "incident_rate": events.rate,
                "incident_lower": events.lower,
                "incident_upper": events.upper,
                "deaths": deaths.events,
                "death_rate": deaths.rate,
                "death_lower": deaths.lower,
                "death_upper": deaths.upper,
                "flags": [*deaths.flags, *flags],
                "reason": "",
            }
        )
    return result


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


def _json(
    incidents: Incidents,
    keys: list[str],
    level: float,
    rows: list[dict[str, Any]],
    rates: list[dict[str, Any]],
) -> str:
    document = {
        "schema": SCHEMA,
        "source": {
            "publisher": incidents.source.publisher,
            "file": incidents.source.file,
            "sha256": incidents.source.sha256,
            "licence": incidents.source.licence,
            "layout": incidents.layout,
            "last_record": str(incidents.last_date.date()),
        },
        "notes": [{"code": n.code, "text": n.text, "count": n.count} for n in incidents.notes],
        "by": keys,
        "level": level,
        "rows": rows,
        "rates": rates,
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def _show(
    incidents: Incidents,
    keys: list[str],
    level: float,
    rows: list[dict[str, Any]],
    rates: list[dict[str, Any]],
) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=f"Recorded dead and missing, at least ({incidents.layout})")
    for key in keys:
        table.add_column(key, min_width=14, overflow="fold")
    for head in (
        "incidents",
        "dead",
        "missing",
        "at least",
        f"{level:.0%} of chance",
        "quality 3-5",
    ):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        good = sum(row[f"quality_{quality}"] for quality in (3, 4, 5))
        table.add_row(
            *(str(row[key]) if row[key] not in {None, ""} else "(not stated)" for key in keys),
            _number(row["incidents"]),
            _number(row["dead"]),
            _number(row["missing"]),
            _number(row["at_least"]),
            f"{_number(row['lower'])}-{_number(row['upper'])}" + (" *" if row["is_few"] else ""),
            f"{good / row['at_least']:.0%}" if row["at_least"] else "",
        )
    console.print(table)
    console.print(
        f"Last record {incidents.last_date.date()}; late reports raise recent months. The interval "
        "is of chance among recorded incidents, cumulative records left out; it says nothing about "
        "deaths that were not recorded. * fewer than 30 incidents.",
        highlight=False,
    )
    for note in incidents.notes:
        console.print(f"- {note.text} ({note.count:,})", highlight=False, style="dim")
    if rates:
        console.print(_rate_table(keys, level, rates))


def _rate_table(keys: list[str], level: float, rates: list[dict[str, Any]]) -> Any:
    from rich.table import Table

    table = Table(title=f"Per 1,000 attempted crossings, with {level:.0%} intervals")
    for key in keys:
        table.add_column(key, min_width=14, overflow="fold")
    for head in ("attempts", "incidents", "deaths", "remarks"):
        table.add_column(
            head, justify="left" if head == "remarks" else "right", no_wrap=head != "remarks"
        )
    for row in rates:
        words = [str(row[key]) for key in keys]
        if row["reason"]:
            table.add_row(*words, "", "", "not estimated", row["reason"])
            continue
        cells = [
            f"{1000 * row[f'{name}_rate']:.3g} "
            f"({1000 * row[f'{name}_lower']:.2g}-{1000 * row[f'{name}_upper']:.2g})"
            for name in ("incident", "death")
        ]
        table.add_row(*words, _number(row["attempts"]), *cells, ", ".join(row["flags"]))
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"
