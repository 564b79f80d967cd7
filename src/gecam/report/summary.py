"""A summary of estimates as one block of text, as statistical libraries print a fitted model."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from gecam._signature import checked
from gecam._typing import WholeNumber
from gecam.report.estimate_tables import headline_note, published_table, row_name
from gecam.results import CompleteEstimates, Estimates
from gecam.uncertainty import NOT_ESTIMATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gecam.results import Breakdown

WIDTH = 80
LARGEST = 10
NUMBERS = ("odds_ratio_1", "estimate", "lower", "upper", "cv", "grade", "evidence_level")
WIDTHS = (10, 11, 10, 10, 5, 2, 2)
LABEL = WIDTH - sum(WIDTHS) - len(WIDTHS)


@checked
def summary_text(est: Estimates | CompleteEstimates, *, rows: WholeNumber = LARGEST) -> str:
    """Return the answer as a block of text: how it was made, the totals, the largest countries.

    Parameters
    ----------
    est
        The answer, people; of `gecam.complete_estimates` with the total of countries in crisis,
        complete, first.
    rows
        How many destinations at most, largest first.

    Returns
    -------
    str
        Lines of at most 80 signs, the same on every run. People are rounded as everywhere in
        reports; `Estimates.summary` has them at full precision.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022").restrict(["YEM"]), draws=400, seed=1)
    >>> print(gc.summary_text(est).splitlines()[0].strip())
    Migrants affected by crises
    """
    if isinstance(est, CompleteEstimates):
        total, est = est.headline(), est.estimates
    else:
        total = est.total()
    places = est.by("destination")
    order = places.summary()["mean"].sort_values(ascending=False).index[:rows]
    hidden = len(places) - len(order)
    notes = [
        f"OR 1 is the figure at odds ratio 1. {headline_note(est)}",
        f"Intervals hold {est.level:.0%} of the draws, with equal tails; cv is the standard deviation "
        "over the mean; gr the grade, A best; ev the level of the evidence, 1 best.",
    ]
    if hidden > 0:
        notes.insert(0, f"{hidden} smaller or not estimated destinations are not shown.")
    return "\n".join(
        [
            "Migrants affected by crises".center(WIDTH).rstrip(),
            "=" * WIDTH,
            *_facts(est),
            "=" * WIDTH,
            _line("", ("OR 1", "prior, mean", *_ends(est.level), "cv", "gr", "ev")),
            "-" * WIDTH,
            *_whole_labels(total, _rows(total, est, range(len(total)))),
            "-" * WIDTH,
            *_rows(places, est, order),
            "=" * WIDTH,
            *(line for n, note in enumerate(notes, 1) for line in _note(n, note)),
        ]
    )


def _facts(est: Estimates) -> list[str]:
    """Return how the answer was made, in two columns."""
    made = est.provenance
    estimated = sum(leaf.status != "not_estimated" for leaf in est.leaves)
    left = {
        "Case": made.case,
        "Measure": est.measure.replace("_", " "),
        "Scope": est.scope.replace("_", " "),
        "Destinations": f"{len({place for place, _ in est.places}):,}",
        "Rows": f"{len(est.leaves):,}, {estimated:,} estimated",
    }
    right = {
        "Draws": f"{made.draws:,}",
        "Seed": str(made.seed),
        "Sampler": "Monte Carlo" if est.replicates == 1 else f"Sobol, {est.replicates} replicates",
        "gecam": made.versions.get("gecam", ""),
        "Inputs": made.config_sha256[:16],
    }
    half = WIDTH // 2 - 1
    columns = [
        [f"{name + ':':<14}{value:>{half - 14}}"[:half] for name, value in facts.items()]
        for facts in (left, right)
    ]
    return [f"{a}  {b}".rstrip() for a, b in zip_longest(*columns, fillvalue="")]


def _rows(breakdown: Breakdown, est: Estimates, positions: Iterable[int]) -> list[str]:
    table = published_table(breakdown)
    table["cv"] = [f"{cv:.2f}" if cv == cv else "" for cv in breakdown.summary()["cv"]]  # noqa: PLR0124 -- NaN
    lines = []
    for position in positions:
        row = table.iloc[position]
        label = " ".join(row_name(str(c), row[c], est) for c in breakdown.labels.columns)
        cells = [str(row[column]) for column in NUMBERS]
        if row["estimate"] == NOT_ESTIMATED:
            lines.append(f"{_fitted(label)}{NOT_ESTIMATED:>{WIDTHS[0] + WIDTHS[1] + 2}}")
        else:
            lines.append(_line(label, cells))
    return lines


def _whole_labels(breakdown: Breakdown, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines of rows; a label that does not fit stands in a line above its numbers."""
    for label, line in zip(breakdown.labels.iloc[:, 0], lines, strict=True):
        if len(label) > LABEL:
            yield str(label)
            yield f"{'':<{LABEL}}{line[LABEL:]}".rstrip()
        else:
            yield line


def _line(label: str, cells: Sequence[str]) -> str:
    numbers = "".join(f" {cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return f"{_fitted(label)}{numbers}".rstrip()


def _fitted(label: str) -> str:
    shown = label if len(label) <= LABEL else label[: LABEL - 1] + "…"
    return f"{shown:<{LABEL}}"


def _ends(level: float) -> tuple[str, str]:
    """Return the quantiles at both ends of an interval: ``[0.05``, ``0.95]``."""
    tail = (1 - level) / 2
    return f"[{tail:.3g}", f"{1 - tail:.3g}]"


def _note(number: int, text: str) -> list[str]:
    return wrap(f"[{number}] {text}", WIDTH, subsequent_indent="    ")
