"""What a user waits for, through public names only: from a case to the answer, beside a naive script.

python benchmarks/answer.py [quick]

Every measurement is a process of its own, on one thread; figures are processor time, the best of some
rounds, and the two sides of a ratio are measured in turn. The clock starts at a finished `Case`, with
the package imported, and ends when five summaries are at hand: corridors, origins, destinations,
crises and the totals, with the default draws: 8,000 of Latin hypercube samples, which err no more than
10,000 independent ones (`sampling.py`), and beside them as many as the naive script has. That script
(`peers/naive.py`) makes 10,000 independent draws; it starts from the numbers of the model as
arrays: what it would take to derive them from the tables is not counted, so that its figure is a
little too low. Commands are timed as whole processes. `quick` leaves out the panel, the exponents and
the multiverse.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ROUNDS = 3
DRAWS = 10_000  # of the naive script
YEARS = 30

START = """
import json, resource, sys, time
import gecam
from peers import work
gecam.estimate, gecam.load_edition, gecam.sensitivity, gecam.multiverse
clock = time.process_time
def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def summaries(case, seed=1, **options):
    start = clock()
    est = gecam.estimate(case, seed=seed, **options)
    estimated = clock()
    for names in (("destination", "origin"), ("origin",), ("destination",), ("crisis",)):
        est.by(*names).summary()
    est.total().summary()
    return estimated - start, clock() - start
"""
ANSWER = """
made = {case}
print(json.dumps([*summaries(made, **{options}), *summaries(made, seed=2, **{options})]))
"""
INVENTED = "work.case(100, 110)"
CASES = {
    "default": (INVENTED, {}),
    "equal draws": (INVENTED, {"draws": DRAWS}),
    "edition 2022": ('gecam.load_edition("2022")', {}),
    "edition 2024": ('gecam.load_edition("2024")', {}),
}
LOAD = """
gecam.load_edition("2024")
start = clock()
gecam.load_edition("2022")
print(clock() - start)
"""
SENSITIVITY = """
est = gecam.estimate(gecam.load_edition("2022"))
start = clock()
gecam.sensitivity(est, "world", n=512)
print(clock() - start)
"""
MULTIVERSE = """
from gecam.datasets import load_alternatives
case, other = gecam.load_edition("2022"), load_alternatives("2022")
start = clock()
found = gecam.multiverse(case, "world", alternatives=other, draws=200)
print(json.dumps([clock() - start, len(found.table)]))
"""
PANEL = """
from gecam.estimation import estimate_panel
cases = [work.case(100, 110, year=1993 + year, seed=year) for year in range({years})]
estimate_panel([work.case(5, 12)], "destination", "origin", "sex", {options})
base, start = megabytes(), clock()
rows = len(estimate_panel(cases, "destination", "origin", "sex", {options}))
print(json.dumps([(clock() - start) / len(cases), megabytes() - base, rows]))
"""
# The fewest draws, in whole Latin hypercube samples, whose bounds err no more than those of the naive
# script with 10,000: against 480,000 draws of all 22,000 rows 1.78 % (root mean square), the script
# 1.83 %; 1,400 draws 1.93 %, 1,000 draws 2.3 %.
PANEL_DRAWS = {"1,600 draws": "draws=1_600", "the default number of draws": ""}
EXPONENTS = {
    "corridors at 100 crises (2,500 to 20,000)": [
        (f"work.case(100, {n})", DRAWS, 100 * n) for n in (25, 70, 200)
    ],
    "crises (25 to 200)": [(f"work.case({n}, 110)", DRAWS, n) for n in (25, 70, 200)],
    "draws (2,048 to 32,768)": [("work.case(50, 110)", n, n) for n in (2_048, 8_192, 32_768)],
}
NIGHT = """
import tempfile
from pathlib import Path
from typer.testing import CliRunner
from gecam.cli.main import app
with tempfile.TemporaryDirectory() as folder:
    db, page = Path(folder) / "e.gecam", Path(folder) / "page.html"
    est = gecam.estimate(gecam.load_edition("2022"))
    gecam.Database(db).release(est, name="night", reason="benchmark")
    words = ["report", "--db", str(db), "--release", "night", "--out", str(page)]
    told = CliRunner().invoke(app, words)
    assert page.is_file(), told.output
"""
COMMAND = "from gecam.cli.main import main; main()"
COMMANDS = {
    "estimate --edition 2022": ("1.9 s", "1.3 s"),
    "explain YEM": ("2.2 s", "1.5 s"),
    "prepare --country YEM": ("", ""),
    "sensitivity YEM": ("", ""),
    "multiverse YEM": ("", ""),
}


def python(*arguments: str) -> str:
    """Return what a new process of this Python prints, on one thread; modules are compiled once."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    env = os.environ | threads | {"PYTHONDONTWRITEBYTECODE": ""}  # as where it is installed
    command = [sys.executable, "-W", "ignore", *arguments]
    return subprocess.run(
        command, cwd=HERE, env=env, capture_output=True, text=True, check=True
    ).stdout


def run(code: str) -> list[float]:
    """Return the numbers that code prints after the imports, in a process of its own."""
    printed = json.loads(python("-c", START + code))
    return printed if isinstance(printed, list) else [printed]


def best(code: str, rounds: int = ROUNDS) -> list[float]:
    """Return the least of each number over some processes."""
    return np.min([run(code) for _ in range(rounds)], axis=0).tolist()


def seconds_of(*arguments: str) -> float:
    """Return the processor time of a whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    python(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def naive(what: str) -> float:
    """Return the processor time of the naive script for a hundred crises and 110 origins."""
    worker = python("-m", "peers.worker", what, "naive", "100x110", str(DRAWS), "1")
    return float(json.loads(worker.splitlines()[-1])["cpu"])


def row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def from_a_case() -> None:
    """Print the time from a case to five summaries, beside the naive script."""
    runs: dict[str, list[list[float]]] = {name: [] for name in CASES}
    naively = []
    for _ in range(ROUNDS):
        naively.append(naive("default"))
        for name, (case, options) in CASES.items():
            runs[name].append(run(ANSWER.format(case=case, options=options)))
    least = {name: np.min(times, axis=0) for name, times in runs.items()}
    row("11,000 corridors, 100 crises: the naive script", f"{min(naively):.1f} s", "", "")
    for words, name in {"": "default", f", {DRAWS:,} draws": "equal draws"}.items():
        first, again = (f"{x:.2f} s, {min(naively) / x:.0f}x" for x in least[name][[1, 3]])
        row(f"case to five summaries{words}", first, "30x", "80x")
        row(f"the same with another seed{words}", again, "40x", "120x")
    (load,) = best(LOAD)
    for name, (floor, goal) in {
        "edition 2022": ("0.07 / 0.23 / 0.8 s", "0.05 / 0.12 / 0.4 s"),
        "edition 2024": ("", ""),
    }.items():
        first = f"{load:.2f} / " if floor else ""
        estimate, summaries, again, all_again = least[name]
        what = "`load_edition` / " if floor else ""
        row(f"{name}: {what}`estimate` / estimate and five summaries",
            f"{first}{estimate:.2f} / {summaries:.2f} s", floor, goal)  # fmt: skip
        row(f"{name}, another seed", f"{again:.2f} / {all_again:.2f} s", "", "")


def whole_processes() -> None:
    for command, (floor, goal) in COMMANDS.items():
        time = min(seconds_of("-c", COMMAND, *command.split()) for _ in range(ROUNDS))
        row(f"`gecam {command}`, whole process", f"{time:.2f} s", floor, goal)
    time = min(seconds_of("-c", START + NIGHT) for _ in range(ROUNDS))
    row("a night: estimate, release, report, whole process", f"{time:.1f} s", "", "")


def slope(points: Sequence[tuple[float, float]]) -> float:
    x, y = np.log(np.array(points)).T
    return float(np.polyfit(x, y, 1)[0])


def questions(*, is_quick: bool) -> None:
    row("sensitivity of the world (n = 512)", f"{best(SENSITIVITY)[0]:.1f} s", "1.3 s", "0.8 s")
    if not is_quick:
        time, specifications = run(MULTIVERSE)
        row(f"multiverse of 2022 ({specifications:,.0f} specifications, 200 draws each)",
            f"{time:.1f} s", "18 s", "8 s")  # fmt: skip


def panel() -> None:
    """Print thirty years by sex, each a case of its own; the naive script runs one of them."""
    naively = naive("panel")
    for words, options in PANEL_DRAWS.items():
        year, memory, rows = run(PANEL.format(options=options, years=YEARS))
        row(f"thirty years by sex ({rows:,.0f} rows), {words}",
            f"{YEARS * year:.0f} s, {naively / year:.0f}x, {memory:,.0f} MB", "60x, 500 MB",
            "120x, 250 MB")  # fmt: skip


def exponents() -> None:
    limits = iter((("0.5", "0.3"), ("1.0", "0.9"), ("0.9", "0.75")))
    for name, sizes in EXPONENTS.items():
        points = []
        for case, draws, size in sizes:
            points.append((size, best(f"print(summaries({case}, draws={draws})[1])", 2)[0]))
        row(f"exponent in {name}", f"{slope(points):.2f}", *next(limits))


def main() -> None:
    """Print the table."""
    is_quick = sys.argv[1:] == ["quick"]
    print(f"{platform.machine()}, Python {platform.python_version()}; processor time, one thread, "
          f"best of {ROUNDS}; the default draws where no others are named\n")  # fmt: skip
    row("work, public functions", "measured", "floor", "goal")
    row("---", "--:", "--:", "--:")
    from_a_case()
    whole_processes()
    questions(is_quick=is_quick)
    if not is_quick:
        panel()
        exponents()


if __name__ == "__main__":
    main()
