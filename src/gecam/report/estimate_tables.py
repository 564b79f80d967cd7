"""Tables of estimates as text: each number rounded together with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gecam._signature import checked
from gecam.codes import name
from gecam.report.people_parts import rates_table, regional_rates_table
from gecam.report.sentences import said
from gecam.results import (
    MEASURE_WORDS,
    border_note,
    headline_note,
    published_table,
    row_name,
)
from gecam.uncertainty import NOT_ESTIMATED, people_cell, significant

if TYPE_CHECKING:
    from rich.console import Console

    from gecam.report.document.blocks import Table as TextTable
    from gecam.results import Breakdown, CompleteEstimates, Estimates

FOOTER = (
    "Grades: A is best, E worst, by spread and evidence. Every number of one row: "
    "gecam explain ISO3. Flags and sources: --json."
)


@checked
def print_estimates(
    est: Estimates,
    dimensions: tuple[str, ...],
    *,
    complete: CompleteEstimates | None = None,
    rates: pd.DataFrame | None = None,
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
    rates
        Rows of `gecam.rates`, people per 100, printed below; None without them.
    """
    from rich.console import Console

    console = Console(highlight=False)
    places = {place for place, _ in est.places}
    where = f", in {name(*places)}" if len(places) == 1 else ""
    totals = est.total() if complete is None else complete.headline()
    what = MEASURE_WORDS["affected" if est.measure == "in_need" else est.measure]
    _print_table(console, totals, est, f"Migrants {what}{where}, persons")
    if complete is not None:
        console.print(said("COMPLETE_NOTE"))
        console.print(_not_by_country(complete))
        console.print()
    _print_table(console, est.by(*dimensions), est, f"By {' and '.join(dimensions)}")
    console.print(
        f"At least half of the total is in {', '.join(est.concentration())} (at odds ratio 1)."
    )
    console.print(headline_note(est.cells))
    if note := border_note(est):
        console.print(note)
    if rates is not None:
        print_texts(console, rates_table(rates), f"Rates, {est.level:.0%} intervals")
        if complete is not None:
            of_plans = f"Rates of people of regional plans in the same countries, {est.level:.0%}"
            in_crisis = {place for place, _ in est.places}
            print_texts(console, regional_rates_table(complete, among=in_crisis), of_plans)
        console.print(said("HOW_RATES"))
    console.print(est.about.count)
    console.print(FOOTER)


def print_texts(console: Console, texts: TextTable, title: str) -> None:
    """Print people per 100 migrants beside residents, and the ratio of the two."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for head in texts.columns:
        table.add_column(head, overflow="fold")
    for row in texts.rows:
        table.add_row(*map(plain_text, row))
    console.print(table)


def _not_by_country(complete: CompleteEstimates) -> str:
    """Return what regional plans publish of refugees and migrants in need that no country has."""
    rows = complete.plans[complete.plans["not_by_country"].ge(1)]
    listed = (
        f"{plan} {people_cell(significant(people, 2))}"
        for plan, people in zip(rows["plan"], rows["not_by_country"], strict=True)
    )
    return f"Published by regional plans, and not by country: {', '.join(listed) or 'nobody'}."


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
        labels = [row_name(str(c), row[c], est.about) for c in breakdown.labels.columns]
        number = ""
        if row["reason"]:
            number = str(notes.setdefault(row["reason"], len(notes) + 1))
        if row["estimate"] == NOT_ESTIMATED:
            text = f"published: {row['published']}" if row["published"] else NOT_ESTIMATED
            numbers = [text, "", "", ""]
        else:
            numbers = [row["odds_ratio_1"], row["estimate"], row["lower"], row["upper"]]
        table.add_row(*map(plain_text, labels), *numbers, row["grade"], number)
    console.print(table)
    for reason, position in notes.items():
        console.print(f"  {position}  {plain_text(reason)}", style="dim")
    if notes:
        console.print()


def plain_text(text: str) -> str:
    """Escape rich's markup: brackets in names are text."""
    return text.replace("[", "\\[")
