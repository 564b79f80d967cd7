"""Write the default priors of the odds ratio: `python tools/build_odds_ratios.py`.

They are `gc.odds_ratio_priors` of all packaged pairs, rounded to four digits, with what each rests on.
They stand in src/gecam/model/odds_ratios.csv. A change in them changes published numbers: say before,
after and why under *Changed results* in CHANGELOG.md.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from math import isinf
from pathlib import Path

import gecam as gc
from gecam.model import OddsRatioEvidence

OUT = Path(__file__).resolve().parent.parent / "src" / "gecam" / "model" / "odds_ratios.csv"
COLUMNS = (
    "kind", "name", "median", "lower", "upper", "degrees", "shared", "of_type", "status", "k", "year",
    "stock", "basis",
)  # fmt: skip


def rows() -> Iterator[dict[str, str]]:
    """Yield the rows of the table."""
    priors = gc.odds_ratio_priors(gc.load_calibration("group_pairs"))
    for kind, table in (("row", priors.rows), ("country", priors.countries)):
        for name, held in table.items():
            yield dict.fromkeys(COLUMNS, "") | {"kind": kind, "name": name} | cells(held)
    for name, factor in priors.factors.items():
        yield dict.fromkeys(COLUMNS, "") | {
            "kind": "factor", "name": name, "median": f"{factor:.4g}"
        }  # fmt: skip
    yield dict.fromkeys(COLUMNS, "") | {
        "kind": "drift", "name": "log_sd", "median": f"{priors.log_sd_per_root_year:.4g}"
    }  # fmt: skip


def cells(held: OddsRatioEvidence) -> dict[str, str]:
    """Return a prior and what it rests on as text."""
    prior = held.prior
    lower, upper = prior.interval()
    numbers = {"median": prior.median, "lower": lower, "upper": upper}
    return {
        **{name: f"{number:.4g}" for name, number in numbers.items()},
        "degrees": "" if isinf(prior.degrees) else f"{prior.degrees:.3g}",
        "shared": f"{prior.weights[0]:.3g}", "of_type": f"{prior.weights[1]:.3g}",
        "status": held.status, "k": str(held.k), "year": str(held.year or ""),
        "stock": "" if held.stock is None else f"{held.stock:.0f}", "basis": held.basis,
    }  # fmt: skip


def main() -> None:
    """Write the table."""
    table = list(rows())  # before the file is opened: the package reads it
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    main()
