"""Random and quasi-random draws of a packaged edition: how far off are means and bounds?

python benchmarks/sampling.py [EDITION]

Root mean square relative errors over rows and ten seeds, against many random draws, and the ratio of
the Monte Carlo error that an answer states of its means to the one it has. About a minute.
"""

from __future__ import annotations

import sys
import time

import numpy as np

import gecam as gc

SEEDS = range(10)
REFERENCE = 3 * 400_000  # random draws
COLUMNS = ["mean", "lower", "upper", "mcse"]
RUNS = [("random, 10,000", {"draws": 10_000})] + [
    (f"quasi-random, {n:,}", {"draws": n, "sampler": "sobol"}) for n in (2_048, 4_096, 8_192)
]


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
    parts = [answers(case, draws=REFERENCE // 3, seed=1_000 + i) for i in range(3)]
    exact = {name: np.mean([part[name] for part in parts], axis=0) for name in parts[0]}
    print(f"edition {edition}, against {REFERENCE:,} random draws\n")
    print("| draws | rows | mean | lower | upper | stated / true error of means | seconds |")
    print("|---|---|---|---|---|---|---|")
    for label, options in RUNS:
        start = time.perf_counter()
        runs = [answers(case, seed=seed, **options) for seed in SEEDS]
        seconds = (time.perf_counter() - start) / len(SEEDS)
        for name, true in exact.items():
            found = np.stack([run[name] for run in runs])
            error = np.sqrt(np.nanmean((found / true - 1)[..., :3] ** 2, axis=(0, 1)))
            stated = np.sqrt(np.nanmean((found[..., 3] / true[:, 0]) ** 2))
            cells = [*(f"{e:.2%}" for e in error), f"{stated / error[0]:.2f}", f"{seconds:.2f}"]
            print(f"| {label} | {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
