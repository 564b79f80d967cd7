"""Speed of the database of estimates: release, verified reads, a list of 100 releases.

python benchmarks/database.py [REPEATS]

Each figure is the median over REPEATS (5): seconds on the clock, and of the processor, which other
work on the machine does not change. The answer is edition 2022 with 10,000 draws; a plain write and
fsync of as many bytes tells what the disk alone takes.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from gecam.database import Database
from gecam.datasets import load_edition
from gecam.estimation import estimate


def median(work: Callable[[int], object], repeats: int) -> tuple[float, float]:
    """Return the median seconds of some work, on the clock and of the processor."""
    times, processor = [], []
    for turn in range(repeats):
        started, began = time.perf_counter(), time.process_time()
        work(turn)
        times.append(time.perf_counter() - started)
        processor.append(time.process_time() - began)
    return statistics.median(times), statistics.median(processor)


class Figure(NamedTuple):
    """What was measured: median seconds on the clock and of the processor; the goal in words."""

    what: str
    clock: float
    processor: float
    goal: str = ""


def measure(repeats: int) -> tuple[list[Figure], float]:
    """Return the figures, and the megabytes of objects per release."""
    answer = estimate(load_edition("2022"), draws=10_000, seed=2022)
    small = estimate(load_edition("2022").restrict(["SDN"]), draws=100, seed=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db = Database(folder / "e.gecam")

        def release(turn: int) -> None:
            changed = replace(answer, draws=answer.draws + turn)  # new draws each time
            db.release(changed, name=f"r{turn}", reason="benchmark")

        def disk(turn: int) -> None:
            with (folder / f"plain{turn}").open("wb") as file:
                file.write(bytes(answer.draws.nbytes))
                file.flush()
                os.fsync(file.fileno())

        long = Database(folder / "long.gecam")
        for i in range(100):
            long.release(small, name=f"r{i}", reason="benchmark")
        figures = [
            Figure(
                "release of edition 2022, 10,000 draws", *median(release, repeats), "about 0.5 s"
            ),
            Figure("  of it: writing the draws to this disk", *median(disk, repeats)),
            Figure(
                "verified read of its rows",
                *median(lambda _: db["r0"].estimates(), repeats),
                "about 0.3 s",
            ),
            Figure("verified read of rows and draws", *median(lambda _: db.draws("r0"), repeats)),
            Figure("list of 100 releases", *median(lambda _: long.releases(), repeats), "50 ms"),
            Figure("verify all of 100 small releases", *median(lambda _: long.verify(), 1)),
        ]
        size = sum(path.stat().st_size for path in folder.glob("e.gecam*/*")) / repeats
    return figures, size / 1e6


def main() -> None:
    """Print the figures."""
    figures, size = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
    print(f"{'':<42}{'clock':>10}{'processor':>12}")
    for figure in figures:
        aim = f"goal {figure.goal}" if figure.goal else ""
        print(f"{figure.what:<42}{figure.clock:8.3f} s{figure.processor:10.3f} s   {aim}")
    print(f"{'objects per release':<42}{size:8.1f} MB")
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")


if __name__ == "__main__":
    main()
