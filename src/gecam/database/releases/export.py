"""A release as files for others: all of them, or none."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from gecam.codes import name as country_name
from gecam.database.releases.hdx import (
    NEEDS_COLUMNS,
    codes_table,
    data_card,
    data_dictionary,
    hdx_dataset,
    needs_of_migrants,
)
from gecam.database.releases.metadata import About, checksums, citation, data_package, ro_crate
from gecam.database.releases.publishing import published
from gecam.database.releases.release import Release
from gecam.database.storage.canonical import canonical_json
from gecam.database.storage.durable import explained, sync_folder, temporary_beside
from gecam.errors import DatabaseError, InputError
from gecam.publish import (
    Disclosed,
    Published,
    Thresholds,
    hxl_tags,
    sdmx_rows,
    sdmx_structure,
)
from gecam.results import (
    OUTPUT,
    READABLE,
    count_sentence,
    csv_bytes,
    message,
    parquet_bytes,
    people_text,
    xlsx_bytes,
)

ExportFormat = Literal["csv", "parquet", "xlsx", "datapackage", "sdmx", "hdx"]
TAGGED = ("csv", "xlsx")  # formats with a place for HXL's row


@dataclass(frozen=True, eq=False)
class Content:
    """Content of an export: tables by name, rows that may be shown, and facts of the release."""

    tables: Mapping[str, pd.DataFrame]
    rows: pd.DataFrame
    about: About
    hxl: bool


@dataclass(frozen=True, eq=False)
class Export:
    """Files of an export, and the figures that are not shown in them.

    Parameters
    ----------
    folder
        Where.
    files
        Names of the files.
    below_threshold, suppressed
        Figures that are not shown; see `gecam.publish.Disclosed`.
    notes
        What disclosure did, in words.
    """

    folder: Path
    files: tuple[str, ...]
    below_threshold: int
    suppressed: int
    notes: tuple[str, ...]


def export(
    release: Release,
    folder: Path,
    form: ExportFormat,
    *,
    hxl: bool,
    draws: bool,
    thresholds: Thresholds,
    statements: Mapping[int, str],
) -> Export:
    """Write a release into a new folder; see `Database.export`."""
    if hxl and form not in TAGGED:
        raise InputError(f"HXL's row of hashtags goes with {' and '.join(TAGGED)}, not {form!r}")
    if draws and form != "parquet":
        raise InputError(f"draws are exported as parquet only: got format {form!r}")
    content = published(release, thresholds=thresholds, statements=statements)
    shown = content.shown
    if draws and shown.has_secrets:
        raise InputError(
            "figures of this release are suppressed: its draws would give them away. Export without "
            "draws."
        )
    tables = {
        "estimates": _readable(shown.rows),
        "sources": content.sources,
        "specification": content.specification.rename_axis("name").reset_index(),
        "gather": content.checklist,
    }
    about = _about(release, content)
    files = WRITERS[form](Content({"about": _about_table(about), **tables}, shown.rows, about, hxl))
    if draws:
        files["draws.parquet"] = parquet_bytes(_draws(release, shown))
    files["CITATION.cff"] = citation(about).encode("utf-8")
    files["ro-crate-metadata.json"] = _json(ro_crate(about, files))
    files["SHA256SUMS"] = checksums(files)
    write_folder(folder, files)
    return Export(folder, tuple(files), shown.below_threshold, shown.suppressed, shown.notes)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that does not exist or is empty: all of them, durably, or none.

    Raises
    ------
    DatabaseError
        If the folder holds anything, or the files cannot be written; nothing is left then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DatabaseError(f"{folder} is not empty: exports go into a folder of their own")
    temporary = made = temporary_beside(folder)
    with explained(f"{folder} was not written", "Nothing was left behind."):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            temporary.mkdir()
            for name, content in files.items():
                with (temporary / name).open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            sync_folder(temporary)
            if folder.exists():
                folder.rmdir()
            made = temporary.rename(folder)
            sync_folder(folder.parent)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise


def _readable(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the name of the country and the rounded texts, each in its place."""
    names = [country_name(code) if code else "" for code in rows["iso3"]]
    order = [name for column in rows for name in (*READABLE.get(str(column), ()), column)]
    return rows.assign(country=names).join(people_text(rows))[order]


def _about(release: Release, content: Published) -> About:
    standing, said, shown = content.standing, content.specification, content.shown
    rows = content.rows[content.rows["as_of"].ne("")]
    dates = map(date.fromisoformat, rows["as_of"])
    count = count_sentence(said["measure"], dates)
    code = "ABOUT_RELEASE" if standing == "current" else "ABOUT_RELEASE_WITH_WARNING"
    notes = " ".join(shown.notes)
    about = message(code, version=said["version.gecam"], count=count, scope=said["scope"],
                    standing=standing, notes=notes)  # fmt: skip
    return About(
        release.name,
        str(message("TITLE_OF_RELEASE", release=release.name)),
        str(about),
        release.released_on,
        "" if shown.has_secrets else release.root,  # it is over the hidden figures too
        said["version.gecam"],
        content.sources,
    )


def _about_table(about: About) -> pd.DataFrame:
    facts = ("name", "title", "description", "released_on", "root", "gecam")
    return pd.DataFrame({"fact": facts, "value": [getattr(about, fact) for fact in facts]})


def _draws(release: Release, shown: Disclosed) -> pd.DataFrame:
    """Return the draws of the cells that are shown, one column each."""
    estimates = release.load()
    rows = shown.rows.set_index("id")["mean"]
    cells = {
        cell.id: draws
        for cell, draws in zip(estimates.cells, estimates.draws, strict=True)
        if pd.notna(rows[f"cell/{cell.id}"])
    }
    return pd.DataFrame({"draw": np.arange(estimates.draws.shape[1]), **cells})


def _json(value: object) -> bytes:
    return canonical_json(value) + b"\n"


def _csv(content: Content) -> dict[str, bytes]:
    files = {f"{name}.csv": csv_bytes(frame) for name, frame in content.tables.items()}
    if content.hxl:
        frame = content.tables["estimates"]
        files["estimates.csv"] = csv_bytes(frame, tags=hxl_tags(frame.columns))
    return files


def _parquet(content: Content) -> dict[str, bytes]:
    return {f"{name}.parquet": parquet_bytes(frame) for name, frame in content.tables.items()}


def _xlsx(content: Content) -> dict[str, bytes]:
    made_on = date.fromisoformat(content.about.released_on[:10])
    tags = {"estimates": hxl_tags(content.tables["estimates"].columns)} if content.hxl else None
    book = xlsx_bytes(content.tables, made_on=made_on, tags=tags)
    return {"estimates.xlsx": book}


def _data_package(content: Content) -> dict[str, bytes]:
    files = _csv(content)
    named = {f"{name}.csv": frame for name, frame in content.tables.items()}
    return {**files, "datapackage.json": _json(data_package(content.about, named, files))}


def _sdmx(content: Content) -> dict[str, bytes]:
    files = _csv(content)
    del files["estimates.csv"]
    observations = sdmx_rows(content.rows)
    structure = sdmx_structure(observations, made_on=content.about.released_on)
    return {
        "estimates.sdmx.csv": csv_bytes(observations),
        "structure.sdmx.json": json.dumps(structure, indent=1).encode(
            "ascii"
        ),  # its head comes first
        **files,
    }


def _hdx(content: Content) -> dict[str, bytes]:
    """Return the files of a dataset for HDX: what is not public is in none of its tables."""
    rows = content.rows
    is_public = rows["is_public"].astype(bool)
    needs = needs_of_migrants(rows)
    estimates = content.tables["estimates"][is_public]
    tables = {
        "needs_of_migrants.csv": needs,
        "estimates.csv": estimates,
        **{f"{name}.csv": content.tables[name] for name in ("sources", "specification", "gather")},
        "codes.csv": codes_table(),
    }
    files = {name: csv_bytes(frame) for name, frame in tables.items()}
    for name in ("needs_of_migrants.csv", "estimates.csv"):
        tags = [{**OUTPUT, **NEEDS_COLUMNS}[column].hxl for column in tables[name]]
        files[name.replace(".csv", ".hxl.csv")] = csv_bytes(tables[name], tags=tags)
    files["data_dictionary.csv"] = csv_bytes(data_dictionary(tables))
    files |= {
        name: content_
        for name, content_ in _sdmx(replace(content, rows=rows[is_public])).items()
        if ".sdmx." in name
    }
    files["README.md"] = data_card(content.about, rows[is_public]).encode("utf-8")
    files["datapackage.json"] = _json(data_package(content.about, tables, files))
    files["hdx-dataset.json"] = _json(hdx_dataset(content.about, rows[is_public], files))
    return files


WRITERS: Mapping[str, Callable[[Content], dict[str, bytes]]] = {
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "datapackage": _data_package,
    "sdmx": _sdmx,
    "hdx": _hdx,
}
