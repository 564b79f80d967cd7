"""What takes the time: one run from a case to five summaries, stage by stage, in percent.

python benchmarks/stages.py [REPEATS]

Every repeat (5) is a first run of a new case, in this process, on one thread; figures are processor
time, the least of each stage.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

from peers import work

from gecam.datasets import load_edition
from gecam.estimation.draw.destination_draws import draw_destination
from gecam.estimation.gathering import Run, gather
from gecam.estimation.pipeline import compositions_of
from gecam.estimation.plan.destination import destination_plan
from gecam.estimation.provenance import provenance_of
from gecam.model import Case
from gecam.uncertainty import DEFAULT_DRAWS as N
from gecam.uncertainty import LatinStreams

CASES: dict[str, Callable[[], Case]] = {
    "edition 2022": lambda: load_edition("2022"),
    "11,000 corridors, 100 crises": lambda: work.case(100, 110),
}
BREAKDOWNS = {
    "corridors": ("destination", "origin"), "origins": ("origin",), "destinations": ("destination",),
    "crises": ("crisis",),
}  # fmt: skip


def stages(case: Case) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the stages of a run in their order; each starts from what those before it returned."""
    made: dict[str, object] = {}

    def step(name: str, work: Callable[[], object]) -> tuple[str, Callable[[], object]]:
        return name, lambda: made.update({name: work()})

    def breakdown(names: tuple[str, ...]) -> object:
        return made["gather"].by(*names).summary()

    yield step("plans", lambda: [destination_plan(case, d, "all") for d in case.destinations])
    yield step("compositions", lambda: compositions_of(case, case.destinations, "all"))
    yield step("hash of the inputs", lambda: provenance_of(case, 1, N, "all", "latin"))
    streams = LatinStreams(1)
    yield step("draws", lambda: [draw_destination(p, streams, N) for p in made["plans"]])
    yield step("gather", lambda: gather(
        Run(case, made["plans"], made["compositions"], "all", 0.9, made["hash of the inputs"]),
        made["draws"],
    ))  # fmt: skip
    for rows, names in BREAKDOWNS.items():
        yield step(rows, lambda names=names: breakdown(names))
    yield step("totals", lambda: made["gather"].total().summary())


def main() -> None:
    """Print seconds and percent of each stage."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for words, make in CASES.items():
        least: dict[str, float] = {}
        for _ in range(repeats + 1):
            for name, work_of in stages(make()):
                start = time.process_time()
                work_of()
                least[name] = min(least.get(name, 9e9), time.process_time() - start)
        total = sum(least.values())
        print(f"\n| {words} | ms | % |\n|---|--:|--:|")
        for name, seconds in least.items():
            print(f"| {name} | {1000 * seconds:.0f} | {seconds / total:.0%} |")
        print(f"| all | {1000 * total:.0f} | 100% |")


if __name__ == "__main__":
    main()
