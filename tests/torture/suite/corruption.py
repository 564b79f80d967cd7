"""Changed bytes: bits, cuts, swaps, zeros in every file. Silent is a read that says something else."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
from world import FILE, World, fresh, reading

from gecam.database import Database
from gecam.errors import GecamError

CHANGES = ("bit", "byte", "cut", "swap blocks", "zero block", "swap files", "lost end")


def with_log(template: Path, folder: Path, world: World) -> None:
    """Make a database whose last release is in SQLite's log only, as a crash leaves it."""
    live = folder.with_name(folder.name + "-live")
    file = fresh(template, live)
    db = Database(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute(
            "SELECT count(*) FROM estimates"
        ).fetchall()  # keeps the log from coming home
        db.release(world.answers[1], name="r2", reason="in the log", case=world.case)
        shutil.copytree(live, folder)
    for path in folder.glob("*-shm"):
        path.unlink()


def brought_home(template: Path, folder: Path, world: World) -> None:
    """Make a database with two releases and a retraction, closed."""
    db = Database(fresh(template, folder))
    db.release(world.answers[1], name="r2", reason="second", case=world.case, supersedes="r1")
    db.retract("r2", "for the test")


def change(folder: Path, rng: np.random.Generator) -> str:
    """Change one file of a database; return what was done."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    # The catalogue and its log hold the rows: half of the changes go there.
    catalogue = [path for path in files if path.name.startswith(FILE)]
    path = files[rng.integers(len(files))]
    if rng.random() < 0.5:
        path = catalogue[rng.integers(len(catalogue))]
    data = bytearray(path.read_bytes())
    kind = str(rng.choice(CHANGES))
    size = len(data)
    if kind == "bit":
        data[rng.integers(size)] ^= 1 << int(rng.integers(8))
    elif kind == "byte":
        data[rng.integers(size)] = int(rng.integers(256))
    elif kind == "cut":
        del data[int(rng.integers(size)) :]
    elif kind == "lost end":
        block = int(rng.choice([1, 512, 4096]))
        del data[max(0, size - block) :]
    elif kind == "swap files":
        second = files[rng.integers(len(files))]
        path.write_bytes(second.read_bytes())
        second.write_bytes(data)
        return f"{kind} {path.name} {second.name}"
    else:
        block = int(rng.choice([16, 512, 4096]))
        a, b = (int(rng.integers(max(1, size // block))) * block for _ in range(2))
        if kind == "zero block":
            data[a : a + block] = bytes(len(data[a : a + block]))
        elif abs(a - b) >= block and max(a, b) + block <= size:
            data[a : a + block], data[b : b + block] = data[b : b + block], data[a : a + block]
    path.write_bytes(data)
    return f"{kind} {path.name}"


def plain(file: Path, folder: Path) -> str:
    """Return a hash over the rows as any SQL tool reads them, from a copy; or ``error``."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path in file.parent.glob(f"{FILE}*"):
        if path.is_file():
            shutil.copy(path, folder)
    try:
        with closing(sqlite3.connect(folder / FILE)) as connection:
            rows = connection.execute("SELECT * FROM estimates").fetchall()
            rows += connection.execute("SELECT * FROM releases").fetchall()
    except (sqlite3.Error, UnicodeDecodeError):
        return "error"
    return hashlib.sha256(repr(rows).encode("utf-8", "surrogatepass")).hexdigest()


def run(template: Path, folder: Path, world: World, *, trials: int, seed: int) -> dict:
    """Change something `trials` times, read everything, and compare."""
    rng = np.random.default_rng(seed)
    sources = {}
    for name, make in (("closed", brought_home), ("with log", with_log)):
        make(template, folder / name, world)
        file = fresh(folder / name, folder / "work")
        sources[name] = (folder / name, plain(file, folder / "plain"), reading(Database(file)))
    outcomes: dict[str, int] = {}
    beside = {"same rows": 0, "error": 0, "silent": 0}  # a plain SELECT, catalogue or log changed
    problems = []
    for trial in range(trials):
        name = ("closed", "with log")[trial % 2]
        source, plain_truth, truth = sources[name]
        file = fresh(source, folder / "work")
        what = change(file.parent, rng)
        if f" {FILE}" in what and "files" not in what:
            found = plain(file, folder / "plain")
            key = {plain_truth: "same rows", "error": "error"}.get(found, "silent")
            beside[key] += 1
        try:
            same = reading(Database(file, create=False)) == truth
            outcome = "harmless" if same else "silent"
        except GecamError:
            outcome = "detected"
        except Exception as error:
            outcome = "foreign error"
            problems.append(f"trial {trial}, {name}, {what}: {type(error).__name__}: {error}")
        if outcome == "silent":
            problems.append(f"trial {trial}, {name}, {what}: silent")
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return {"trials": trials, "outcomes": outcomes, "plain_select": beside, "problems": problems}
