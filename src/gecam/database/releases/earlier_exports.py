"""Earlier exports of releases with restricted inputs, so that no figure can be derived from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from gecam.aggregation import Composition
from gecam.database.releases.release import Release
from gecam.database.storage.canonical import parsed_json
from gecam.database.storage.release_log import Entry, Log
from gecam.database.storage.schema import key_of_now
from gecam.model import Group
from gecam.publish import Exported

# Rows that no other row is a sum of: what readers know of the others follows from these.
SMALLEST = ("cell", "destination_group")


def shares_table(compositions: Mapping[tuple[str, Group], Composition]) -> pd.DataFrame:
    """Return compositions as a table: ``destination``, ``group``, ``origin``, ``share``."""
    return pd.DataFrame(
        [
            (*place, origin, float(share))
            for place, composition in compositions.items()
            for origin, share in zip(composition.origin, composition.share, strict=True)
        ],
        columns=["destination", "group", "origin", "share"],
    )


def suppressed_before(log: Log, name: str, threshold: float) -> frozenset[str] | None:
    """Return what an earlier export of the same release suppressed; None if there was none."""
    same = [e for e in log.exports if (e.facts["name"], e.facts["threshold"]) == (name, threshold)]
    return _suppressed(same[-1]) if same else None


def earlier_exports(release: Release, rows: pd.DataFrame, log: Log) -> Sequence[Exported]:
    """Return what was exported before of releases that share an input that is not public.

    Those too that share one with a release that shares one with this: what two exports tell of each
    other, a third may tell of this.

    Parameters
    ----------
    release, rows
        What is exported now, and its rows.
    log
        The log, which holds the exports.
    """
    tables = [rows.assign(private=_private_inputs(rows, release))]
    waiting = list(log.exports)
    exported = []
    for table in tables:  # grows meanwhile
        others, waiting = waiting, []
        for entry in others:
            other = release.sibling(entry.text("name"))
            theirs = other.estimates()
            theirs = theirs.assign(private=_private_inputs(theirs, other))
            if not _is_tied(table, theirs):
                waiting.append(entry)
                continue
            ratios, *before = (_ratios(one, theirs) for one in tables)
            exported.append(
                Exported(
                    other.name,
                    theirs.drop(columns="private"),
                    shares_table(other.compositions()),
                    _suppressed(entry),
                    float(entry.text("threshold")),
                    ratios,
                    before,
                )
            )
            tables.append(theirs)
    return exported


def _is_tied(rows: pd.DataFrame, earlier: pd.DataFrame) -> bool:
    """Return whether two tables share an input that is not public, or figures that rest on one."""
    shared = frozenset().union(*rows["private"]) & frozenset().union(*earlier["private"])
    return bool(shared) or bool(_ratios(rows, earlier))


def _suppressed(entry: Entry) -> frozenset[str]:
    return frozenset(map(key_of_now, parsed_json(entry.text("suppressed"))))


def _private_inputs(rows: pd.DataFrame, release: Release) -> list[frozenset[str]]:
    """Return the inputs of each row that are not public: hashes of their files, or names."""
    sources = release.sources()
    is_open = dict(zip(sources["id"], sources["is_public"].astype(bool), strict=True))
    named = [
        frozenset(
            sha256 or name
            for name, _, sha256 in (text.partition("@") for text in inputs.split())
            if not is_open.get(name, False)
        )
        for inputs in rows["inputs"]
    ]
    unnamed = frozenset({"an input without a name"})
    return [
        frozenset() if is_public else inputs or unnamed
        for inputs, is_public in zip(named, rows["is_public"], strict=True)
    ]


def _ratios(rows: pd.DataFrame, earlier: pd.DataFrame) -> dict[str, float]:
    """Return by id how many times its earlier mean a row has, where a reader can know that.

    Where two figures rest on the same inputs that are not public, the rest of their difference comes
    from what is public; two equal figures are taken for the same.
    """
    both = rows.merge(earlier, on=["id", "breakdown"], suffixes=("", "_earlier"))
    both = both[both["breakdown"].isin(SMALLEST) & ~both["is_public"] & (both["mean_earlier"] > 0)]
    is_same = [a == b for a, b in zip(both["private"], both["private_earlier"], strict=True)]
    both = both[np.array(is_same, dtype=bool) | both["mean"].eq(both["mean_earlier"])]
    both = both[both["mean"].notna()]
    return dict(zip(both["id"], both["mean"] / both["mean_earlier"], strict=True))
