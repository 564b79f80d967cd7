"""Compiled counts of refugees and migrants in need beside the number present."""

from __future__ import annotations

import re
from typing import get_args

import numpy as np
import pandas as pd

from gecam.errors import Problem
from gecam.io.hxl import Field, locate, positions
from gecam.io.intake import Source as File
from gecam.io.plan_facts import compiled
from gecam.io.tables import raise_problems, read_delimited
from gecam.model import Note
from gecam.model.plans import PublishedShares, ShareTag

_SHARES = {
    name: Field((name,))
    for name in ("iso3", "year", "group", "in_need", "present", "share", "scope_note")
} | {"source": Field(("source_title",)), "url": Field(("source_url",))}


def read_published_shares(path: File) -> PublishedShares:
    """Read the compiled counts of refugees and migrants in need beside the number present.

    Parameters
    ----------
    path
        The CSV file.

    Returns
    -------
    PublishedShares
        The tag that begins each scope note decides what a row may be used for.

    Raises
    ------
    LayoutError, InputError
        As in `read_plan_facts`.
    """
    sheet = read_delimited(path)
    columns = locate(sheet, _SHARES)
    numbers = {}
    problems: list[Problem] = []
    for name in ("year", "in_need", "present", "share"):
        numbers[name], faults = sheet.numbers(columns[name], is_count=name != "share")
        problems += faults
    words, notes_ = sheet.text(columns["group"]), sheet.text(columns["scope_note"])
    groups, tags = words.map(_group), notes_.map(_tag)
    for name, values, cells in (("group", groups, words), ("scope_note", tags, notes_)):
        problems += [
            sheet.problem(
                at, columns[name], f"cannot be told: {cells.iloc[at][:60]!r}", code="UNKNOWN_WORD"
            )
            for at in positions(values.eq(""))
        ]
    raise_problems(sheet, problems)
    ratio = numbers["in_need"] / numbers["present"]
    stated = np.flatnonzero(
        np.isfinite(numbers["share"]) & ~(abs(ratio - numbers["share"]) <= 6e-4)
    )
    rows = pd.DataFrame(
        {
            "iso3": sheet.text(columns["iso3"]),
            "year": numbers["year"],
            "group": groups,
            "group_published": words,
            "in_need": numbers["in_need"],
            "present": numbers["present"],
            "share": numbers["share"],
            "tag": tags,
            "is_comparable": tags.str.startswith("comparable"),
            "scope_note": notes_,
            "source": sheet.text(columns["source"]),
            "url": sheet.text(columns["url"]),
            "line": sheet.rows,
        }
    )
    notes = (
        Note(
            "NOT_COMPARABLE",
            "rows whose share must not be used",
            int((~rows["is_comparable"]).sum()),
        ),
        Note(
            "SHARE_STATED",
            f"shares stated by the source, not a ratio: rows {sheet.rows[stated].tolist()}",
            len(stated),
        ),
    )
    return PublishedShares(
        rows,
        compiled(sheet, "Published counts of refugees in need"),
        tuple(n for n in notes if n.count),
    )


def _group(words: str) -> str:
    """Return the group that a row speaks of: the people present, where two are named."""
    text = words.rpartition("/")[2].casefold()
    is_protected = any(word in text for word in ("refugee", "asylum", "stateless"))
    if "migrant" in text:
        return "migrants" if is_protected else "other"
    if any(word in text for word in ("all statuses", "undocumented", "other status")):
        return "migrants"
    return "protection" if is_protected else ""


def _tag(note: str) -> str:
    """Return the longest tag that a scope note begins with."""
    fitting = [t for t in get_args(ShareTag) if re.match(re.escape(t) + r"(?!\w)", note)]
    return max(fitting, key=len, default="")
