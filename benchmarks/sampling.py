"""Independent and Latin hypercube draws of a packaged edition: how far off are means and bounds?

python benchmarks/sampling.py [EDITION]

Relative errors over twenty seeds (root mean square) of the middle row of each kind, and over all rows
(root mean square) of more than twenty people, against many independent draws; and the ratio of the
Monte Carlo error that an answer states of its means to the one it has. Two minutes.
"""

from __future__ import annotations

import sys

import numpy as np

import gecam as gc

SEEDS = range(20)
REFERENCE = 3 * 400_000  # independent draws
COLUMNS = ["mean", "lower", "upper", "mcse"]
FEWEST = 20  # people of a row: below, its lower end is next to nothing
RUNS = {
    "independent, 10,000": {"draws": 10_000, "sampler": "mc"},
    **{f"Latin hypercubes, {n:,}": {"draws": n} for n in (4_000, 8_000, 16_000)},
}


def answers(case, **options):
    """Mean, ends and stated error of rows, by kind of row; each of shape ``(row, 4)``."""
    est = gc.estimate(case, **options)
    tables = {
        "destinations": est.by("destination"),
        "origins": est.by("origin", draws="interval"),
        "corridors": est.by("destination", "origin", draws="interval"),
        "world": est.total().row(total="all country-level plans"),
    }
    return {name: rows.summary()[COLUMNS].to_numpy() for name, rows in tables.items()}


def main() -> None:
    edition = sys.argv[1] if len(sys.argv) > 1 else "2022"
    case = gc.load_edition(edition)
    options = {"draws": REFERENCE // 3, "sampler": "mc"}
    parts = [answers(case, seed=1_000 + i, **options) for i in range(3)]
    exact = {name: np.mean([part[name] for part in parts], axis=0) for name in parts[0]}
    print(f"edition {edition}, against {REFERENCE:,} independent draws\n")
    print(
        "| draws | rows | mean | lower | upper | all rows: mean | lower | upper | stated / true |"
    )
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|")
    for label, options in RUNS.items():
        runs = [answers(case, seed=seed, **options) for seed in SEEDS]
        for name, true in exact.items():
            large = true[:, 1] > FEWEST
            found = np.stack([run[name][large] for run in runs])
            error = np.sqrt(np.mean((found / true[large] - 1)[..., :3] ** 2, axis=0))
            stated = np.median(np.sqrt(np.mean(found[..., 3] ** 2, axis=0)) / true[large, 0])
            middle, root = np.median(error, axis=0), np.sqrt(np.mean(error**2, axis=0))
            cells = [*(f"{e:.2%}" for e in (*middle, *root)), f"{stated / middle[0]:.1f}"]
            print(f"| {label} | {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
