"""Write docs/results/torture.md: the database under torture (`python tools/torture_page.py`).

Runs every part of `tests/torture/suite` in full, and `benchmarks/database.py`: about an hour on two
cores. `--keep FOLDER` keeps the output of each part as JSON, and takes those that are there already.
`--only PART` renews the row of one part, and leaves the rest of the page as it stands.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import platform
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from page_texts import DOCS, ROOT, filled

OUT = DOCS / "results" / "torture.md"
SUITE = ROOT / "tests" / "torture" / "suite" / "run.py"
BENCHMARK = ROOT / "benchmarks" / "database.py"
PARTS = ("kill", "crash", "faults", "corruption", "concurrency", "injection", "disclosure")
REPEATS = 15
Result = dict[str, Any]


def main() -> None:
    """Run what was not kept, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="folder of the parts' output, kept and reused")
    parser.add_argument("--only", choices=PARTS, help="renew the row of one part")
    options = parser.parse_args()
    wanted = (options.only,) if options.only else (*PARTS, "speed")
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        results = {part: measured(part, folder) for part in wanted}
    if options.only:
        text = renewed(OUT.read_text(encoding="utf-8"), options.only, results[options.only])
    else:
        text = page(results)
    OUT.write_text(text, encoding="utf-8")


def measured(part: str, folder: Path) -> Result:
    """Return the output of a part: the one that is kept, or of a run."""
    path = folder / f"{part}.json"
    if not path.exists():
        path.write_text(json.dumps(speed() if part == "speed" else tortured(part)))
    found: Result = json.loads(path.read_text(encoding="utf-8"))
    print(f"{part}: {found}", flush=True)
    return found


def tortured(part: str) -> Result:
    """Run a part of the suite in full."""
    command = [sys.executable, str(SUITE), part, "--full"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: Result = json.loads(done.stdout.splitlines()[-1])
    return found


def speed() -> Result:
    """Run the benchmark."""
    spec = importlib.util.spec_from_file_location("benchmark_of_the_database", BENCHMARK)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(BENCHMARK)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    figures, megabytes = benchmark.measure(REPEATS)
    return {"figures": [figure._asdict() for figure in figures], "megabytes": megabytes}


def options(part: str) -> dict[str, Any]:
    """Return the options of a full run of a part."""
    sys.path.insert(0, str(SUITE.parent))
    found: dict[str, Any] = importlib.import_module("run").PARTS[part][1]
    return found


def kinds(result: Result) -> dict[str, int]:
    """Return how often each outcome came out, whatever led to it."""
    counts: dict[str, int] = {}
    for key, n in result["outcomes"].items():
        kind = key.rpartition(", ")[2].partition(" (")[0]
        counts[kind] = counts.get(kind, 0) + n
    return counts


def kill(r: Result) -> tuple[str, str]:
    """Return what was measured, and whether the goal is met."""
    found = kinds(r)
    lost, broken = found.pop("lost", 0), sum(n for k, n in found.items() if k not in STATES)
    return (
        f"{r['random']:,} at random, {r['at_steps']:,} at the steps of a release (before and halfway "
        f"through each): {found.get('old', 0):,} times the release is not there, "
        f"{found.get('new', 0):,} times it is; {broken} broken, {lost} acknowledged releases lost"
    ), verdict(r["random"] >= 1000 and not r["problems"])


STATES = ("old", "new")


def crash(r: Result) -> tuple[str, str]:
    """Return what was measured, and whether the goal is met."""
    o = r["outcomes"]
    return (
        f"{r['calls']:,} calls of two releases, {r['states']:,} states of the disk after them: "
        f"{o['none'] + o['old']:,} without the release, {o['new']:,} with it, "
        f"{len(r['problems'])} between; {len(r['order'])} faults in the order of writes and syncs. "
        f"With the syncs left out the same disk shows {r['found_without_syncs']:,} broken states"
    ), verdict(not r["problems"] and not r["order"] and r["found_without_syncs"] > 0)


def faults(r: Result) -> tuple[str, str]:
    """Return what was measured, and whether the goal is met."""
    ways = {key.partition(":")[0] for key in r["outcomes"]}
    doubt = sum(n for key, n in r["outcomes"].items() if "in doubt" in key)
    returned = sum(n for key, n in r["outcomes"].items() if "returned" in key)
    raised = r["trials"] - returned - doubt
    return (
        f"{r['trials'] // len(ways):,} steps × {len(ways)} ways ({', '.join(sorted(ways))}) = "
        f"{r['trials']:,} releases: {raised:,} raised and changed nothing, {returned:,} went through, "
        f"{doubt:,} failed in the commit itself and said so, whole or absent; "
        f"{len(r['problems'])} unusable afterwards"
    ), verdict(not r["problems"])


def corruption(r: Result) -> tuple[str, str]:
    """Return what was measured, and whether the goal is met."""
    o, plain = r["outcomes"], r["plain_select"]
    asked = sum(plain.values())
    changed = asked - plain["same rows"]
    return (
        f"{r['trials']:,} changes: {o['detected']:,} detected, {o['harmless']:,} harmless (the same "
        f"answer), {o.get('silent', 0)} silent. A plain `SELECT` on the {asked:,} of them that hit "
        f"one file of the catalogue: {plain['silent']:,} of the {changed:,} that it noticed or "
        f"that changed its rows were silent ({plain['silent'] / changed:.0%})"
    ), verdict(r["trials"] >= 3000 and not r["problems"] and not o.get("silent", 0))


def concurrency(r: Result) -> tuple[str, str]:
    """Return what was measured, and whether the goal is met."""
    with_what = options("concurrency")
    torn = sum("is torn" in problem for problem in r["problems"])
    return (
        f"{with_what['writers']} writers × {with_what['each']} releases with "
        f"{with_what['readers']} readers and one sweeper: {r['kept']:,} of {r['released']:,} kept, "
        f"{r['lost']} lost, {torn} of {r['reads']:,} reads torn"
    ), verdict(r["kept"] == 800 and not r["problems"])


def injection(r: Result) -> tuple[str, str]:
    """Return what was measured, and whether the goal is met."""
    return (
        f"{r['payloads']} payloads as cells and as headers: {r['live']['csv']} live in csv, "
        f"{r['live']['xlsx']} in xlsx, {r['live']['exports']} in exported releases. Written without "
        f"the library, {r['live_without_protection']:,} cells are live (read with four separators)"
    ), verdict(r["payloads"] == 240 and not r["problems"])


def disclosure(r: Result) -> tuple[str, str]:
    """Return what was measured, and whether the goal is met."""
    return (
        f"{r['tables']} tables, {r['cells']:,} cells, {r['below_threshold']:,} below the threshold, "
        f"{r['hidden']:,} hidden; the narrowest interval of a hidden cell is "
        f"{r['narrowest_over_threshold']:.3g} times the threshold; {len(r['problems'])} tables "
        f"open. Without complementary cells {r['tables_open_without_complementary_cells']} are. "
        f"{r['pairs']} pairs of releases that share a survey, exported one after the other: "
        f"{r['pairs_hidden']:,} rows hidden, {r['pairs_refused']} exports refused; read together, with "
        "the public stock by origin, the narrowest interval is "
        f"{r['pairs_narrowest_over_threshold']:.3g} times the threshold. With all rows of origins "
        f"shown, {r['releases_open_by_origins']} of {2 * r['pairs']} releases are open; audited each "
        f"by itself, {r['pairs_open_without_earlier']} pairs are"
    ), verdict(r["tables"] >= 500 and r["pairs"] >= 200 and not r["problems"])


def verdict(is_met: bool) -> str:
    """Return the word for a goal."""
    return "met" if is_met else "**missed**"


ROWS = (
    ("kill -9 during a release", "1,000 random + every step: 0 broken, 0 lost", "kill", kill),
    ("crash of the machine", "all prefixes of the write trace: old or new state", "crash", crash),
    ("I/O faults", "every step × 4 errors: unchanged and usable", "faults", faults),
    ("changed bytes", "3,000 changes: 0 silent", "corruption", corruption),
    ("concurrency", "16 × 50 releases, 8 readers: 800 kept, 0 torn", "concurrency", concurrency),
    ("injection", "240 payloads in csv and xlsx: 0 live", "injection", injection),
    ("disclosure", "500 random tables, 200 pairs of releases: no hidden cell narrower than the "
     "threshold", "disclosure", disclosure),
)  # fmt: skip


def row(part: str, result: Result) -> str:
    """Return the row of a part."""
    ((what, goal, tell),) = [(what, goal, tell) for what, goal, name, tell in ROWS if name == part]
    measured, word = tell(result)
    return f"| {what} | {goal} | {measured} | {word} | `{part}` |"


def renewed(text: str, part: str, result: Result) -> str:
    """Return the page with the row of one part renewed."""
    lines = text.splitlines()
    (at,) = [i for i, line in enumerate(lines) if line.endswith(f"| `{part}` |")]
    lines[at] = row(part, result)
    return "\n".join(lines) + "\n"


def page(results: dict[str, Result]) -> str:
    """Return the page."""
    lines = [row(part, results[part]) for part in PARTS]
    speeds = [
        f"| {f['what'].strip()} | {f['goal']} | {f['clock']:.3f} s | {f['processor']:.3f} s |"
        for f in results["speed"]["figures"]
    ]
    return filled(
        "torture",
        rows="\n".join(lines),
        repeats=REPEATS,
        megabytes=results["speed"]["megabytes"],
        speeds="\n".join(speeds),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        system=platform.system(),
        machine=platform.machine(),
    )


if __name__ == "__main__":
    main()
