"""GATHER's checklist filled from what a release holds."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from gecam.publish import gather_checklist
from gecam.results import flag_text

STORED = (
    "All inputs are stored with the release, so that it can be made again; sources are named with "
    "edition and hash."
)
METHOD = (
    "Migrant stock times the share of people affected, with an odds ratio of migrants against their "
    "neighbours; people in several crises count once. Documentation of gecam: Explanation."
)


def release_checklist(
    rows: pd.DataFrame,
    sources: pd.DataFrame,
    specification: pd.Series,
    *,
    is_replayable: bool,
    statements: Mapping[int, str],
) -> pd.DataFrame:
    """Return the checklist: filled where the release knows the answer, "not done" elsewhere.

    Parameters
    ----------
    rows, sources, specification
        Of one release.
    is_replayable
        Whether its inputs are stored.
    statements
        Answers by number of the item; they go before what is filled in.
    """
    cells = rows[rows["breakdown"].eq("cell")]
    is_repeatable = is_replayable and bool(sources["is_public"].all())
    answers = {
        1: _scope(cells, specification),
        4: _not_estimated(cells),
        5: "; ".join(map(_source, sources.to_dict("records"))),
        6: _flags(cells),
        7: _assumptions(specification),
        8: STORED if is_repeatable else "",
        9: METHOD,
        10: "Formulas and order of steps: documentation of gecam, Explanation; the steps of each row "
        "are stored with the release.",
        13: f"Monte Carlo over all inputs and assumptions, {specification['draws']} draws; "
        f"equal-tailed intervals, level {specification['level']}.",
        14: f"gecam {specification['version.gecam']}, Apache-2.0.",
        15: "In the file of estimates beside this checklist.",
        16: "Columns lower, upper, cv and grade of each row.",
        17: _replaced(rows),
        18: "Flags, grade and level of evidence of each row; documentation of gecam, how these numbers "
        "can mislead.",
    }
    return gather_checklist(
        {item: text for item, text in answers.items() if text} | dict(statements)
    )


def _scope(cells: pd.DataFrame, specification: pd.Series) -> str:
    dates = sorted(set(cells["as_of"]))
    if not dates:
        return ""
    return (
        f"Migrants affected by crises (measure: {specification['measure']}; scope: "
        f"{specification['scope']}) by crisis, country, region and origin: "
        f"{cells['crisis'].nunique()} crises in {cells['iso3'].nunique()} countries, {dates[0]} to "
        f"{dates[-1]}."
    )


def _not_estimated(cells: pd.DataFrame) -> str:
    missing = cells["status"].eq("not_estimated")
    if not missing.any():
        return ""
    reasons = "; ".join(sorted(set(cells.loc[missing, "reason"])))
    return f"{missing.sum()} of {len(cells)} crisis x country x group were not estimated: {reasons}"


def _source(source: Mapping[Hashable, Any]) -> str:
    edition = f", {source['edition']}" if source["edition"] else ""
    licence = f" ({source['licence']})" if source["licence"] else ""
    public = "" if source["is_public"] else " [not public]"
    return f"{source['publisher']}, {source['title']}{edition}{licence}{public}"


def _flags(cells: pd.DataFrame) -> str:
    flags = sorted({flag for text in cells["flags"] for flag in text.split()})
    return " ".join(f"{flag}: {flag_text(flag)}" for flag in flags)


def _assumptions(specification: pd.Series) -> str:
    prefix = "assumption."
    values = {str(k): v for k, v in specification.items() if str(k).startswith(prefix)}
    return "; ".join(f"{k.removeprefix(prefix)} = {v}" for k, v in values.items())


def _replaced(rows: pd.DataFrame) -> str:
    old = rows["supersedes"].iloc[0] if len(rows) else ""
    return f"Replaces release {old}: {rows['revision_reason'].iloc[0]}" if old else ""
