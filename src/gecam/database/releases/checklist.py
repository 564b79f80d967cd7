"""GATHER's checklist filled from what a release holds."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gecam.publish import gather_checklist
from gecam.results import flag_text


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
    return gather_checklist(
        _answers(rows, sources, specification, is_replayable) | dict(statements)
    )


def _answers(
    rows: pd.DataFrame, sources: pd.DataFrame, said: pd.Series, is_replayable: bool
) -> dict[int, str]:
    leaves = rows[rows["breakdown"].eq("leaf")]
    dates = sorted(set(leaves["as_of"]))
    missing = leaves["status"].eq("not_estimated")
    flags = sorted({flag for text in leaves["flags"] for flag in text.split()})
    named = [
        f"{s['publisher']}, {s['title']}{', ' + s['edition'] if s['edition'] else ''}"
        f"{' (' + s['licence'] + ')' if s['licence'] else ''}"
        f"{'' if s['is_public'] else ' [not public]'}"
        for s in sources.to_dict("records")
    ]
    reasons = sorted(set(leaves.loc[missing, "reason"]))
    replaced = rows["supersedes"].iloc[0] if len(rows) else ""
    answers = {
        1: f"Migrants affected by crises (measure: {said['measure']}; scope: {said['scope']}) by "
        f"crisis, country, region and origin: {leaves['crisis'].nunique()} crises in "
        f"{leaves['iso3'].nunique()} countries, {dates[0]} to {dates[-1]}."
        if dates
        else "",
        4: f"{missing.sum()} of {len(leaves)} crisis x country x group were not estimated: "
        f"{'; '.join(reasons)}"
        if missing.any()
        else "",
        5: "; ".join(named),
        6: " ".join(f"{flag}: {flag_text(flag)}" for flag in flags),
        7: "; ".join(f"{k.removeprefix('assumption.')} = {v}" for k, v in said.items()
                     if str(k).startswith("assumption.")),
        8: "All inputs are stored with the release, so that it can be made again; sources are named "
        "with edition and hash."
        if is_replayable and sources["is_public"].all()
        else "",
        9: "Migrant stock times the share of people affected, with an odds ratio of migrants against "
        "their neighbours; people in several crises count once. Documentation of gecam: Explanation.",
        10: "Formulas and order of steps: documentation of gecam, Explanation; the steps of each row "
        "are stored with the release.",
        13: f"Monte Carlo over all inputs and assumptions, {said['draws']} draws; equal-tailed "
        f"intervals, level {said['level']}.",
        14: f"gecam {said['version.gecam']}, Apache-2.0.",
        15: "In the file of estimates beside this checklist.",
        16: "Columns lower, upper, cv and grade of each row.",
        17: f"Replaces release {replaced}: {rows['revision_reason'].iloc[0]}" if replaced else "",
        18: "Flags, grade and rung of evidence of each row; documentation of gecam, how these numbers "
        "can mislead.",
    }  # fmt: skip
    return {item: answer for item, answer in answers.items() if answer}
