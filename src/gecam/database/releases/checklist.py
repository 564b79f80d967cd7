"""GATHER's checklist filled from what a release holds."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from gecam.publish import gather_checklist
from gecam.results import flag_text, in_language

# Templates of the answers.
ANSWERS: Mapping[str, str] = {
    "SCOPE": "Migrants affected by crises (measure: {measure}; scope: {scope}) by crisis, country, "
    "region and origin: {crises} crises in {countries} countries, {first} to {last}.",
    "NOT_ESTIMATED": "{missing} of {number} crisis x country x group were not estimated: {reasons}",
    "STORED": "All inputs are stored with the release, so that it can be made again; sources are named "
    "with edition and hash.",
    "METHOD": "Migrant stock times the share of people affected, with an odds ratio of migrants "
    "against their neighbours; people in several crises count once. Documentation of gecam: "
    "Explanation.",
    "STEPS": "Formulas and order of steps: documentation of gecam, Explanation; the steps of each row "
    "are stored with the release.",
    "UNCERTAINTY": "Monte Carlo over all inputs and assumptions, {draws} draws; equal-tailed "
    "intervals, level {level}.",
    "CODE": "gecam {version}, Apache-2.0.",
    "FILE": "In the file of estimates beside this checklist.",
    "COLUMNS": "Columns lower, upper, cv and grade of each row.",
    "REPLACES": "Replaces release {release}: {reason}",
    "LIMITS": "Flags, grade and level of evidence of each row; documentation of gecam, how these "
    "numbers can mislead.",
}


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
        8: _answer("STORED") if is_repeatable else "",
        9: _answer("METHOD"),
        10: _answer("STEPS"),
        13: _answer("UNCERTAINTY", draws=specification["draws"], level=specification["level"]),
        14: _answer("CODE", version=specification["version.gecam"]),
        15: _answer("FILE"),
        16: _answer("COLUMNS"),
        17: _replaced(rows),
        18: _answer("LIMITS"),
    }
    return gather_checklist(
        {item: text for item, text in answers.items() if text} | dict(statements)
    )


def _scope(cells: pd.DataFrame, specification: pd.Series) -> str:
    dates = sorted(set(cells["as_of"]))
    if not dates:
        return ""
    return _answer(
        "SCOPE",
        measure=specification["measure"],
        scope=specification["scope"],
        crises=cells["crisis"].nunique(),
        countries=cells["iso3"].nunique(),
        first=dates[0],
        last=dates[-1],
    )


def _not_estimated(cells: pd.DataFrame) -> str:
    missing = cells["status"].eq("not_estimated")
    if not missing.any():
        return ""
    reasons = "; ".join(sorted(set(cells.loc[missing, "reason"])))
    return _answer("NOT_ESTIMATED", missing=missing.sum(), number=len(cells), reasons=reasons)


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
    if not old:
        return ""
    return _answer("REPLACES", release=old, reason=rows["revision_reason"].iloc[0])


def _answer(code: str, **values: object) -> str:
    """Return an answer in the language of `gecam.results.translated`."""
    return in_language(ANSWERS[code]).format(**values)
