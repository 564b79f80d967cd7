"""The report: all estimates of one case in a self-contained HTML file."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from gecam._signature import checked
from gecam._version import __version__
from gecam.estimation import rates
from gecam.model import defaults, status_text
from gecam.publish import Published
from gecam.report.areas import areas_of_countries
from gecam.report.document.blocks import Table
from gecam.report.people_parts import count_note, rates_table
from gecam.report.sentences import TEMPLATES, said
from gecam.report.translation import place_name
from gecam.report.whole_page.opening import about_page, opening, standing_words
from gecam.report.whole_page.page_tables import HIDDEN, countries_of, tables_of, with_texts
from gecam.report.whole_page.pictures import pictures_of, series_picture
from gecam.report.whole_page.rendering import AsWritten, rendered
from gecam.report.words import capital
from gecam.report.years import since_last_table
from gecam.results import (
    CALLED_AFFECTED,
    COMPLETE_TOTALS,
    IN_REPORT,
    MEASURE_WORDS,
    beyond_borders,
    difference_of,
    in_language,
    safe_frame,
    threshold_of,
    with_threshold,
)

if TYPE_CHECKING:
    from gecam.evaluation import YearSeries
    from gecam.results import AreaEstimates, Estimates

# Items of GATHER that this page answers better than a list in a cell would.
ON_THIS_PAGE: Mapping[int, str] = {
    5: TEMPLATES["SEE_SOURCES"],
    7: TEMPLATES["SEE_ASSUMPTIONS"],
    15: TEMPLATES["SEE_TABLES"],
}


# What rests on inputs that are not public, where any figure is suppressed.
NOT_TOLD: Mapping[str, object] = {
    "who": None, "rates": None, "regional_rates": None, "areas": [], "concentration": [],
}  # fmt: skip


@checked
def page(
    est: Estimates,
    published: Published,
    *,
    years: YearSeries | None = None,
    who: Table | None = None,
    regional_rates: Table | None = None,
    areas: AreaEstimates | None = None,
    made_on: date | None = None,
    contact: str = "",
) -> str:
    """Return the report of an answer as one HTML page that needs no network.

    Parameters
    ----------
    est
        The answer, people: how each number came about.
    published
        The same answer as others may see it, persons; `gecam.database.published` and
        ``published_answer`` make it. Every number of people on the page is one of its rows, but
        for those of `who` and `areas`; its threshold holds for all. Where it holds people of
        regional plans, their totals come first, and they have a table.
    years
        The series that the answer's year belongs to, for a figure; none by default.
    who
        People by country, sex, age and phase (`parts_table`, with the threshold of `published`), of
        inputs that are public; none by default.
    regional_rates
        Rates of people of regional plans (`regional_rates_table`, with the threshold of
        `published`), of inputs that are public; none by default.
    areas
        People in need by area (`gecam.by_area`), persons, of inputs that are public: a table of each
        country, with small areas hidden as in `gecam.publish.rows_by_area`; none by default.
    made_on
        Day that the page tells as the one it was made on; none by default.
    contact
        Who answers questions, with an address; without one the page says that it names nobody.

    Returns
    -------
    str
        A summary that prints on one sheet: one number with its interval, its date and whom it
        counts, the map, how sure it is, and how to cite it. Then figures, method and sources, and as
        an appendix tables of plans, countries and origins that sort and filter, the decomposition
        of every country, assumptions, checklist, and the rows as a file. Every text is escaped, and a
        content security policy allows only the page's own style and script. What rests on inputs that
        are not public is shown without its decomposition where any figure is suppressed.

    Examples
    --------
    >>> from gecam.database import published_answer
    >>> from gecam.report.page import page
    >>> est = gc.estimate(gc.load_edition("2022").restrict(["SDN", "YEM"]), draws=100, seed=1)
    >>> text = page(est, published_answer(est))
    >>> text.count("<h1>"), "default-src 'none'" in text
    (1, True)
    """
    rows, threshold = with_texts(published.rows), threshold_of(published.rows)
    of, may_tell = _by_breakdown(rows), not published.shown.has_secrets
    totals, pictures = _labelled(of("total")), pictures_of(_drawable(of("destination")), est)
    values = {
        "name": est.provenance.case,
        "release": published.name if published.name != est.provenance.case else "",
        "standing": standing_words(published.standing),
        "notes": published.shown.notes,
        "version": __version__,
        "headline": opening(totals, est),
        "about": about_page(published, est, made_on=made_on) | {"contact": contact},
        "method": est.provenance.versions.get("method", ""),
        "scope": est.scope,
        "measure": "" if est.measure in CALLED_AFFECTED else MEASURE_WORDS[est.measure],
        "draws": f"{est.provenance.draws:,}",
        "seed": published.specification.get("seed", ""),
        "level": f"{est.level:.0%}",
        "totals": totals,
        "totals_note": " ".join([*_complete(rows), *(_beyond_borders(est) if may_tell else [])]),
        "difference": _difference(est),
        "parts": [row for row in _labelled(of("part")) if row["status"] not in HIDDEN],
        "map": pictures[:1],
        "figures": [*pictures[1:], *([] if years is None else [series_picture(years)])],
        "borders": said("BORDERS"),
        "tables": list(tables_of(of, est)),
        "since_last": _since_last(years, est, threshold),
        "count": count_note(est),
        "csv": base64.b64encode(_csv(rows).encode()).decode(),
        "countries": countries_of(est, rows, has_secrets=not may_tell),
        "assumptions": _assumptions(est),
        "checklist": _checklist(published),
        "sources": published.sources.to_dict("records"),
        "config": published.specification.get("config_sha256", ""),
    }
    values |= NOT_TOLD if not may_tell else {
        "who": who,
        "rates": _rates(est, threshold),
        "regional_rates": regional_rates,
        "areas": areas_of_countries(areas, threshold=threshold) if areas else [],
        "concentration": [place_name(place) for place in est.concentration()],
    }  # fmt: skip
    return rendered("page.html.j2", "page.js", values)


def _difference(est: Estimates) -> str:
    """Return in words what the odds ratios of the estimated cells rest on."""
    flags = (flag for cell in est.cells if cell.status == "estimated" for flag in cell.flags)
    return difference_of(flags)


def _rates(est: Estimates, threshold: float) -> Table | None:
    """Return people per 100 migrants beside residents; None where migrants cannot be drawn again."""
    if est.case is None:
        return None
    return rates_table(with_threshold(rates(est, "destination", "group"), threshold))


def _complete(rows: pd.DataFrame) -> Iterator[str]:
    """Yield what the complete total holds, where people of regional plans are added to it."""
    if f"total/{COMPLETE_TOTALS[0]}" in set(rows["id"]):
        yield said("COMPLETE_NOTE")


def _beyond_borders(est: Estimates) -> Iterator[str]:
    """Yield which part of the total was born beyond a border that moved, where there is any."""
    part, whole = beyond_borders(est).summary(), est.total().summary()["mean"].iloc[-1]
    for mean in part["mean"]:
        yield said("BEYOND_BORDERS", part=mean / whole)


def _assumptions(est: Estimates) -> Table:
    """Return the assumptions, in English: they are those of the documentation."""
    rows = defaults(est.assumptions)
    status = rows["status"].map(status_text)
    basis = status + ". " + rows["meaning"] + ". " + rows["basis"]
    heads = map(said, ("ASSUMPTION_COLUMN", "VALUE_COLUMN", "BASIS_COLUMN"))
    texts = (map(AsWritten, column) for column in (rows["name"], rows["value"], basis))
    return Table(tuple(heads), tuple(zip(*texts, strict=True)))


def _checklist(published: Published) -> Table:
    columns = {"item": "ITEM_COLUMN", "question": "QUESTION_COLUMN", "answer": "ANSWER_COLUMN"}
    return Table.of_columns(
        {said(code): published.checklist[column] for column, code in columns.items()}
    )


def _by_breakdown(rows: pd.DataFrame) -> Any:
    return lambda breakdown: rows[rows["breakdown"].eq(breakdown)]


def _labelled(rows: pd.DataFrame) -> list[dict[str, Any]]:
    labels = rows["id"].str.partition("/")[2]
    return [
        row | {"label": label, "title": capital(in_language(label))}
        for row, label in zip(rows.to_dict("records"), labels, strict=True)
    ]


def _since_last(years: YearSeries | None, est: Estimates, threshold: float) -> Table | None:
    """Return rows beside those of the year before; None without one."""
    year = max(crisis.reference_date.year for crisis in est.crises)
    if years is None or year not in set(years.changes["to"]):
        return None
    return since_last_table(with_threshold(years.since_last(year), threshold), years.level)


def _drawable(places: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of countries as figures take them; NaN where a figure is not shown."""
    return places.assign(is_hidden=places["status"].isin(HIDDEN)).rename(columns={"iso3": "place"})


def _csv(rows: pd.DataFrame) -> str:
    """Return the rows as a file for a spreadsheet: rounded texts, and numbers at full precision."""
    interval = [
        f"{low} to {high}" if low else ""
        for low, high in zip(rows["text_lower"], rows["text_upper"], strict=True)
    ]
    table = rows.assign(people=rows["text_estimate"], interval=interval)[list(IN_REPORT)]
    return str(safe_frame(table).to_csv(index=False))
