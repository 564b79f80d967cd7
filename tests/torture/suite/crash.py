"""Crashes of the machine: the order of writes and syncs, and every prefix of it on a simulated disk."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from disk import Disk, write_out
from kill import releasing
from shim import Call, Shim, read_trace
from world import FILE, World, fresh, names

from gecam.database import Database


def record(source: Path, folder: Path, world: World) -> tuple[list[Call], Disk, Path]:
    """Trace a release, and return it with the disk before it."""
    shim, trace = Shim(), folder / "trace"
    trace.unlink(missing_ok=True)
    file = fresh(source, folder / "traced")
    disk = Disk.of(file.parent)
    releasing(file, world, shim, trace=trace)()
    shim.arm(file.parent, trace=trace)
    shim.mark()
    shim.disarm()
    return read_trace(trace), disk, file.parent


def check_order(calls: Sequence[Call], root: Path) -> list[str]:
    """Return what is wrong with the order of a release."""
    problems = []
    objects = str(root / f"{FILE}.objects")
    log = str(root / f"{FILE}-wal")
    position = {id(call): i for i, call in enumerate(calls)}

    def at(kind: str, path: str, start: int = 0) -> list[int]:
        return [i for i, c in enumerate(calls) if i >= start and (c.kind, c.path) == (kind, path)]

    named = [c for c in calls if c.kind == "rename" and c.other.endswith(".npy")]
    into_log = at("write", log)
    for call in named:
        here = position[id(call)]
        synced = at("sync", call.path)
        written = at("write", call.path)
        if not (written and synced and written[-1] < synced[-1] < here):
            problems.append(f"{Path(call.other).name} got its name before its content was safe")
    if not named or not into_log:
        return [*problems, "no object or no log was written"]
    last_named = position[id(named[-1])]
    safe_names = [i for i in at("sync", objects) if i > last_named]
    if not safe_names or safe_names[0] > into_log[0]:
        problems.append("rows were written before the names of the objects were safe")
    marks = [i for i, c in enumerate(calls) if c.kind == "mark"]
    safe_log = [i for i in at("sync", log) if i > into_log[-1]]
    if not safe_log or safe_log[0] > marks[0]:
        problems.append("the caller was told before the log was safe")
    head = [i for i, c in enumerate(calls) if c.kind == "rename" and c.other.endswith("/HEAD")]
    if not head or not safe_log or head[0] < safe_log[0]:
        problems.append("the witness was moved before the log was safe")
    return problems


def replay_prefixes(
    calls: Sequence[Call], disk: Disk, root: Path, folder: Path, *, variants: int, stride: int,
    before: Sequence[str], rng: np.random.Generator,
) -> tuple[dict[str, int], list[str]]:  # fmt: skip
    """Let the machine crash after every `stride`-th call, and look at what may be on the disk."""
    outcomes = {"old": 0, "new": 0, "none": 0}
    problems = []
    is_told = False
    for i in range(len(calls) + 1):
        if i:
            disk.apply(calls[i - 1])
            is_told |= calls[i - 1].kind == "mark"
        if i % stride and not is_told and i < len(calls):
            continue
        states = [
            ("all kept", disk.after_crash(None, 1.0)),
            ("all lost", disk.after_crash(None, 0.0)),
        ]
        states += [
            (f"variant {v}", disk.after_crash(rng, float(rng.choice([0.1, 0.5, 0.9]))))
            for v in range(variants)
        ]
        for name, contents in states:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            write_out(contents, root, folder)
            outcome = _judge(folder / FILE, before, is_told=is_told)
            if outcome in outcomes:
                outcomes[outcome] += 1
            else:
                call = calls[i - 1] if i else None
                after = f"{call.kind} {Path(call.path).name}" if call else "nothing"
                problems.append(f"after call {i} ({after}), {name}: {outcome}")
    return outcomes, problems


def _judge(file: Path, before: Sequence[str], *, is_told: bool) -> str:
    if not file.exists() and not before and not is_told:
        return "none"
    try:
        found = names(Database(file, create=False))
    except Exception as error:
        return f"broken: {type(error).__name__}: {error}"
    if found == [*before, "r2"]:
        return "new"
    if found == list(before) and not is_told:
        return "old"
    return f"lost: {found}" if is_told else f"between: {found}"


def run(
    template: Path, folder: Path, world: World, *, variants: int, stride: int, seed: int
) -> dict:
    """Trace a release into a database and one that makes it; check the order; crash everywhere."""
    rng = np.random.default_rng(seed)
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    result: dict = {"calls": 0, "states": 0, "outcomes": {}, "order": [], "problems": []}
    for source, before in ((template, ["r1"]), (empty, [])):
        calls, disk, root = record(source, folder, world)
        result["order"] += check_order(calls, root)
        found, problems = replay_prefixes(
            calls, disk, root, folder / "crashed", variants=variants, stride=stride, before=before,
            rng=rng,
        )  # fmt: skip
        result["calls"] += len(calls)
        result["states"] += sum(found.values()) + len(problems)
        result["problems"] += problems
        for key, value in found.items():
            result["outcomes"][key] = result["outcomes"].get(key, 0) + value
    # The same with the syncs left out, to see that the disk would have shown it.
    calls, disk, root = record(template, folder, world)
    without = [call for call in calls if call.kind != "sync"]
    _, problems = replay_prefixes(
        without, disk, root, folder / "crashed", variants=variants, stride=max(stride, 4),
        before=["r1"], rng=rng,
    )  # fmt: skip
    result["found_without_syncs"] = len(problems)
    return result
