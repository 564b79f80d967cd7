"""Calls that fail: no space, an error of the disk, half a write, no permission."""

from __future__ import annotations

import errno
from pathlib import Path

from kill import count_steps, judge, releasing
from shim import Shim
from world import FILE, World, fresh, in_child

from gecam.database.storage.connection import IN_DOUBT

FAULTS = {
    "ENOSPC once": ("fail once", errno.ENOSPC),
    "ENOSPC from then on": ("fail from here", errno.ENOSPC),
    "EIO once": ("fail once", errno.EIO),
    "EIO from then on": ("fail from here", errno.EIO),
    "EACCES once": ("fail once", errno.EACCES),
    "short write": ("short", 0),
}


def run(template: Path, folder: Path, world: World, *, stride: int) -> dict:
    """Let every `stride`-th step fail in every way.

    A release that raises must have changed nothing; one that returns must be there. Where the commit
    itself failed and the disk stays dead, the error says that nobody can know; whole it must be.
    """
    shim, work = Shim(), folder / "work"
    outcomes: dict[str, int] = {}
    problems: list[str] = []
    trials = 0
    for is_first in (False, True):
        source = folder / "empty" if is_first else template
        source.mkdir(exist_ok=True)
        before = [] if is_first else ["r1"]
        steps = count_steps(source, work, world, shim)
        for name, (action, number) in FAULTS.items():
            for step in range(1, steps + 1, stride):
                file = fresh(source, work)
                how = {"step": step, "action": action, "error": number}
                _, said = in_child(releasing(file, world, shim, **how))
                outcome = judge(work / FILE, world, said, before=before)
                answer = "returned" if said == "done" else "raised"
                if IN_DOUBT in said:
                    answer = "raised in doubt"
                key = f"{name}: {answer}, {outcome.partition(':')[0]}"
                outcomes[key] = outcomes.get(key, 0) + 1
                trials += 1
                right = {
                    "returned": ("new",),
                    "raised": ("old",),
                    "raised in doubt": ("old", "new"),
                }
                is_right = outcome in right[answer]
                if not is_right or said.startswith("foreign"):
                    problems.append(f"{name} at step {step} of {before}: {outcome}; {said[-400:]}")
    return {"trials": trials, "outcomes": outcomes, "problems": problems}
