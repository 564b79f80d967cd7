"""Totals that publishers print (published_totals.csv), to compare the sums of a file with."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType


def _published() -> Mapping[str, tuple[int, Mapping[tuple[str, str], int]]]:
    totals: dict[str, tuple[int, dict[tuple[str, str], int]]] = {}
    table = Path(__file__).parent / "published_totals.csv"
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            _, of_source = totals.setdefault(row["source"], (int(row["places"] or 0), {}))
            of_source[row["date"], row["column"]] = int(row["total"])
    return MappingProxyType(totals)


# Source id -> places that the totals are of (0: whatever the file has), (date, column) -> total.
PUBLISHED = _published()
