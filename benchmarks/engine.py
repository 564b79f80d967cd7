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
# Latin hypercube draws whose bounds err no more than those of the naive script with DRAWS independent
# ones (see the table of errors)
LATIN = {"default": 6_000, "product": 4_000, "panel": 1_600}
YEARS = 30


def measure(what, peer, size, draws=None, repeats=1, answer=""):
    """One fresh process; None if the library is not installed or fails."""
    draws = draws or (LATIN[what] if peer == "gecam" else DRAWS)
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
    """The other, the package with Latin hypercube and independent draws, in turn; None if it fails."""
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
    many = ", ".join(f"{n:,} ({what})" for what, n in LATIN.items())
    print(f"Package: Latin hypercube draws, {many} / {DRAWS:,} independent; others: {DRAWS:,}.\n")
    print(
        "| work | ratio | independent | peer | gecam | peer, memory | gecam, memory | floor / goal |"
    )
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
    many = 640_000 if is_full else 160_000
    print(f"\n| error of 95 % bounds against {many:,} draws | naive | independent | Latin |")
    print("|---|---|---|---|")
    for what, size, names in (
        ("default", "20x110", ("corridor", "origin", "destination", "world")),
        ("product", "2200x20", ("corridor", "crisis", "country", "world")),
        ("panel", "20x110", ("corridor",)),
    ):
        reference = answer(what, "gecam-mc", size, many, 1)
        found = {
            peer: [answer(what, peer, size, None, seed) for seed in range(2, 10 if is_full else 5)]
            for peer in ("naive", "gecam-mc", "gecam")
        }
        if reference is None or None in [a for answers in found.values() for a in answers]:
            continue
        for name in names:
            cells = [f"{what}: {name}"]
            for answers in found.values():
                error = [a[name] / reference[name] - 1 for a in answers]
                cells.append(f"{np.sqrt(np.mean(np.square(error))):.1e}")
            print("| " + " | ".join(cells) + " |", flush=True)


def many_draws():
    """The same error of aggregates with as many draws as they need for 2e-3."""
    reference = answer("default", "gecam", "20x110", 1_000_000, 1)
    print("\n| default model, draws | origin | destination | world | 100 destinations |")
    print("|---|---|---|---|---|")
    for draws in (16_000, 64_000, 128_000):
        answers = [answer("default", "gecam", "20x110", draws, seed) for seed in range(2, 8)]
        cells = [
            f"{np.sqrt(np.mean([np.square(a[name] / reference[name] - 1) for a in answers])):.1e}"
            for name in ("origin", "destination", "world")
        ]
        seconds = measure("default", "gecam", "100x110", draws, 2)["cpu"]
        print(f"| {draws:,} | {' | '.join(cells)} | {seconds:.2f} s |", flush=True)


def answer(what, peer, size, draws, seed):
    """Bounds by name, shape ``(2, row)``, of one run; None if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "answer.npz")
        if measure(what, peer, size, draws, seed, file) is None:  # the last of `seed` repetitions
            return None
        found = dict(np.load(file))
    bounds = {
        key[:-2]: np.stack([found[key], found[key[:-1] + "2"]]) for key in found if key[-1] == "1"
    }
    if (what, peer) == ("panel", "naive"):  # sexes come after origins there
        places, origins = map(int, size.split("x"))
        rows = bounds["corridor"].reshape(2, places, 2, origins)
        bounds["corridor"] = rows.transpose(0, 1, 3, 2).reshape(2, -1)
    return bounds


def slope(points):
    x, y = np.log(np.array(points)).T
    return np.polyfit(x, y, 1)[0]


def scaling(is_full):
    print("\n| exponent of the engine in | measured | goal |\n|---|---|---|")
    repeats = 5 if is_full else 2
    for name, goal, sizes in (
        ("corridors at 100 crises (2,500 to 20,000)", 0.3,
         [(f"100x{o}", LATIN["default"], 100 * o) for o in (25, 70, 200)]),
        ("crises (25 to 200)", 1.05, [(f"{d}x110", LATIN["default"], d) for d in (25, 70, 200)]),
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
        many_draws()
        scaling(is_full)
        workers()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"\nPython {platform.python_version()}, numpy {np.__version__}, {machine}")


if __name__ == "__main__":
    main()
