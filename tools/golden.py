"""Write the golden tables: `python tools/golden.py`.

A change in them is a change of published numbers: say before, after and why under *Changed
results* in CHANGELOG.md.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gecam.datasets import load_edition
from gecam.estimation import estimate

OUT = Path(__file__).resolve().parent.parent / "tests" / "reference" / "golden"
COLUMNS = ["status", "rung", "grade", "odds_ratio_1", "mean", "lower", "upper", "published"]
FIRST_NAMES = {"evidence_level": "rung"}  # of columns when the tables were first written


def golden(name: str) -> pd.DataFrame:
    """Return the published numbers of one edition: both totals, then every crisis."""
    est = estimate(load_edition(name), seed=2022)
    totals = est.total().summary().rename(columns={"total": "row"})
    crises = est.by("crisis").summary().rename(columns={"crisis": "row"})
    rows = pd.concat([totals, crises], ignore_index=True).rename(columns=FIRST_NAMES)
    return rows[["row", *COLUMNS]]


def main() -> None:
    """Write both tables."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name in ("2022", "2024"):
        golden(name).to_csv(OUT / f"{name}.csv", index=False, float_format="%.12g")


if __name__ == "__main__":
    main()
