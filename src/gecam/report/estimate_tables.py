"""Tables of estimates as text: each number rounded together with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gecam._signature import checked
from gecam.codes import name
from gecam.report.people_parts import rates_table, regional_rates_table
from gecam.report.sentences import labels, said
from gecam.report.words import ends_of
from gecam.results import (
    MEASURE_WORDS,
    border_note,
    headline_note,
    in_language,
    published_table,
    row_name,
)
from gecam.uncertainty import NOT_ESTIMATED, people_cell, significant

if TYPE_CHECKING:
    from rich.console import Console

    from gecam.report.document.blocks import Table as TextTable
    from gecam.results import Breakdown, CompleteEstimates, Estimates


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
    totals = est.total() if complete is None else complete.headline()
    what = in_language(MEASURE_WORDS["affected" if est.measure == "in_need" else est.measure])
    title = said("PERSONS_OF_MEASURE", measure=what)
    if len(places) == 1:
        title = said("PERSONS_OF_MEASURE_IN", measure=what, place=name(*places))
    _print_table(console, totals, est, title)
    if complete is not None:
        console.print(said("COMPLETE_NOTE"))
        console.print(_not_by_country(complete))
        console.print()
    by = said("BY_DIMENSIONS", dimensions=" and ".join(dimensions))
    _print_table(console, est.by(*dimensions), est, by)
    console.print(said("HALF_IS_IN", places=", ".join(est.concentration())))
    console.print(headline_note(est.cells))
    if note := border_note(est):
        console.print(note)
    if rates is not None:
        print_texts(console, rates_table(rates), said("RATES_OF_ROWS", level=est.level))
        if complete is not None:
            of_plans = said("RATES_OF_REGIONAL_PLANS", level=est.level)
            in_crisis = {place for place, _ in est.places}
            print_texts(console, regional_rates_table(complete, among=in_crisis), of_plans)
        console.print(said("HOW_RATES"))
    console.print(est.about.count)
    console.print(said("GRADES_AND_MORE"))


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
    return said("NOT_BY_COUNTRY", plans=", ".join(listed) or said("NOBODY"))


def _print_table(console: Console, breakdown: Breakdown, est: Estimates, title: str) -> None:
    """Print one table with its notes as numbered lines below it."""
    from rich import box
    from rich.table import Table

    rows = published_table(breakdown)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in breakdown.labels.columns:
        table.add_column(str(column), overflow="fold")
    at_one, prior = labels("AT_ONE", "PRIOR")
    table.add_column(at_one, justify="right")
    for head in (prior, *ends_of(breakdown.level)):
        table.add_column(head, justify="right", no_wrap=True)
    grade, note = labels("GRADE", "NOTE")
    table.add_column(grade)
    table.add_column(note, justify="right")
    notes: dict[str, int] = {}
    for row in rows.to_dict("records"):
        names = [row_name(str(c), row[c], est.about) for c in breakdown.labels.columns]
        number = ""
        if row["reason"]:
            number = str(notes.setdefault(row["reason"], len(notes) + 1))
        if row["estimate"] == NOT_ESTIMATED:
            text = said("NO_ESTIMATE")
            if row["published"]:
                text = said("PUBLISHED_NUMBER", people=row["published"])
            numbers = [text, "", "", ""]
        else:
            numbers = [row["odds_ratio_1"], row["estimate"], row["lower"], row["upper"]]
        table.add_row(*map(plain_text, names), *numbers, row["grade"], number)
    console.print(table)
    for reason, position in notes.items():
        console.print(f"  {position}  {plain_text(reason)}", style="dim")
    if notes:
        console.print()


def plain_text(text: str) -> str:
    """Escape rich's markup: brackets in names are text."""
    return text.replace("[", "\\[")
