"""Tables of the report, by plan, country and origin, and how each number came about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gecam.codes import is_origin_code, region
from gecam.report.sentences import said
from gecam.report.translation import in_order, place_name, plan_name
from gecam.results import (
    CELL_ROWS,
    GROUP_WORDS,
    IN_COUNTRY_PLAN,
    PLAN_ROWS,
    flag_text,
    in_language,
    message,
    published_columns,
    threshold_of,
)
from gecam.uncertainty import people_cell, significant

if TYPE_CHECKING:
    import pandas as pd

    from gecam.results import Estimates, EstimationCell

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


def with_texts(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the rounded texts beside the numbers, and numbers for sorting.

    Parameters
    ----------
    rows
        Published rows, people.
    """
    texts = published_columns(rows)
    without = ("not_estimated", "published", IN_COUNTRY_PLAN)
    missing = rows["status"].isin(without) & rows["mean"].isna()
    texts.loc[missing, ["lower", "upper", "odds_ratio_1"]] = ""  # one cell says it for all
    raw = {
        f"raw_{column}": [f"{x:.3f}" if np.isfinite(x) else "" for x in rows[column]]
        for column in ("mean", "lower", "upper", "odds_ratio_1")
    }
    return rows.assign(**{f"text_{c}": texts[c] for c in texts}, **raw)


def tables_of(of: Callable[[str], pd.DataFrame], est: Estimates) -> Iterator[dict[str, Any]]:
    """Yield the tables: by plan, by country, by origin, and of regional plans where there are any.

    Parameters
    ----------
    of
        Returns the rows of a breakdown, by its name, with their texts.
    est
        The answer, people.
    """
    located: dict[str, list[str]] = {}
    for cell in est.cells:
        located.setdefault(cell.crisis, []).append(cell.destination)
    plans, places, origins = (
        of(breakdown).sort_values("mean", ascending=False, kind="stable").to_dict("records")
        for breakdown in ("crisis", "destination", "origin")
    )
    yield _table(
        "plans", ("EVERY_PLAN", "EVERY_PLAN_NOTE", "PLAN_COLUMN", "COUNTRY_COLUMN"),
        [_plan(row, sorted(set(located.get(row["crisis"], [])))) for row in plans],
    )  # fmt: skip
    yield _table(
        "by-country", ("BY_COUNTRY", "BY_COUNTRY_NOTE", "COUNTRY_COLUMN", "REGION_COLUMN"),
        [_place(row) for row in places],
    )  # fmt: skip
    yield _table(
        "by-origin", ("BY_ORIGIN", "BY_ORIGIN_NOTE", "ORIGIN_COLUMN", ""),
        [_row(row, label=place_name(row["origin"])) for row in origins],
    )  # fmt: skip
    yield from _regional(of)


def _regional(of: Callable[[str], pd.DataFrame]) -> Iterator[dict[str, Any]]:
    """Yield the tables of people of regional plans; nothing where the answer holds none."""
    rows = [row for breakdown in CELL_ROWS for row in of(breakdown).to_dict("records")]
    if rows:
        rows.sort(key=lambda row: -np.nan_to_num(row["mean"], nan=-1.0))
        totals = of(PLAN_ROWS).to_dict("records")
        yield _table(
            "regional-plans",
            ("IN_REGIONAL_PLANS", "IN_REGIONAL_PLANS_NOTE", "ORIGIN_COLUMN", "HOST_COLUMN"),
            [_row(x, label=_origin(x["origin"]), second=place_name(x["iso3"])) for x in rows],
        )
        yield _table(
            "regional-totals", ("REGIONAL_TOTALS", "REGIONAL_TOTALS_NOTE", "PLAN_COLUMN", ""),
            [_row(row, label=row["crisis_name"]) for row in totals],
        )  # fmt: skip


def _table(
    address: str, codes: tuple[str, str, str, str], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return a table with its address, and what its title, note and first two heads say."""
    title, note, first, second = (said(code) if code else "" for code in codes)
    return {
        "id": address, "title": title, "note": note, "first": first, "second": second, "rows": rows,
    }  # fmt: skip


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


def countries_of(est: Estimates, rows: pd.DataFrame, *, has_secrets: bool) -> list[dict[str, Any]]:
    """Return each country with its row and its cells, in the order of the language.

    Parameters
    ----------
    est
        The answer, people.
    rows
        Published rows with their texts.
    has_secrets
        Whether rows are hidden, so that no step of another may tell them.
    """
    row_of = {row["id"]: row for row in rows.to_dict("records")}
    people = partial(people_cell, threshold=threshold_of(rows))
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
                _cell(cell, row_of[f"cell/{cell.id}"], names, people, has_secrets=has_secrets)
                for cell in est.cells
                if cell.destination == place
            ],
        }
        for place in places
    ]


def _cell(
    cell: EstimationCell,
    row: dict[str, Any],
    names: Mapping[str, str],
    people: Callable[[float], str],
    *,
    has_secrets: bool,
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
        lower, upper = people(row["lower_bound"]), people(row["upper_bound"])
        bounds = said("BOUNDS", lower=lower, upper=upper)
    return shown | {
        "steps": [
            {"value": people(significant(step.value, STEP_DIGITS)), "text": step.text}
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
