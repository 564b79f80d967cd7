"""Write docs/results/coverage.md: coverage by simulation (`python tools/coverage_page.py`).

About a quarter of an hour on one core. `--runs N` (200) sets of figures make a shorter study, for a
look; `--keep FOLDER` keeps where truths fell in each study, and goes on from there.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import pandas as pd

from gecam.datasets import load_edition
from page_texts import DOCS, filled
from simulation.study import Simulation, broken_models, simulate
from simulation.truth import ErrorModel

OUT = DOCS / "results" / "coverage.md"
EDITION, SEED, DRAWS, PIECE = "2022", 2022, 1_999, 5
RUNS, TRUTHS = 200, 100  # sets of figures in the usual study, and truths of each
HEAD = (
    "| study | worlds | world total inside its 90 % interval | allowed | smallest p (Holm) | pooled p "
    "| verdict |\n|---|--:|--:|--:|--:|--:|---|"
)


def main() -> None:
    """Run the studies and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    runs, keep = options.runs, options.keep
    case = load_edition(EDITION)
    correct = study("as assumed", runs, keep)
    broken = [
        study(f"broken: {name}", max(runs // 8, 1), keep, assumptions=assumptions)
        for name, assumptions in broken_models(case.assumptions).items()
    ]
    wrong = [
        study(name, sets, keep, truths, errors=errors)
        for name, errors, sets, truths in (
            ("figures err twice as much", ErrorModel(scale=2.0), max(runs // 16, 1), TRUTHS),
            (
                "heavy tails (t, 3 degrees of freedom)",
                ErrorModel(tails="t3"),
                max(runs // 16, 1),
                TRUTHS,
            ),
            # figures of each truth: none share them
            ("figures right given the truth", ErrorModel(given="truth"), runs, 1),
        )
    ]
    OUT.write_text(page(correct, broken, wrong), encoding="utf-8")


def study(
    name: str, runs: int, keep: Path | None, truths: int = TRUTHS, **changes: object
) -> tuple[str, Simulation]:
    """Run one study of the edition's country plans in pieces, or take pieces that were kept."""
    case = load_edition(EDITION)
    short = name.split(" (", maxsplit=1)[0].replace(":", "").replace(" ", "-")
    pieces = []
    for first in range(0, runs, PIECE):
        size = min(PIECE, runs - first)
        path = keep / f"{short}-{first}.csv" if keep else None
        if path is not None and path.exists():
            pieces.append(pd.read_csv(path))
            continue
        found = simulate(case, runs=size, seed=SEED + first, draws=DRAWS, truths=truths, **changes)
        pieces.append(found.pit)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            found.pit.to_csv(path, index=False)
    whole = Simulation(pd.concat(pieces, ignore_index=True))
    print(f"{name}: {whole.summary()}", flush=True)
    return name, whole


def line(name: str, found: Simulation) -> str:
    """Return one line of a table."""
    worst = min(found.p_values, key=lambda target: found.p_values[target])
    low, high = found.band
    share = found.coverage
    verdict = "passes" if found.is_uniform and found.is_covered else "fails"
    if not found.is_uniform:
        verdict += f" ({found.tests[worst].shape.split(':')[0]})"
    return (
        f"| {name} | {found.n:,} | {share.share:.3f} ({share.n_below} below, {share.n_above} above) "
        f"| {low:.3f} to {high:.3f} | {p(found.p_values[worst])} | {p(found.pooled.p_value)} "
        f"| {verdict} |"
    )


def p(value: float) -> str:
    """Return a p-value with three digits after the point."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def targets(found: Simulation) -> list[str]:
    """Return the targets whose transforms deviate most, whether significantly or not."""
    order = sorted(found.tests, key=lambda name: found.tests[name].p_value)[:5]
    return [
        f"| `{name}` | {found.tests[name].p_value:.3f} | {found.tests[name].mean_z:+.1f} "
        f"| {found.tests[name].variance_z:+.1f} |"
        for name in order
    ]


def missed(broken: list[tuple[str, Simulation]]) -> str:
    """Return which wrong models so few worlds did not reject; nothing where they rejected all."""
    names = [name.removeprefix("broken: ") for name, x in broken if x.is_uniform and x.is_covered]
    return f" So few worlds did not reject: {', '.join(names)}." if names else ""


def page(
    correct: tuple[str, Simulation],
    broken: list[tuple[str, Simulation]],
    wrong: list[tuple[str, Simulation]],
) -> str:
    """Return the page."""
    found = correct[1]
    sets = found.n // TRUTHS
    apart = (found.coverage.share - found.interval) / math.sqrt(0.9 * 0.1 / found.n)
    countries = sum(name.startswith("destination") for name in found.pit)
    short = "" if sets == RUNS else f" --runs {sets}"
    usual = RUNS * TRUTHS
    of_fewer = f" It is of fewer worlds than the usual {usual:,}, and sees less." if short else ""
    return filled(
        "coverage",
        options=short,
        of_fewer=of_fewer,
        countries=countries,
        edition=EDITION,
        sets=sets,
        truths=TRUTHS,
        draws=DRAWS,
        targets=found.pit.shape[1],
        head=HEAD,
        correct=line(*correct),
        share=found.coverage.share,
        apart=apart,
        broken="\n".join(line(*each) for each in broken),
        missed=missed(broken),
        wrong="\n".join(line(*each) for each in wrong),
        farthest="\n".join(targets(found)),
    )


if __name__ == "__main__":
    main()
