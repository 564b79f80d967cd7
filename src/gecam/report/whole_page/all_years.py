"""One page of all years: tables of what may be shown, with a picker of year, country and origin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from gecam._signature import checked
from gecam._version import __version__
from gecam.codes import is_origin_code, name
from gecam.report.page import ON_SCREEN, content_hash, page_asset, with_texts

if TYPE_CHECKING:
    import pandas as pd

    from gecam.publish import Published

# Table -> its title, the breakdown of its rows, and the column that says who or where.
PICKED: Mapping[str, tuple[str, str, str]] = {
    "totals": ("Totals", "total", ""),
    "places": ("By country of residence", "destination", "iso3"),
    "origins": ("By origin", "origin", "origin"),
}


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
    from jinja2 import Environment, PackageLoader, select_autoescape
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("gecam.report"), autoescape=select_autoescape(default=True)
    )
    style = page_asset("page.css")
    script = page_asset("years.js")
    rows = {year: with_texts(answer.rows) for year, answer in answers.items()}
    table = {key: _rows(rows, breakdown, column) for key, (_, breakdown, column) in PICKED.items()}
    tables = [{"id": key, "title": PICKED[key][0], "rows": of} for key, of in table.items()]
    text = environment.get_template("years.html.j2").render(
        years=list(answers),
        tables=tables,
        places=_choices(table["places"]),
        origins=_choices(table["origins"]),
        notes={year: answer.shown.notes for year, answer in answers.items()},
        version=__version__,
        made_on=made_on.isoformat() if made_on else "",
        contact=contact,
        # ours, not a user's: may stand as they are, and the policy names their hashes
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        style_hash=content_hash(style),
        script_hash=content_hash(script),
    )
    return str(text)


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
    return name(code) if is_origin_code(code) else code


def _choices(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return code and name of everybody in a table, in the order of their names."""
    return sorted({row["code"]: row["label"] for row in rows}.items(), key=lambda item: item[1])
