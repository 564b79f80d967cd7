"""The report: all estimates of one case in a self-contained HTML file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._version import __version__
from gecam.codes import is_origin_code, name, region
from gecam.estimation import rates
from gecam.model import defaults
from gecam.publish import Published
from gecam.report.document.blocks import Table
from gecam.report.estimate_tables import COMPLETE_NOTE
from gecam.report.figures import draw_intervals
from gecam.report.figures_world import draw_world
from gecam.report.people_parts import count_note, rates_table
from gecam.report.sentences import TEMPLATES
from gecam.report.whole_page.opening import about_page, opening
from gecam.report.world import BORDERS
from gecam.report.years import series_lines, since_last_table
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
    published_columns,
    safe_frame,
)
from gecam.uncertainty import people_cell, significant

if TYPE_CHECKING:
    from gecam.evaluation import YearSeries
    from gecam.results import Estimates, EstimationCell

STATUS_WORDS = {
    "estimated": "",
    "superseded": "Replaced by a later plan; not added to the total of all country-level plans.",
    "left_out": "Shown, not added to totals.",
    "published": "Published at plan level; not added to country totals.",
    "not_estimated": "Not estimated.",
    "below_threshold": "Too few people to be shown.",
    IN_COUNTRY_PLAN: "In the figure of the country's own plan.",
    "suppressed": "Not shown: it rests on inputs that are not public, or would give them away.",
}
DPI = 130
PHONE = 4.4  # inches: a figure whose letters can be read on a narrow screen
STEP_DIGITS = 4  # of a step of a decomposition: enough to follow, not to quote
# Texts of a row on a page.
ON_SCREEN = (
    "text_estimate", "text_lower", "text_upper", "text_odds_ratio_1", "grade", "reason",
)  # fmt: skip
HIDDEN = ("below_threshold", "suppressed")
# Items of GATHER that this page answers better than a list in a cell would.
ON_THIS_PAGE: Mapping[int, str] = {
    5: "See the list of sources on this page.",
    7: "See the table of assumptions on this page.",
    15: "The tables can be downloaded from this page.",
}


@checked
def page(
    est: Estimates,
    published: Published,
    *,
    years: YearSeries | None = None,
    who: Table | None = None,
    regional_rates: Table | None = None,
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
        for those of `who`. Where it holds people of regional plans, their totals come first, and they
        have a table.
    years
        The series that the answer's year belongs to, for a figure; none by default.
    who
        People by country, sex, age and phase (`parts_table`), of inputs that are public; none by
        default.
    regional_rates
        Rates of people of regional plans (`regional_rates_table`), of inputs that are public; none by
        default.
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
    from jinja2 import Environment, PackageLoader, select_autoescape
    from markupsafe import Markup

    def said(code: str, **values: object) -> str:  # templates are ours, values are escaped
        return Markup(in_language(TEMPLATES[code])).format(**values)  # noqa: S704

    environment = Environment(
        loader=PackageLoader("gecam.report"), autoescape=select_autoescape(default=True)
    )
    style, script = page_asset("page.css"), page_asset("page.js")
    rows = with_texts(published.rows)
    of = _by_breakdown(rows)
    totals, figures = _labelled(of("total")), _figures(of("destination"), est)
    text = environment.get_template("page.html.j2").render(
        said=said,
        name=est.provenance.case,
        release=published.name if published.name != est.provenance.case else "",
        standing="" if published.standing == "current" else published.standing,
        notes=published.shown.notes,
        version=__version__,
        headline=opening(totals, est),
        about=about_page(published, est, made_on=made_on) | {"contact": contact},
        method=est.provenance.versions.get("method", ""),
        scope=est.scope,
        measure=MEASURE_WORDS[est.measure] if est.measure == "severe" else "",
        draws=f"{est.provenance.draws:,}",
        seed=published.specification.get("seed", ""),
        level=f"{est.level:.0%}",
        totals=totals,
        totals_note=" ".join(
            [
                *([COMPLETE_NOTE] if f"total/{COMPLETE_TOTALS[0]}" in set(rows["id"]) else []),
                *([] if published.shown.has_secrets else _beyond_borders(est)),
            ]
        ),
        difference=difference_of(
            flag for cell in est.cells if cell.status == "estimated" for flag in cell.flags
        ),
        parts=[row for row in _labelled(of("part")) if row["status"] not in HIDDEN],
        concentration=[] if published.shown.has_secrets else [name(p) for p in est.concentration()],
        map=figures[:1],
        figures=[*figures[1:], *_of_years(years)],
        borders=BORDERS,
        tables=_tables(of, est),
        who=None if published.shown.has_secrets else who,
        rates=None if published.shown.has_secrets else _rates(est),
        regional_rates=None if published.shown.has_secrets else regional_rates,
        since_last=_since_last(years, est),
        count=count_note(est),
        csv=base64.b64encode(_csv(rows).encode()).decode(),
        countries=_countries(est, rows, has_secrets=published.shown.has_secrets),
        assumptions=_assumptions(est),
        checklist=Table.of_columns(published.checklist[["item", "question", "answer"]]),
        sources=published.sources.to_dict("records"),
        config=published.specification.get("config_sha256", ""),
        # ours, not a user's: may stand as they are, and the policy names their hashes
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        style_hash=content_hash(style),
        script_hash=content_hash(script),
    )
    return str(text)


def _rates(est: Estimates) -> Table | None:
    """Return people per 100 migrants beside residents; None where migrants cannot be drawn again."""
    return None if est.case is None else rates_table(rates(est, "destination", "group"))


def _beyond_borders(est: Estimates) -> Iterator[str]:
    """Yield which part of the total was born beyond a border that moved, where there is any."""
    part, whole = beyond_borders(est).summary(), est.total().summary()["mean"].iloc[-1]
    for mean in part["mean"]:
        yield (
            f"Of all country-level plans, {mean / whole:.0%} were born beyond a border that moved and "
            "may never have moved themselves (scope excluding_border_changes)."
        )


def _assumptions(est: Estimates) -> Table:
    rows = defaults(est.assumptions)
    basis = rows["status"] + ". " + rows["meaning"] + ". " + rows["basis"]
    return Table.of_columns({"assumption": rows["name"], "value": rows["value"], "basis": basis})


def page_asset(file: str) -> str:
    """Return a style or script of ours."""
    return (files("gecam.report") / "templates" / file).read_text(encoding="utf-8")


def content_hash(text: str) -> str:
    """Return the hash that a content security policy names."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


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
    return [row | {"label": row["id"].partition("/")[2]} for row in rows.to_dict("records")]


def _figures(places: pd.DataFrame, est: Estimates) -> list[dict[str, Any]]:
    """Return the figures as pictures; none where no country has a figure to draw."""
    hidden = places["status"].isin(HIDDEN)
    table = places[~hidden].rename(columns={"iso3": "place"})
    if table["mean"].isna().all():
        return []
    title, level = est.provenance.case, est.level
    left_out = f" Countries whose figure is not shown: {hidden.sum()}." if hidden.any() else ""
    texts = {
        "world": (
            "Map of the world: migrants affected by country, as discs; the same numbers stand in "
            "the table of countries",
            f"Areas of discs are people: the mean and its {level:.0%} interval.",
        ),
        "intervals": (
            "Crisis-affected migrants by country: mean, interval and odds ratio 1; the same "
            "numbers stand in the table of countries",
            f"Means, {level:.0%} intervals and odds ratio 1, on a logarithmic axis. "
            "Letters are grades.",
        ),
    }
    draws = {"world": draw_world, "intervals": draw_intervals}
    return [
        {
            "picture": draws[kind](table, title=title, level=level).picture(words, dpi=DPI),
            "narrow": draws[kind](table, title=title, level=level, width=PHONE).picture(
                "", dpi=DPI
            ),
            "caption": f"{caption}{left_out}",
            "kind": kind,
        }
        for kind, (words, caption) in texts.items()
    ]


def _since_last(years: YearSeries | None, est: Estimates) -> Table | None:
    """Return rows beside those of the year before; None without one."""
    year = max(crisis.reference_date.year for crisis in est.crises)
    if years is None or year not in set(years.changes["to"]):
        return None
    return since_last_table(years.since_last(year), years.level)


def _of_years(years: YearSeries | None) -> Iterator[dict[str, Any]]:
    """Yield the figure of a series; nothing without one."""
    if years is not None:
        yield {
            "picture": series_lines(years).picture(
                "Migrants affected by crises, year by year: totals with their intervals, and how the "
                "same countries and groups moved",
                dpi=DPI,
            ),
            "caption": f"Totals of each year with {years.level:.0%} intervals are of the plans of that "
            "year; how the world moved is the slope of the same countries and groups.",
            "kind": "years",
        }


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
            "title": "Every plan",
            "first": "plan",
            "second": "country",
            "rows": [_plan(row, sorted(set(located.get(row["crisis"], [])))) for row in plans],
            "note": "Rows of plans that overlap share people: they do not add.",
        },
        {
            "id": "by-country",
            "title": "By country",
            "first": "country",
            "second": "region",
            "rows": [_place(row) for row in places],
            "note": "People in at least one crisis; they add to the total of country-level plans.",
        },
        {
            "id": "by-origin",
            "title": "By origin",
            "first": "origin",
            "second": "",
            "rows": [_row(row, label=name(row["origin"])) for row in origins],
            "note": "The same people by where they come from. Origins differ only through who lives "
            "where and who is a refugee: these are no risks by nationality.",
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
            "title": "In regional plans",
            "first": "origin",
            "second": "host country",
            "rows": [
                _row(row, label=_origin(row["origin"]), second=name(row["iso3"])) for row in rows
            ],
            "note": "People of an origin whom a regional plan follows. Those in countries with a plan "
            "of their own add to the total of countries in crisis, complete; the others to that with "
            "hosts.",
        }
        yield {
            "id": "regional-totals",
            "title": "What regional plans publish",
            "first": "plan",
            "second": "",
            "rows": [
                _row(row, label=row["crisis_name"]) for row in of(PLAN_ROWS).to_dict("records")
            ],
            "note": "Refugees and migrants in need, all hosts together; what is not by country stands "
            "beside the totals.",
        }


def _origin(code: str) -> str:
    """Return the name of an origin, or the word for several."""
    return name(code) if is_origin_code(code) else code


def _row(row: dict[str, Any], *, label: str, second: str = "", anchor: str = "") -> dict[str, Any]:
    status = STATUS_WORDS[row["status"]]
    # A reason says more than the status, but where it does not say that the row is not added.
    words = f"{status} {row['reason']}" if row["status"] == "left_out" else row["reason"] or status
    return row | {"label": label, "second": second, "anchor": anchor, "words": words}


def _plan(row: dict[str, Any], places: list[str]) -> dict[str, Any]:
    where = ", ".join(name(place) for place in places) or "several countries"
    anchor = f"c-{places[0]}" if len(places) == 1 else ""
    return _row(row, label=row["crisis_name"], second=where, anchor=anchor)


def _place(row: dict[str, Any]) -> dict[str, Any]:
    place = row["iso3"]
    return _row(row, label=name(place), second=region(place), anchor=f"c-{place}")


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
    places = sorted({cell.destination for cell in est.cells}, key=name)
    names = {crisis.id: crisis.name for crisis in est.crises}
    return [
        {
            "label": name(place),
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
        "title": f"{names[cell.crisis]}: {GROUP_WORDS[cell.group]}",
        "words": row["reason"],
    }
    if row["status"] in HIDDEN:
        return shown | {"words": STATUS_WORDS[row["status"]]}
    if has_secrets and not row["is_public"]:
        return shown | {"words": "How it came about is not shown: its inputs are not public."}
    bounds = ""
    if np.isfinite(row["upper_bound"]):
        bounds = (
            "At the central figures, whatever the odds ratio, between "
            f"{people_cell(row['lower_bound'])} and {people_cell(row['upper_bound'])} people."
        )
    return shown | {
        "steps": [
            {"value": people_cell(significant(step.value, STEP_DIGITS)), "text": step.text}
            for step in cell.steps
        ],
        "bounds": bounds,
        "notes": [flag_text(code) for code in cell.flags],
        "counts": [
            f"{count.in_need:,.0f} ({count.use.replace('_', ' ')}; {count.source}). {count.note}"
            for count in cell.counts
        ],
    }
