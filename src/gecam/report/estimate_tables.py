"""Tables of estimates as text: each number rounded together with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from gecam._signature import checked
from gecam.codes import is_origin_code, name
from gecam.publish import rounded_rows
from gecam.results import BESIDE_TEXT, IN_COUNTRY_PLAN, MEASURE_WORDS
from gecam.uncertainty import NOT_ESTIMATED, SMALL, people_cell

if TYPE_CHECKING:
    from rich.console import Console

    from gecam.results import Breakdown, CompleteEstimates, Estimates

# Status -> what stands in place of a number.
HIDDEN = {
    "below_threshold": SMALL,
    "suppressed": "suppressed",
    IN_COUNTRY_PLAN: "in the country plan",
}
FOOTER = (
    "Grades: A is best, E worst, by spread and evidence. Every number of one row: "
    "gecam explain ISO3. Flags and sources: --json."
)
COMPLETE_NOTE = (
    "The first total adds to all country-level plans the people of the same countries whom they leave "
    "to regional plans. The last adds people in countries without a country plan, in need because of "
    "the crisis that they fled: another question. What they add is mostly a register times a "
    "plan's share."
)
DIFFERENCE: Mapping[str, str] = {
    "ODDS_RATIO_OWN_PAIR": "estimated from a country's own figures with those of others",
    "ODDS_RATIO_ESTIMATED": "estimated from figures of other countries",
    "ODDS_RATIO_JUDGED": "judged, not measured",
}


def difference_of(flags: Iterable[str]) -> str:
    """Return how the odds ratio came about, in words that follow "is"; empty where it is 1."""
    codes = set(flags)
    words = [DIFFERENCE[code] for code in DIFFERENCE if code in codes]
    return words[0] if len(words) == 1 else ", ".join(f"in part {word}" for word in words)


def headline_note(est: Estimates) -> str:
    """Return what the two columns of a headline differ by, and what the difference rests on."""
    added = (leaf for leaf in est.leaves if leaf.status == "estimated")
    how = difference_of(flag for leaf in added for flag in leaf.flags)
    note = (
        "The two columns differ by the odds ratio of migrants other than refugees against their "
        "neighbours: 1 in the first, its prior (gc.defaults()) in the second."
    )
    return f"{note} The difference is {how}." if how else note


def published_table(breakdown: Breakdown) -> pd.DataFrame:
    """Return the rows of a breakdown as text to publish.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``estimate``, ``lower``, ``upper`` and ``odds_ratio_1`` (people as text:
        digits grouped, never finer than the estimate carries, "<100" below a hundred, "not
        estimated"), ``level``, ``grade``, ``evidence_level``, ``status``, ``flags``, ``reason``,
        ``published``.
    """
    rows = breakdown.summary()
    labels = breakdown.labels.reset_index(drop=True)
    return pd.concat([labels, published_columns(rows), rows[list(BESIDE_TEXT)]], axis=1)


def published_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Return statistics of people as text to publish.

    Parameters
    ----------
    rows
        ``mean``, ``lower``, ``upper``, ``odds_ratio_1``, ``published`` and ``mcse`` (persons), ``cv``,
        ``status``: of `Breakdown.summary`, of a release, or what `gecam.publish.disclose` leaves.

    Returns
    -------
    pandas.DataFrame
        ``estimate``, ``lower``, ``upper``, ``odds_ratio_1`` and ``published``; same index. A figure
        that is not shown is "<100" or "suppressed", and empty in the other columns.
    """
    texts = pd.DataFrame(
        rounded_rows(rows).texts(), columns=["estimate", "lower", "upper"], index=rows.index
    )
    at_one = rounded_rows(rows, ("odds_ratio_1",) * 3).value
    texts["odds_ratio_1"] = [people_cell(x) for x in at_one]
    texts["published"] = [people_cell(x, missing="") for x in rows["published"]]
    for status, words in HIDDEN.items():
        hidden = rows["status"].eq(status)
        texts.loc[hidden] = ""
        texts.loc[hidden, "estimate"] = words
    # A number that others could be found from, in a row that is shown.
    texts.loc[rows["mean"].notna() & rows["odds_ratio_1"].isna(), "odds_ratio_1"] = "not shown"
    return texts


def mean_texts(breakdown: Breakdown) -> dict[tuple[str, ...], str]:
    """Return the means of rows by their labels, as tables have them."""
    labels = map(tuple, breakdown.labels.to_numpy())
    return dict(zip(labels, published_table(breakdown)["estimate"], strict=True))


def row_name(column: str, label: str, est: Estimates) -> str:
    """Return a label in words: names of countries and crises, with their code."""
    if column == "crisis":
        return next((c.name for c in est.crises if c.id == label), label)
    if column in {"destination", "origin"} and label and is_origin_code(label):
        return f"{name(label)} ({label})"
    return label


@checked
def print_estimates(
    est: Estimates, dimensions: tuple[str, ...], *, complete: CompleteEstimates | None = None
) -> None:
    """Print the totals and a breakdown on the terminal.

    Parameters
    ----------
    est
        The answer, people.
    dimensions
        Names of dimensions for the rows, as `Estimates.by` takes them.
    complete
        The same answer with people of regional plans, whose totals come first; None without them.
    """
    from rich.console import Console

    console = Console(highlight=False)
    places = {place for place, _ in est.places}
    where = f", in {name(*places)}" if len(places) == 1 else ""
    totals = est.total() if complete is None else complete.headline()
    what = MEASURE_WORDS["affected" if est.measure == "in_need" else est.measure]
    _print_table(console, totals, est, f"Migrants {what}{where}, persons")
    if complete is not None:
        console.print(COMPLETE_NOTE)
        console.print()
    _print_table(console, est.by(*dimensions), est, f"By {' and '.join(dimensions)}")  # type: ignore[arg-type]  # `by` checks the words
    console.print(
        f"At least half of the total is in {', '.join(est.concentration())} (at odds ratio 1)."
    )
    console.print(headline_note(est))
    console.print(FOOTER)


def _print_table(console: Console, breakdown: Breakdown, est: Estimates, title: str) -> None:
    """Print one table with its notes as numbered lines below it."""
    from rich import box
    from rich.table import Table

    rows = published_table(breakdown)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in breakdown.labels.columns:
        table.add_column(str(column), overflow="fold")
    level = f"{breakdown.level:.0%}"
    for column in ("odds ratio 1", "prior", f"{level} from", "to"):
        table.add_column(column, justify="right", no_wrap=column != "odds ratio 1")
    table.add_column("grade")
    table.add_column("note", justify="right")
    notes: dict[str, int] = {}
    for row in rows.to_dict("records"):
        labels = [row_name(str(c), row[c], est) for c in breakdown.labels.columns]
        number = ""
        if row["reason"]:
            number = str(notes.setdefault(row["reason"], len(notes) + 1))
        if row["estimate"] == NOT_ESTIMATED:
            text = f"published: {row['published']}" if row["published"] else NOT_ESTIMATED
            numbers = [text, "", "", ""]
        else:
            numbers = [row["odds_ratio_1"], row["estimate"], row["lower"], row["upper"]]
        table.add_row(*map(_plain, labels), *numbers, row["grade"], number)
    console.print(table)
    for reason, position in notes.items():
        console.print(f"  {position}  {_plain(reason)}", style="dim")
    if notes:
        console.print()


def _plain(text: str) -> str:
    """Escape rich's markup: brackets in names are text."""
    return text.replace("[", "\\[")
