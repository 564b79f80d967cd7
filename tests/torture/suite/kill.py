"""kill -9 during a release: at every step that writes, and at random times."""

from __future__ import annotations

import time
from pathlib import Path

from shim import Shim
from world import FILE, World, fresh, in_child, is_usable, names

from gecam.database import Database
from gecam.uncertainty import Streams

KILLED = 9


def releasing(file: Path, world: World, shim: Shim, **how: object):
    """Return the work of a child: a release under the shim."""

    def work() -> None:
        shim.arm(file.parent, **how)
        db = Database(file)
        db.release(world.answers[1], name="r2", reason="second", case=world.case)
        shim.disarm()

    return work


def count_steps(template: Path, folder: Path, world: World, shim: Shim) -> int:
    """Return how many calls of a release change a file; here, in this process."""
    file = fresh(template, folder)
    releasing(file, world, shim)()
    return shim.steps


def judge(file: Path, world: World, said: str, *, before: list[str]) -> str:
    """Return ``old``, ``new``, or what is wrong."""
    try:
        found = names(Database(file))
        if found not in (before, [*before, "r2"]):
            return f"broken: releases {found}"
        if said == "done" and found == before:
            return "lost: the release was acknowledged"
        if "r2" in found and len(Database(file)["r2"].load().cells) != len(world.answers[1].cells):
            return "broken: r2 is not whole"
        if not is_usable(file, world):
            return "broken: the next release is not the last one"
    except Exception as error:
        return f"broken: {type(error).__name__}: {error}"
    return "new" if "r2" in found else "old"


def run(template: Path, folder: Path, world: World, *, trials: int, stride: int, seed: int) -> dict:
    """Kill before and halfway through every `stride`-th step, and `trials` times at random."""
    shim, work = Shim(), folder / "work"
    outcomes: dict[str, int] = {}
    problems: list[str] = []

    def take(where: str, status: int, said: str, *, before: list[str]) -> None:
        outcome = judge(work / FILE, world, said, before=before)
        kind = outcome.partition(":")[0] + (" (killed)" if status == KILLED else " (finished)")
        outcomes[kind] = outcomes.get(kind, 0) + 1
        if outcome not in {"old", "new"} or said.startswith("foreign"):
            problems.append(f"{where}: {outcome} {said[-300:]}")

    tries = 0
    for is_first in (False, True):  # a release into a database, and the making of one
        source = folder / "empty" if is_first else template
        source.mkdir(exist_ok=True)
        steps = count_steps(source, work, world, shim)
        for step in range(1, steps + 1, stride):
            for action in ("kill", "kill halfway"):
                file = fresh(source, work)
                status, said = in_child(releasing(file, world, shim, step=step, action=action))
                take(f"step {step} {action}", status, said, before=[] if is_first else ["r1"])
                tries += 1
    durations = []
    for _ in range(3):
        file = fresh(template, work)
        started = time.perf_counter()
        in_child(releasing(file, world, shim))
        durations.append(time.perf_counter() - started)
    delays = Streams(seed).uniform("kill", "delay", 0, trials) * min(durations)
    for trial, delay in enumerate(delays):
        file = fresh(template, work)
        status, said = in_child(releasing(file, world, shim), after=float(delay))
        take(f"random {trial} after {delay:.4f} s", status, said, before=["r1"])
    return {
        "at_steps": tries,
        "random": trials,
        "outcomes": outcomes,
        "problems": problems,
        "steps_of_a_release": steps,
    }
