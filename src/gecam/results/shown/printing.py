"""Answers as blocks of text of 80 columns, as statistical libraries print a fitted model."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from gecam.results.about import label_name
from gecam.results.messages import Message, message
from gecam.results.shown.rounded_tables import headline_note, published_table
from gecam.uncertainty import NOT_ESTIMATED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gecam.results.shown.parts import ShownAnswer, ShownRows

WIDTH = 80
SAMPLERS = {"latin": "Latin hypercubes", "mc": "independent", "sobol": "Sobol"}
LARGEST = 20  # rows
ISO3 = 3  # letters
NUMBERS = ("odds_ratio_1", "estimate", "lower", "upper", "cv", "grade", "evidence_level")
WIDTHS = (10, 11, 10, 10, 5, 2, 2)
LABEL = WIDTH - sum(WIDTHS) - len(WIDTHS)


def answer_text(est: ShownAnswer, rows: int = 10, total: ShownRows | None = None) -> str:
    """Return an answer as a block of text: how it was made, totals, the largest countries.

    Parameters
    ----------
    est
        The answer, people.
    rows
        How many countries at most.
    total
        Rows of the totals; those of the answer by default.
    """
    total, places = est.total() if total is None else total, est.by("destination")
    shown = places.largest(rows)
    hidden = len(places) - len(shown)
    notes = [
        message("OR_1_IS", note=headline_note(est.cells)),
        message("COLUMNS_OF_ANSWER", level=est.level),
        est.about.count,
    ]
    if hidden > 0:
        notes.insert(0, message("DESTINATIONS_NOT_SHOWN", number=hidden))
    return "\n".join(
        [
            str(message("AFFECTED_MIGRANTS")).center(WIDTH).rstrip(),
            "=" * WIDTH,
            *_facts(est),
            "=" * WIDTH,
            _line("", ("OR 1", "prior, mean", *_ends(est.level), "cv", "gr", "ev")),
            "-" * WIDTH,
            *_rows(total),
            "-" * WIDTH,
            *_rows(shown),
            "=" * WIDTH,
            *(line for n, note in enumerate(notes, 1) for line in _note(n, str(note))),
        ]
    )


def _facts(est: ShownAnswer) -> list[str]:
    """Return how the answer was made, in two columns."""
    made = est.provenance
    estimated = sum(cell.status != "not_estimated" for cell in est.cells)
    left = {
        "Case": made.case,
        "Measure": est.measure.replace("_", " "),
        "Scope": est.scope.replace("_", " "),
        "Destinations": f"{len({place for place, _ in est.places}):,}",
        "Rows": f"{len(est.cells):,}, {estimated:,} estimated",
    }
    right = {
        "Draws": f"{made.draws:,}",
        "Seed": str(made.seed),
        "Sampler": SAMPLERS[made.sampler],
        "gecam": made.versions.get("gecam", ""),
        "Inputs": made.config_sha256[:16],
    }
    half = WIDTH // 2 - 1
    columns = [
        [f"{name + ':':<14}{value:>{half - 14}}"[:half] for name, value in facts.items()]
        for facts in (left, right)
    ]
    return [f"{a}  {b}".rstrip() for a, b in zip_longest(*columns, fillvalue="")]


def remarks(breakdown: ShownRows, shown: int) -> Iterator[Message]:
    """Yield how many rows are not shown, and whether rows share people.

    Parameters
    ----------
    breakdown
        All rows, people.
    shown
        How many of them are shown.
    """
    if shown < len(breakdown):
        yield message("ROWS_NOT_SHOWN", number=len(breakdown) - shown)
    if not breakdown.is_additive and len(breakdown) > 1:
        yield message("ROWS_SHARE_PEOPLE")


def breakdown_text(breakdown: ShownRows, *, rows: int = LARGEST) -> str:
    """Return rows of an answer as a block of text.

    Parameters
    ----------
    breakdown
        The rows, people.
    rows
        How many at most; where there are more, the largest.

    Returns
    -------
    str
        Lines of at most 80 signs, the same on every run.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022").restrict(["YEM"]), draws=400, seed=1)
    >>> print(str(est.by("destination")).splitlines()[0])
    Migrants affected by crises, by destination                  2022: 1 row, people
    """
    shown = breakdown.largest(rows) if len(breakdown) > rows else breakdown
    dimensions = [str(column) for column in breakdown.labels.columns]
    title = str(message("AFFECTED_MIGRANTS"))
    if dimensions not in (["total"], ["part"]):
        title = str(message("BY_DIMENSIONS", title=title, dimensions=" and ".join(dimensions)))
    case = f"{breakdown.about.provenance.case}: " if breakdown.about else ""
    count = case + str(message("PEOPLE_IN_ROWS", number=len(breakdown)))
    if len(breakdown) == 1:
        count = case + str(message("PEOPLE_IN_ONE_ROW"))
    draws = breakdown.draws.shape[1]
    notes = [
        message("COLUMNS_OF_ROWS", level=breakdown.level),
        message("DRAWS_OF_ROWS", draws=draws)
        if breakdown.drawless is None
        else message("WITHOUT_DRAWS"),
        *remarks(breakdown, len(shown)),
        message("WHERE_REASONS_ARE"),
    ]
    gap = max(WIDTH - len(title) - len(count), 2)
    return "\n".join(
        [
            f"{title}{' ' * gap}{count}" if gap + len(title) + len(count) <= WIDTH else title,
            "=" * WIDTH,
            _line("", ("OR 1", "mean", *_ends(breakdown.level), "cv", "gr", "ev")),
            "-" * WIDTH,
            *_rows(shown),
            "=" * WIDTH,
            *wrap(" ".join(map(str, notes)), WIDTH),
        ]
    )


def _rows(breakdown: ShownRows) -> list[str]:
    table = published_table(breakdown)
    table["cv"] = [f"{cv:.2f}" if cv == cv else "" for cv in breakdown.summary()["cv"]]  # noqa: PLR0124 -- NaN
    lines = []
    columns = [str(column) for column in breakdown.labels.columns]
    for row in table.to_dict("records"):
        parts = [(label_name(c, row[c], breakdown.about), row[c]) for c in columns]
        *above, label = _label(parts)
        lines += above
        cells = [str(row[column]).replace("under ", "<") for column in NUMBERS]
        if row["estimate"] == NOT_ESTIMATED:
            lines.append(f"{label:<{LABEL}}{NOT_ESTIMATED:>{WIDTHS[0] + WIDTHS[1] + 2}}")
        else:
            lines.append(_line(label, cells))
    return lines


def _line(label: str, cells: Sequence[str]) -> str:
    numbers = "".join(f" {cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return f"{label:<{LABEL}}{numbers}".rstrip()


def _label(parts: Sequence[tuple[str, str]]) -> list[str]:
    """Return names and codes of a row; what does not fit beside the numbers stands above them."""
    words = ", ".join(
        f"{words} ({code})" if len(code) == ISO3 and words != code else words
        for words, code in parts
    )
    return [words] if len(words) <= LABEL else [*wrap(words, WIDTH), ""]


def _ends(level: float) -> tuple[str, str]:
    """Return the quantiles at both ends of an interval: ``[0.05``, ``0.95]``."""
    tail = (1 - level) / 2
    return f"[{tail:.3g}", f"{1 - tail:.3g}]"


def _note(number: int, text: str) -> list[str]:
    return wrap(f"[{number}] {text}", WIDTH, subsequent_indent="    ")
