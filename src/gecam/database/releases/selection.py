"""Rows of a release as a table, and the choice of some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from gecam.codes import origin_code
from gecam.database.storage import schema
from gecam.database.storage.canonical import Value
from gecam.database.storage.dates import beginning_of
from gecam.database.storage.release_log import Entry, Log, Tables
from gecam.errors import InputError
from gecam.results import OUTPUT, STANDING

Words = str | Sequence[str]
RELEASE_COLUMNS = (
    "name", "as_of", "case", "scope", "measure", "rows", "is_replayable", "supersedes", "reason",
    "standing", "root", "released_on",
)  # fmt: skip
DTYPES: Mapping[str, type] = {"number": np.float64, "whole": np.int64, "flag": bool}


def estimates_frame(tables: Tables, release: Entry, log: Log) -> pd.DataFrame:
    """Return the rows of a release with their types, its standing and its date."""
    frame = typed(tables["estimates"])
    return frame.assign(standing=log.standing(release.text("name")), released_on=release.clock)


def releases_frame(log: Log) -> pd.DataFrame:
    """Return one row per release of a log, in order; see `Database.releases`."""
    texts = ("name", "as_of", "scope", "measure", "supersedes", "reason", "root")
    rows = [
        {
            **{name: release.text(name) for name in texts},
            "case": release.text("case_name"), "rows": release.facts["estimates_rows"],
            "is_replayable": bool(release.facts["is_replayable"]),
            "standing": log.standing(release.text("name")), "released_on": release.clock,
        }
        for release in log.releases
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(RELEASE_COLUMNS))


def typed(rows: Sequence[Sequence[Value]]) -> pd.DataFrame:
    """Return rows of the table ``estimates`` as a table with types; missing numbers are NaN."""
    frame = pd.DataFrame(rows, columns=list(schema.ESTIMATES), dtype=object)
    frame = frame.assign(
        **{name: frame[name].map(schema.key_of_now) for name in ("breakdown", "id")}
    )
    kinds = {name: OUTPUT[name].kind for name in schema.ESTIMATES}
    return frame.astype({name: DTYPES[kind] for name, kind in kinds.items() if kind in DTYPES})


def select(
    frames: Sequence[pd.DataFrame], wanted: Mapping[str, Words], year: int | None
) -> pd.DataFrame:
    """Return the rows whose cells are among the words wanted.

    Raises
    ------
    InputError
        If a word is in no row of its column: it would be a typing error more often than an answer.
        If `year` is no year.
    """
    columns = [*schema.ESTIMATES, *STANDING]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    is_wanted = np.ones(len(frame), dtype=bool)
    for column, words in wanted.items():
        chosen = _chosen(column, words, frame[column])
        if chosen:
            is_wanted &= frame[column].isin(chosen).to_numpy()
    if year is not None:
        is_wanted &= frame["as_of"].str.startswith(beginning_of(year)).to_numpy(dtype=bool)
    return frame[is_wanted].reset_index(drop=True)


def _chosen(column: str, words: Words, cells: pd.Series) -> list[str]:
    """Return the words wanted in a column as it writes them, each of which is in some row."""
    chosen = [words] if isinstance(words, str) else list(words)
    if column in {"iso3", "origin"}:
        chosen = [origin_code(word) if word else word for word in chosen]
    present = set(cells)
    for word in chosen:
        if word not in present:
            listed = ", ".join(sorted(present - {""})[:12])
            raise InputError(f"no row has {column} {word!r}. There are: {listed or 'none'}.")
    return chosen
