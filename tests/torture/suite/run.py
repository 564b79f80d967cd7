"""The torture of the database: run one part or all, print the result as JSON.

python tests/torture/suite/run.py kill --full
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import shim
import world as worlds

SHIMMED = ("kill", "faults", "crash")
# Part -> options of the quick and of the full run.
PARTS: dict[str, tuple[dict, dict]] = {
    "kill": ({"trials": 8, "stride": 41}, {"trials": 1000, "stride": 1}),
    "faults": ({"stride": 83}, {"stride": 1}),
    "crash": ({"variants": 1, "stride": 19}, {"variants": 8, "stride": 1}),
    "corruption": ({"trials": 24}, {"trials": 3000}),
    "concurrency": (
        {"writers": 3, "each": 2, "readers": 2},
        {"writers": 16, "each": 50, "readers": 8},
    ),
    "injection": ({"releases": 1}, {"releases": 6}),
    "disclosure": ({"tables": 8, "pairs": 3}, {"tables": 500, "pairs": 200}),
}
SEEDED = ("kill", "crash", "corruption", "disclosure")


def run_part(part: str, folder: Path, *, is_full: bool, seed: int) -> dict:
    """Run one part in a process of its own, under the shim where it needs it."""
    environment = dict(os.environ)
    if part in SHIMMED:
        environment = shim.environment(shim.build(folder))
    command = [sys.executable, __file__, part, "--inside", folder, "--seed", str(seed)]
    process = subprocess.run(
        [*command, "--full"] if is_full else command,
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if process.returncode != 0:
        raise RuntimeError(f"{part} failed:\n{process.stderr}")
    return json.loads(process.stdout.splitlines()[-1])


def inside(part: str, folder: Path, *, is_full: bool, seed: int) -> None:
    """Do the work of one part."""
    options = dict(PARTS[part][is_full])
    if part in SEEDED:
        options["seed"] = seed
    module = __import__(part)
    file = folder / "world"
    if not file.exists():
        worlds.make_world(file)
    world = worlds.load_world(file)
    template = folder / "template"
    if not template.exists():
        template.mkdir()
        from gecam.database import Database

        db = Database(template / worlds.FILE)
        db.release(world.answers[0], name="r1", reason="first", case=world.case)
    started = time.perf_counter()
    result = module.run(template, folder, world, **options)
    result["seconds"] = round(time.perf_counter() - started, 1)
    worlds.report(result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("--full", action="store_true", help="the goals, not the quick part")
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside is not None:
        inside(arguments.part, arguments.inside, is_full=arguments.full, seed=arguments.seed)
        return
    for part in PARTS if arguments.part == "all" else [arguments.part]:
        with tempfile.TemporaryDirectory() as folder:
            result = run_part(part, Path(folder), is_full=arguments.full, seed=arguments.seed)
        worlds.report({"part": part, **result})


if __name__ == "__main__":
    main()
