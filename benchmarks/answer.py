"""What a user waits for: from a case to the answer, through public names only, beside a naive script.

python benchmarks/answer.py

Every measurement is a process of its own, on one thread; figures are processor time, sides of a ratio
in turn. The clock starts at a finished `Case` and ends when five summaries are at hand: corridors,
origins, destinations, crises and the totals. The naive script (`peers/naive.py`) starts from the
numbers of the model as arrays: what it would take to derive them from the tables is not counted, so
that its figure is a little too low. Commands are timed as whole processes.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROUNDS = 3
DRAWS = 10_000
BREAKDOWNS = (("destination", "origin"), ("origin",), ("destination",), ("crisis",))

ANSWER = f"""
import json, sys, time
import gecam
from peers import work
made = {{case}}
def summaries(case, seed):
    start = time.process_time()
    est = gecam.estimate(case, seed=seed, draws={DRAWS})
    estimated = time.process_time()
    for names in {BREAKDOWNS!r}:
        est.by(*names).summary()
    est.total().summary()
    return estimated - start, time.process_time() - start
print(json.dumps([*summaries(made, 1), *summaries(made, 2)]))
"""
CASES = {
    "11,000 corridors, 100 crises (invented)": "work.case(100, 110)",
    "edition 2022": 'gecam.load_edition("2022")',
    "edition 2024": 'gecam.load_edition("2024")',
}
COMMAND = "from gecam.cli.main import main; main()"
COMMANDS = (
    "estimate --edition 2022", "explain YEM", "prepare --country YEM", "sensitivity YEM",
    "multiverse YEM",
)  # fmt: skip


def python(*arguments: str) -> str:
    """Return what a new process of this Python prints, on one thread."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=HERE, env=os.environ | threads, capture_output=True, text=True, check=True
    ).stdout


def seconds_of(*arguments: str) -> float:
    """Return the processor time of a whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    python(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def main() -> None:
    """Print the two tables."""
    print(f"{platform.machine()}, Python {platform.python_version()}; best of {ROUNDS}, seconds\n")
    print(
        "| from a case | estimate | and five summaries | another seed: estimate | and summaries |"
    )
    print("|---|--:|--:|--:|--:|")
    best: dict[str, list[float]] = {}
    naive = []
    for _ in range(ROUNDS):
        worker = python("-m", "peers.worker", "default", "naive", "100x110", str(DRAWS), "1")
        naive.append(json.loads(worker.splitlines()[-1])["cpu"])
        for name, case in CASES.items():
            run = json.loads(python("-c", ANSWER.format(case=case)))
            best[name] = [min(pair) for pair in zip(best.get(name, run), run, strict=True)]
    for name, run in best.items():
        print(f"| {name} | {' | '.join(f'{t:.2f}' for t in run)} |")
    ours = next(iter(best.values()))
    print(
        f"\nNaive script, 11,000 corridors, {DRAWS:,} draws: {min(naive):.1f} s; "
        f"{min(naive) / ours[1]:.0f} times as long, {min(naive) / ours[3]:.0f} times with another seed."
    )
    print("\n| whole process | processor time |\n|---|--:|")
    for command in COMMANDS:
        run = min(seconds_of("-c", COMMAND, *command.split()) for _ in range(ROUNDS))
        print(f"| gecam {command} | {run:.1f} |", flush=True)


if __name__ == "__main__":
    main()
