"""Build the packaged figures of deaths during migration: `python tools/build_deaths.py`.

Reads $GECAM_RAW (default: ../shared/data beside the repository) through the reader of gecam.io,
checks each file against tools/manifest.csv, writes src/gecam/datasets/deaths, and brings the tables of
differences between the files in docs/explanation/deaths.md up to date. Equal files give equal
bytes. Totals only: no single incident, no coordinates, no names.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from gecam.io import read_missing_migrants
from gecam.model.incidents import Incidents
from gecam.mortality import (
    histories_of_kinds,
    main_incidents,
    size_table,
    source_counts,
    totals,
)
from raw_files import ROOT, checked, manifest

OUT = ROOT / "src" / "gecam" / "datasets" / "deaths"
PAGE = ROOT / "docs" / "explanation" / "deaths.md"
LICENCE = "CC BY 4.0"
ROUTE = "Central Mediterranean Route"

# Source -> file, and what it is, in the table of differences.
FILES = {
    row["id"]: (file, row["title"])
    for file, row in manifest().items()
    if row["id"].startswith("iom-mmp-")
}
COMPLETE, API, LATEST = (
    "iom-mmp-reduced-2025-04", "iom-mmp-api-2025-09", "iom-mmp-download-2026-05",
)  # fmt: skip
EARLIER = "iom-mmp-download-2021"


def main() -> None:
    """Read the files, write the tables and the block of the page."""
    files = incidents()
    for name, table in tables(files).items():
        write(table, OUT / f"{name}.csv")
    page = PAGE.read_text(encoding="utf-8")
    page = replaced(page, "layouts", layout_table(pd.read_csv(OUT / "layouts.csv")))
    PAGE.write_text(replaced(page, "revisions", revision_table(files)), encoding="utf-8")
    size = sum(path.stat().st_size for path in OUT.glob("*.csv"))
    print(f"deaths: {sum(map(len, files.values())):,} records, {size / 1e3:,.0f} kB")


def incidents() -> dict[str, Incidents]:
    """Read all files, by source."""
    return {source: read_missing_migrants(checked(file)) for source, (file, _) in FILES.items()}


def tables(files: dict[str, Incidents]) -> dict[str, pd.DataFrame]:
    """Return all packaged tables by name."""
    short = ["incidents", "cumulative_records", "dead", "missing", "at_least"]
    monthly, routes = [], []
    for source in (COMPLETE, API, LATEST):
        by_month = totals(files[source], by=["month", "route_group"])
        monthly.append(stamped(by_month[["month", "route_group", *short]], source))
        routes.append(stamped(totals(files[source], by=["year", "route_group", "route"]), source))
    places = totals(files[COMPLETE], by=["country", "country_of_origin"])
    places = places.rename(columns={"at_least": "dead_and_missing"})
    central = main_incidents(files[API]).query("route_group == @ROUTE")
    return {
        "monthly": pd.concat(monthly),
        "routes": pd.concat(routes),
        "sizes": stamped(size_table(files[COMPLETE], by=["month", "route_group"]), COMPLETE),
        "places": stamped(
            places[
                [
                    "country",
                    "country_of_origin",
                    "incidents",
                    "cumulative_records",
                    "dead_and_missing",
                ]
            ],
            COMPLETE,
        ),
        "layouts": pd.concat(
            stamped(totals(file, by="year")[["year", *short]], source)
            for source, file in files.items()
        ),
        "histories": stamped(histories(central), API),
        "reports": stamped(
            central.assign(sources=source_counts(central["information_source"]))
            .groupby(["dead_and_missing", "sources"], as_index=False)
            .size()
            .rename(columns={"size": "incidents"}),
            API,
        ),
    }


def histories(incidents: pd.DataFrame) -> pd.DataFrame:
    """Return incidents by combination of kinds of source, one column per kind."""
    table = histories_of_kinds(incidents["information_source"])
    return pd.DataFrame(table.histories.astype(int), columns=table.lists).assign(
        incidents=table.counts
    )


def stamped(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the table with its source and licence."""
    return frame.assign(source=source, licence=LICENCE)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table; whole numbers without a point, months as dates, nothing where missing."""
    table = table.copy()
    for name in table.columns:
        if pd.api.types.is_float_dtype(table[name]):
            table[name] = table[name].astype("Int64")
    table.to_csv(path, index=False, lineterminator="\n", date_format="%Y-%m-%d")


def layout_table(layouts: pd.DataFrame) -> str:
    """Return the differences between the files as a table in Markdown."""
    people = layouts.pivot_table("at_least", "year", "source")[list(FILES)]
    heads = [FILES[source][1] for source in FILES]
    lines = ["| year | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    for year, row in people.iterrows():
        cells = ["" if np.isnan(value) else f"{value:,.0f}" for value in row]
        lines.append(f"| {year} | " + " | ".join(cells) + " |")
    total = people.sum()
    lines.append("| all | " + " | ".join(f"{value:,.0f}" for value in total) + " |")
    return "\n".join(lines)


def revision_table(files: dict[str, Incidents]) -> str:
    """Return what two files with the same ids say differently, as a table in Markdown."""
    then, now = (
        files[source].records.groupby("incident")["dead_and_missing"].sum()
        for source in (EARLIER, API)
    )
    people = pd.DataFrame({"then": then, "now": now})
    common = people.loc[then.index.intersection(now.index)]
    changed = common[common["then"] != common["now"]]
    gone = then.index.difference(now.index)
    lines = [
        f"{len(common):,} incidents are in both; {len(common) - len(changed):,} have the same "
        f"number of dead and missing ({common['then'].sum():,.0f} then, "
        f"{common['now'].sum():,.0f} now), "
        f"{len(changed)} were revised, and {len(gone)} are no longer there under their id "
        f"({then[gone].sum():,.0f} people).",
        "",
        "| incident | 2021 | 2025 |",
        "|---|---:|---:|",
        *(f"| {row.Index} | {row.then:,.0f} | {row.now:,.0f} |" for row in changed.itertuples()),
        *(f"| {name} | {then[name]:,.0f} | |" for name in gone),
    ]
    return "\n".join(lines)


def replaced(page: str, name: str, text: str) -> str:
    """Return the page with the text between the two marks of that name."""
    begin, end = f"<!-- {name}: written by tools/build_deaths.py -->", f"<!-- end of {name} -->"
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{text}\n{end}{after}"


if __name__ == "__main__":
    main()
