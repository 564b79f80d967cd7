"""The report: all estimates of one case in a self-contained HTML file."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._version import __version__
from gecam.codes import is_origin_code, region
from gecam.estimation import rates
from gecam.model import defaults, status_text
from gecam.publish import Published
from gecam.report.areas import areas_of_countries
from gecam.report.document.blocks import Table
from gecam.report.people_parts import count_note, rates_table
from gecam.report.sentences import TEMPLATES, said
from gecam.report.translation import in_order, place_name, plan_name
from gecam.report.whole_page.opening import about_page, opening, standing_words
from gecam.report.whole_page.pictures import pictures_of, series_picture
from gecam.report.whole_page.rendering import AsWritten, rendered
from gecam.report.words import capital
from gecam.report.years import since_last_table
from gecam.results import (
    CELL_ROWS,
    COMPLETE_TOTALS,
    GROUP_WORDS,
    IN_COUNTRY_PLAN,
    IN_REPORT,
    MEASURE_WORDS,
    PLAN_ROWS,
    beyond_borders,
    difference_of,
    flag_text,
    in_language,
    message,
    published_columns,
    safe_frame,
)
from gecam.uncertainty import people_cell, significant

if TYPE_CHECKING:
    from gecam.evaluation import YearSeries
    from gecam.results import AreaEstimates, Estimates, EstimationCell

# Status of a row -> the sentence that says why it has no number, or is not added.
STATUS_WORDS: Mapping[str, str] = {
    "superseded": "STATUS_SUPERSEDED",
    "left_out": "STATUS_LEFT_OUT",
    "published": "STATUS_PUBLISHED",
    "not_estimated": "NEITHER_ESTIMATED",
    "below_threshold": "STATUS_BELOW_THRESHOLD",
    IN_COUNTRY_PLAN: "STATUS_IN_COUNTRY_PLAN",
    "suppressed": "STATUS_SUPPRESSED",
}
USE_WORDS: Mapping[str, str] = {
    "share": "SHARE_COLUMN", "count": "USE_COUNT", "plan_level": "USE_PLAN_LEVEL",
    "related": "USE_RELATED",
}  # fmt: skip
STEP_DIGITS = 4  # of a step of a decomposition: enough to follow, not to quote
HIDDEN = ("below_threshold", "suppressed")
# Items of GATHER that this page answers better than a list in a cell would.
ON_THIS_PAGE: Mapping[int, str] = {
    5: TEMPLATES["SEE_SOURCES"],
    7: TEMPLATES["SEE_ASSUMPTIONS"],
    15: TEMPLATES["SEE_TABLES"],
}


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
        for those of `who` and `areas`. Where it holds people of regional plans, their totals come
        first, and they have a table.
    years
        The series that the answer's year belongs to, for a figure; none by default.
    who
        People by country, sex, age and phase (`parts_table`), of inputs that are public; none by
        default.
    regional_rates
        Rates of people of regional plans (`regional_rates_table`), of inputs that are public; none by
        default.
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
    rows = with_texts(published.rows)
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
        "measure": MEASURE_WORDS[est.measure] if est.measure == "severe" else "",
        "draws": f"{est.provenance.draws:,}",
        "seed": published.specification.get("seed", ""),
        "level": f"{est.level:.0%}",
        "totals": totals,
        "totals_note": " ".join([*_complete(rows), *(_beyond_borders(est) if may_tell else [])]),
        "difference": difference_of(
            flag for cell in est.cells if cell.status == "estimated" for flag in cell.flags
        ),
        "parts": [row for row in _labelled(of("part")) if row["status"] not in HIDDEN],
        "concentration": [place_name(p) for p in est.concentration()] if may_tell else [],
        "map": pictures[:1],
        "figures": [*pictures[1:], *([] if years is None else [series_picture(years)])],
        "borders": said("BORDERS"),
        "tables": _tables(of, est),
        "who": who if may_tell else None,
        "rates": _rates(est) if may_tell else None,
        "regional_rates": regional_rates if may_tell else None,
        "areas": areas_of_countries(areas) if areas and may_tell else [],
        "since_last": _since_last(years, est),
        "count": count_note(est),
        "csv": base64.b64encode(_csv(rows).encode()).decode(),
        "countries": _countries(est, rows, has_secrets=not may_tell),
        "assumptions": _assumptions(est),
        "checklist": _checklist(published),
        "sources": published.sources.to_dict("records"),
        "config": published.specification.get("config_sha256", ""),
    }
    return rendered("page.html.j2", "page.js", values)


def _rates(est: Estimates) -> Table | None:
    """Return people per 100 migrants beside residents; None where migrants cannot be drawn again."""
    return None if est.case is None else rates_table(rates(est, "destination", "group"))


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


def with_texts(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the rounded texts beside the numbers, and numbers for sorting."""
    texts = published_columns(rows)
    without = ("not_estimated", "published", IN_COUNTRY_PLAN)
    missing = rows["status"].isin(without) & rows["mean"].isna()
    texts.loc[missing, ["lower", "upper", "odds_ratio_1"]] = ""  # one cell says it for all
    raw = {
        f"raw_{column}": [f"{x:.3f}" if np.isfinite(x) else "" for x in rows[column]]
        for column in ("mean", "lower", "upper", "odds_ratio_1")
    }
    return rows.assign(**{f"text_{c}": texts[c] for c in texts}, **raw)


def _by_breakdown(rows: pd.DataFrame) -> Any:
    return lambda breakdown: rows[rows["breakdown"].eq(breakdown)]


def _labelled(rows: pd.DataFrame) -> list[dict[str, Any]]:
    labels = rows["id"].str.partition("/")[2]
    return [
        row | {"label": label, "title": capital(in_language(label))}
        for row, label in zip(rows.to_dict("records"), labels, strict=True)
    ]


def _since_last(years: YearSeries | None, est: Estimates) -> Table | None:
    """Return rows beside those of the year before; None without one."""
    year = max(crisis.reference_date.year for crisis in est.crises)
    if years is None or year not in set(years.changes["to"]):
        return None
    return since_last_table(years.since_last(year), years.level)


def _drawable(places: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of countries as figures take them; NaN where a figure is not shown."""
    return places.assign(is_hidden=places["status"].isin(HIDDEN)).rename(columns={"iso3": "place"})


def _tables(of: Any, est: Estimates) -> list[dict[str, Any]]:
    """Return the tables: by plan, by country, by origin."""
    located: dict[str, list[str]] = {}
    for cell in est.cells:
        located.setdefault(cell.crisis, []).append(cell.destination)
    plans, places, origins = (
        of(breakdown).sort_values("mean", ascending=False, kind="stable").to_dict("records")
        for breakdown in ("crisis", "destination", "origin")
    )
    return [
        {
            "id": "plans",
            "title": said("EVERY_PLAN"),
            "first": said("PLAN_COLUMN"),
            "second": said("COUNTRY_COLUMN"),
            "rows": [_plan(row, sorted(set(located.get(row["crisis"], [])))) for row in plans],
            "note": said("EVERY_PLAN_NOTE"),
        },
        {
            "id": "by-country",
            "title": said("BY_COUNTRY"),
            "first": said("COUNTRY_COLUMN"),
            "second": said("REGION_COLUMN"),
            "rows": [_place(row) for row in places],
            "note": said("BY_COUNTRY_NOTE"),
        },
        {
            "id": "by-origin",
            "title": said("BY_ORIGIN"),
            "first": said("ORIGIN_COLUMN"),
            "second": "",
            "rows": [_row(row, label=place_name(row["origin"])) for row in origins],
            "note": said("BY_ORIGIN_NOTE"),
        },
        *_regional(of),
    ]


def _regional(of: Any) -> Iterator[dict[str, Any]]:
    """Yield the table of people of regional plans; nothing where the answer holds none."""
    rows = [row for breakdown in CELL_ROWS for row in of(breakdown).to_dict("records")]
    if rows:
        rows.sort(key=lambda row: -np.nan_to_num(row["mean"], nan=-1.0))
        yield {
            "id": "regional-plans",
            "title": said("IN_REGIONAL_PLANS"),
            "first": said("ORIGIN_COLUMN"),
            "second": said("HOST_COLUMN"),
            "rows": [
                _row(row, label=_origin(row["origin"]), second=place_name(row["iso3"]))
                for row in rows
            ],
            "note": said("IN_REGIONAL_PLANS_NOTE"),
        }
        yield {
            "id": "regional-totals",
            "title": said("REGIONAL_TOTALS"),
            "first": said("PLAN_COLUMN"),
            "second": "",
            "rows": [
                _row(row, label=row["crisis_name"]) for row in of(PLAN_ROWS).to_dict("records")
            ],
            "note": said("REGIONAL_TOTALS_NOTE"),
        }


def _origin(code: str) -> str:
    """Return the name of an origin, or the word for several."""
    return place_name(code) if is_origin_code(code) else in_language(code)


def _row(row: dict[str, Any], *, label: str, second: str = "", anchor: str = "") -> dict[str, Any]:
    status = said(STATUS_WORDS[row["status"]]) if row["status"] in STATUS_WORDS else ""
    # A reason says more than the status, but where it does not say that the row is not added.
    words = f"{status} {row['reason']}" if row["status"] == "left_out" else row["reason"] or status
    return row | {"label": label, "second": second, "anchor": anchor, "words": words}


def _plan(row: dict[str, Any], places: list[str]) -> dict[str, Any]:
    where = ", ".join(map(place_name, places)) or str(message("SEVERAL_COUNTRIES"))
    if len(places) != 1:
        return _row(row, label=row["crisis_name"], second=where)
    label = plan_name(row["crisis_name"], places[0])
    return _row(row, label=label, second=where, anchor=f"c-{places[0]}")


def _place(row: dict[str, Any]) -> dict[str, Any]:
    place = row["iso3"]
    return _row(
        row, label=place_name(place), second=in_language(region(place)), anchor=f"c-{place}"
    )


def _csv(rows: pd.DataFrame) -> str:
    """Return the rows as a file for a spreadsheet: rounded texts, and numbers at full precision."""
    interval = [
        f"{low} to {high}" if low else ""
        for low, high in zip(rows["text_lower"], rows["text_upper"], strict=True)
    ]
    table = rows.assign(people=rows["text_estimate"], interval=interval)[list(IN_REPORT)]
    return str(safe_frame(table).to_csv(index=False))


def _countries(est: Estimates, rows: pd.DataFrame, *, has_secrets: bool) -> list[dict[str, Any]]:
    row_of = {row["id"]: row for row in rows.to_dict("records")}
    places = sorted(
        {cell.destination for cell in est.cells}, key=lambda place: in_order(place_name(place))
    )
    names = {crisis.id: crisis.name for crisis in est.crises}
    return [
        {
            "label": place_name(place),
            "anchor": f"c-{place}",
            "row": row_of.get(f"destination/{place}"),
            "cells": [
                _cell(cell, row_of[f"cell/{cell.id}"], names, has_secrets=has_secrets)
                for cell in est.cells
                if cell.destination == place
            ],
        }
        for place in places
    ]


def _cell(
    cell: EstimationCell, row: dict[str, Any], names: Mapping[str, str], *, has_secrets: bool
) -> dict[str, Any]:
    """Return one estimation cell: its figure, and how it came about where that may be shown."""
    shown = row | {
        "title": said(
            "CELL_TITLE",
            crisis=plan_name(names[cell.crisis], cell.destination),
            group=in_language(GROUP_WORDS[cell.group]),
        ),
        "words": row["reason"],
    }
    if row["status"] in HIDDEN:
        return shown | {"words": said(STATUS_WORDS[row["status"]])}
    if has_secrets and not row["is_public"]:
        return shown | {"words": said("STEPS_NOT_SHOWN")}
    bounds = ""
    if np.isfinite(row["upper_bound"]):
        lower, upper = people_cell(row["lower_bound"]), people_cell(row["upper_bound"])
        bounds = said("BOUNDS", lower=lower, upper=upper)
    return shown | {
        "steps": [
            {"value": people_cell(significant(step.value, STEP_DIGITS)), "text": step.text}
            for step in cell.steps
        ],
        "bounds": bounds,
        "notes": [flag_text(code) for code in cell.flags],
        "counts": [
            {
                "people": f"{count.in_need:,.0f}",
                "use": said(USE_WORDS[count.use]),
                "source": count.source,
                "note": count.note,
            }
            for count in cell.counts
        ],
    }
