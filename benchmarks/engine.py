"""The engine beside what somebody would write or take instead: time, memory, error, scaling.

python benchmarks/engine.py [full]

Quick takes about two minutes, full about half an hour. Every measurement is a process of its own, on
one core and with one thread, the two sides of a ratio in turn; the figure of a side is the
processor time of its best repetition (nothing here waits, so on an idle machine that is the time on
the wall, and on a busy one it is what compares). Inputs are made before the clock starts: for the
engine the plans of destinations, for the others the same numbers as arrays.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
CORE = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
DRAWS = 10_000
YEARS = 30


def measure(what, peer, size, draws=DRAWS, repeats=1, answer=""):
    """One fresh process; None if the library is not installed or fails."""
    command = [sys.executable, "-m", "peers.worker", what, peer, size, str(draws), str(repeats)]
    done = subprocess.run(
        command + ([answer] if answer else []), cwd=HERE, capture_output=True, text=True, check=False,
        preexec_fn=None if CORE is None else lambda: os.sched_setaffinity(0, {CORE}),
    )  # fmt: skip
    if done.returncode:
        print(f"{what} {peer} {size}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def pairs(what, peer, size, rounds, repeats):
    """Ratio and both sides, measured in turn: medians over rounds."""
    found = []
    for _ in range(rounds):
        other = measure(what, peer, size, repeats=repeats)
        ours = measure(what, "gecam", size, repeats=3)
        if other is None or ours is None:
            return None
        found.append((other, ours))
    middle = {k: np.median([[a[k], b[k]] for a, b in found], axis=0) for k in ("cpu", "megabytes")}
    ratios = [a["cpu"] / b["cpu"] for a, b in found]
    return np.median(ratios), middle["cpu"], middle["megabytes"], (min(ratios), max(ratios))


def row(name, found, goal):
    if found is None:
        print(f"| {name} | not measured | | | | | {goal} |")
        return
    ratio, (a, b), (m, k), (low, high) = found
    reach = f" ({low:.1f}-{high:.1f})" if low != high else ""
    cells = [f"{ratio:.1f}x{reach}", f"{a:.2f} s", f"{b:.3f} s", f"{m:,.0f} MB", f"{k:,.0f} MB"]
    print(f"| {name} | {' | '.join(cells)} | {goal} |", flush=True)


def ratios(is_full):
    rounds = 3 if is_full else 1  # on three pairs, the median and both ends
    print("| work | ratio | peer | gecam | peer, memory | gecam, memory | floor / goal |")
    print("|---|---|---|---|---|---|---|")
    row("default model, 11,000 corridors, naive script",
        pairs("default", "naive", "100x110", rounds, 1), "50x / 150x")  # fmt: skip
    row("product, 11,000 corridors, naive script", pairs("product", "naive", "11000x100", rounds, 1),
        "50x / 115x")  # fmt: skip
    row("product, uncertainties (first order)",
        pairs("product", "uncertainties", "11000x100", rounds, 1), "-")  # fmt: skip
    if is_full:
        for peer in ("xarray", "openturns", "duckdb"):
            row(f"product, {peer}", pairs("product", peer, "11000x100", 1, 1), "100x / 190x")
        row(f"default model by sex, one year of {YEARS} (22,000 of 660,000 corridors)",
            pairs("panel", "naive", "100x110", 1, 1), "100x / 200x")  # fmt: skip


def errors(is_full):
    """Root mean square relative error of the bounds, both at 10,000 draws."""
    print(
        "\n| bounds against a run of the package with many draws | naive | gecam |\n|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        size, many = "20x110", 160_000 if is_full else 40_000
        files = {p: str(Path(folder) / f"{p}.npz") for p in ("reference", "naive", "gecam")}
        measure("default", "gecam", size, many, 1, files["reference"])
        for peer in ("naive", "gecam"):
            measure("default", peer, size, DRAWS, 2, files[peer])
        if not all(Path(f).exists() for f in files.values()):
            return
        loaded = {p: np.load(f) for p, f in files.items()}
        for name in ("corridor", "origin", "destination", "world"):
            cells = [name]
            for peer in ("naive", "gecam"):
                error = [
                    loaded[peer][f"{name}_{i}"] / loaded["reference"][f"{name}_{i}"] - 1
                    for i in (1, 2)
                ]
                cells.append(f"{np.sqrt(np.mean(np.square(error))):.1e}")
            print("| " + " | ".join(cells) + " |", flush=True)


def slope(points):
    x, y = np.log(np.array(points)).T
    return np.polyfit(x, y, 1)[0]


def scaling(is_full):
    print("\n| exponent of the engine in | measured | goal |\n|---|---|---|")
    repeats = 5 if is_full else 2
    for name, goal, sizes in (
        ("corridors at 100 crises (2,500 to 20,000)", 0.3,
         [(f"100x{o}", DRAWS, 100 * o) for o in (25, 70, 200)]),
        ("crises (25 to 200)", 1.05, [(f"{d}x110", DRAWS, d) for d in (25, 70, 200)]),
        ("draws (2,500 to 40,000)", 0.9, [("50x110", n, n) for n in (2_500, 10_000, 40_000)]),
    ):  # fmt: skip
        found = [(x, measure("default", "gecam", size, n, repeats)) for size, n, x in sizes]
        if all(m for _, m in found):
            print(
                f"| {name} | {slope([(x, m['cpu']) for x, m in found]):.2f} | {goal} |", flush=True
            )


def workers():
    """Every corridor sampled, in this process, a pool of two, and Dask."""
    done = subprocess.run([sys.executable, "-m", "peers.workers"], cwd=HERE, capture_output=True,
                          text=True, check=False)  # fmt: skip
    print(done.stdout or done.stderr.strip().splitlines()[-1:])


def main() -> None:
    is_full = sys.argv[1:] == ["full"]
    ratios(is_full)
    errors(is_full)
    if is_full:
        scaling(is_full)
        workers()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"\nPython {platform.python_version()}, numpy {np.__version__}, {machine}")


if __name__ == "__main__":
    main()
