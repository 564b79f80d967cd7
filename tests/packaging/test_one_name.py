"""One name for one thing, and the list of what was renamed is true."""

from __future__ import annotations

import csv
import importlib
import importlib.util
from pathlib import Path
from typing import Any

import house

ROOT = Path(__file__).resolve().parents[2]
MOVED = ROOT / "docs" / "reference" / "moved.csv"


def test_no_two_modules_define_one_name():
    places = [place for row in house.names(house.modules()) for place in row.places]
    assert not places, "give each of two things a name of its own: " + "; ".join(places)


def resolved(dotted: str) -> Any:
    """Return what a dotted name stands for, None where there is nothing."""
    parts = dotted.split(".")
    for n in range(len(parts), 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:n]))
        except ModuleNotFoundError:
            continue
        for part in parts[n:]:
            thing = getattr(thing, part, None)
        return thing
    return None


def test_names_that_moved_are_where_the_list_says():
    with MOVED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["new"] for row in rows if row["what"] == "deleted" and row["new"]] == []
    new = {row["new"] for row in rows if row["new"].startswith("gecam.")}
    assert [name for name in sorted(new) if resolved(name) is None] == []
    old = {row["old"] for row in rows if row["what"] == "renamed"}
    assert [name for name in sorted(old) if resolved(name) is not None] == []
