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
QUASI = 4_096  # quasi-random draws: their bounds are at least as near as those of DRAWS random ones
YEARS = 30


def measure(what, peer, size, draws=None, repeats=1, answer=""):
    """One fresh process; None if the library is not installed or fails."""
    draws = draws or (QUASI if peer == "gecam" else DRAWS)
    command = [sys.executable, "-m", "peers.worker", what, peer, size, str(draws), str(repeats)]
    done = subprocess.run(
        command + ([answer] if answer else []), cwd=HERE, capture_output=True, text=True, check=False,
        preexec_fn=None if CORE is None else lambda: os.sched_setaffinity(0, {CORE}),
    )  # fmt: skip
    if done.returncode:
        print(f"{what} {peer} {size}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def triples(what, peer, size, rounds, repeats):
    """The other, the package with quasi-random and with random draws, in turn; None if it fails."""
    found = []
    for _ in range(rounds):
        sides = [measure(what, peer, size, repeats=repeats)]
        sides += [measure(what, ours, size, repeats=3) for ours in ("gecam", "gecam-mc")]
        if not all(sides):
            return None
        found.append(sides)
    return found


def row(name, found, goal):
    if found is None:
        print(f"| {name} | not measured | | | | | | {goal} |")
        return
    cells = []
    for ours in (1, 2):
        ratio = sorted(sides[0]["cpu"] / sides[ours]["cpu"] for sides in found)
        reach = f" ({ratio[0]:.0f}-{ratio[-1]:.0f})" if len(ratio) > 1 else ""
        cells.append(f"{np.median(ratio):.{0 if ratio[0] > 9 else 1}f}x{reach}")
    cpu = np.median([[side["cpu"] for side in sides] for sides in found], axis=0)
    size = np.median([[side["megabytes"] for side in sides] for sides in found], axis=0)
    cells += [f"{cpu[0]:.1f} s", f"{cpu[1]:.3f} / {cpu[2]:.3f} s"]
    cells += [f"{size[0]:,.0f} MB", f"{size[1]:,.0f} / {size[2]:,.0f} MB"]
    print(f"| {name} | {' | '.join(cells)} | {goal} |", flush=True)


def ratios(is_full):
    rounds = 3 if is_full else 1  # on three rounds, the median and both ends
    print(f"Package: {QUASI:,} quasi-random draws / {DRAWS:,} random draws; others: {DRAWS:,}.\n")
    print("| work | ratio | random | peer | gecam | peer, memory | gecam, memory | floor / goal |")
    print("|---|---|---|---|---|---|---|---|")
    row("default model, 11,000 corridors, naive script",
        triples("default", "naive", "100x110", rounds, 1), "50x / 150x")  # fmt: skip
    row("product, 11,000 corridors, naive script",
        triples("product", "naive", "11000x100", rounds, 1), "50x / 115x")  # fmt: skip
    row("product, uncertainties (first order)",
        triples("product", "uncertainties", "11000x100", rounds, 1), "-")  # fmt: skip
    if is_full:
        for peer, goal in (("xarray", 190), ("openturns", 210), ("duckdb", 225)):
            row(f"product, {peer}", triples("product", peer, "11000x100", 1, 1), f"100x / {goal}x")
        row(f"default model by sex, one year of {YEARS} (22,000 of 660,000 corridors)",
            triples("panel", "naive", "100x110", rounds, 1), "100x / 200x")  # fmt: skip


def errors(is_full):
    """Root mean square relative error of the bounds, over the rows and some seeds."""
    seeds = 8 if is_full else 3
    peers = ("naive", "gecam-mc", "gecam")
    many = 640_000 if is_full else 160_000
    print(f"\n| error of 95 % bounds against {many:,} draws | naive | random | quasi-random |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        size, file = "20x110", str(Path(folder) / "answer.npz")
        if measure("default", "gecam-mc", size, many, 1, file) is None:
            return
        reference = dict(np.load(file))
        found = {peer: [] for peer in peers}
        for peer in peers:
            for repeats in range(2, 2 + seeds):  # the answer is that of the last seed
                if measure("default", peer, size, None, repeats, file) is not None:
                    found[peer].append(dict(np.load(file)))
        for name in ("corridor", "origin", "destination", "world"):
            cells = [name]
            for peer in peers:
                error = [
                    answer[f"{name}_{i}"] / reference[f"{name}_{i}"] - 1
                    for answer in found[peer]
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
         [(f"100x{o}", QUASI, 100 * o) for o in (25, 70, 200)]),
        ("crises (25 to 200)", 1.05, [(f"{d}x110", QUASI, d) for d in (25, 70, 200)]),
        ("draws (2,048 to 32,768)", 0.9, [("50x110", n, n) for n in (2_048, 8_192, 32_768)]),
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
