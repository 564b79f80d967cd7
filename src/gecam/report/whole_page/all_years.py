"""One page of all years: tables of what may be shown, with a picker of year, country and origin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from gecam._signature import checked
from gecam._version import __version__
from gecam.codes import is_origin_code
from gecam.report.sentences import said
from gecam.report.translation import in_order, place_name
from gecam.report.whole_page.page_tables import with_texts
from gecam.report.whole_page.rendering import rendered
from gecam.results import in_language

if TYPE_CHECKING:
    import pandas as pd

    from gecam.publish import Published

# Table -> its title and note, the breakdown of its rows, and the column that says who or where.
PICKED: Mapping[str, tuple[str, str, str, str]] = {
    "totals": ("YEARS_TOTALS", "TOTALS_SHARE", "total", ""),
    "places": ("BY_RESIDENCE", "", "destination", "iso3"),
    "origins": ("BY_ORIGIN", "NO_RISKS", "origin", "origin"),
}
# Texts of a row.
ON_SCREEN = (
    "text_estimate", "text_lower", "text_upper", "text_odds_ratio_1", "grade", "reason",
)  # fmt: skip


@checked
def years_page(
    answers: Mapping[str, Published], *, made_on: date | None = None, contact: str = ""
) -> str:
    """Return a page of several years with a picker of year, country and origin.

    Parameters
    ----------
    answers
        By year: the answer as others may see it, persons (`gecam.database.published_answer`). Every
        number of the page is one of their rows: nothing is computed in the browser.
    made_on
        Day that the page tells as the one it was made on; none by default.
    contact
        Who answers questions, with an address; without one the page names nobody.

    Returns
    -------
    str
        A page that asks for nothing from elsewhere. Without scripts it has all rows and no picker.

    Examples
    --------
    >>> from gecam.database import published_answer
    >>> from gecam.report import years_page
    >>> est = gc.estimate(gc.load_edition("2025").restrict("HTI"), draws=100, seed=1)
    >>> years_page({"2025": published_answer(est)}).count("<select")
    3
    """
    rows = {year: with_texts(answer.rows) for year, answer in answers.items()}
    tables: dict[str, dict[str, Any]] = {
        key: {
            "id": key,
            "title": said(title),
            "note": note,
            "rows": _rows(rows, breakdown, column),
        }
        for key, (title, note, breakdown, column) in PICKED.items()
    }
    values = {
        "years": list(answers),
        "tables": list(tables.values()),
        "places": _choices(tables["places"]["rows"]),
        "origins": _choices(tables["origins"]["rows"]),
        "notes": {year: answer.shown.notes for year, answer in answers.items()},
        "version": __version__,
        "made_on": made_on.isoformat() if made_on else "",
        "contact": contact,
    }
    return rendered("years.html.j2", "years.js", values)


def _rows(answers: Mapping[str, pd.DataFrame], breakdown: str, column: str) -> list[dict[str, Any]]:
    """Return the rows of one table, year after year."""
    return [
        {
            **{key: row[key] for key in ON_SCREEN},
            "year": year,
            "code": row[column] if column else "",
            "label": _label(row, column),
        }
        for year, table in answers.items()
        for row in table[table["breakdown"].eq(breakdown)].to_dict("records")
    ]


def _label(row: Mapping[str, Any], column: str) -> str:
    code = row[column] if column else row["id"].partition("/")[2]
    return place_name(code) if is_origin_code(code) else in_language(code)


def _choices(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return code and name of everybody in a table, in the order of their names."""
    named = {row["code"]: row["label"] for row in rows}
    return sorted(named.items(), key=lambda item: in_order(item[1]))
