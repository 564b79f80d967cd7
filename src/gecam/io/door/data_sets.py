"""Data sets of publishers: who publishes each, its title, licence and address (data_sets.csv)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def data_sets() -> Mapping[str, dict[str, str]]:
    """Return what a `gecam.model.Source` says of each data set, by its id."""
    with (Path(__file__).parent / "data_sets.csv").open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}
