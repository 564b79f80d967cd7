"""Compiled counts of refugees and migrants in need beside the number present."""

from __future__ import annotations

import re
from typing import get_args

import numpy as np
import pandas as pd

from gecam.io.door import Field, File, locate, read_table, reader
from gecam.io.ocha.plan_facts import compiled
from gecam.model import Note, PublishedShares, ShareTag

_SHARES = {
    name: Field((name,))
    for name in ("iso3", "year", "group", "in_need", "present", "share", "scope_note")
} | {"source": Field(("source_title",)), "url": Field(("source_url",))}


@reader("shares", "compiled", ["scope_note", "present"])
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
    sheet = locate(read_table(path, delimiter=","), _SHARES)
    sheet.refuse_repeats(sheet.cells, "group")
    numbers = {
        "year": sheet.years("year").astype(float),
        "in_need": sheet.people("in_need"),
        "present": sheet.people("present"),
        "share": sheet.amounts("share", least=0, most=10),
    }
    words, notes_ = sheet.text("group"), sheet.prose("scope_note")
    groups, tags = words.map(_group), notes_.map(_tag)
    for name, values, cells in (("group", groups, words), ("scope_note", tags, notes_)):
        sheet.refuse(
            values.eq(""),
            name,
            lambda at, cells=cells: f"cannot be told: {cells[at][:60]!r}",  # type: ignore[misc]
            code="UNKNOWN_WORD",
        )
    iso3 = sheet.countries("iso3", is_blank_allowed=True)
    source = compiled(sheet, "Published counts of refugees in need")
    ratio = numbers["in_need"] / numbers["present"]
    stated = np.flatnonzero(
        np.isfinite(numbers["share"]) & ~(abs(ratio - numbers["share"]) <= 6e-4)
    )
    rows = pd.DataFrame(
        {
            "iso3": iso3,
            "year": numbers["year"],
            "group": groups,
            "group_published": words,
            "in_need": numbers["in_need"],
            "present": numbers["present"],
            "share": numbers["share"],
            "tag": tags,
            "is_comparable": tags.str.startswith("comparable"),
            "scope_note": notes_,
            "source": sheet.prose("source"),
            "url": sheet.prose("url"),
            "line": sheet.rows,
        }
    )
    notes = sheet.told(
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
    return PublishedShares(rows, source, notes)


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
