"""Totals of recorded deaths and disappearances, by whatever the records tell."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from gecam.errors import InputError
from gecam.model.incidents import Incidents
from gecam.mortality.incidents import main_incidents

BY = (
    "route", "route_group", "region", "country", "region_of_origin", "country_of_origin", "month",
    "year", "cause", "cause_group", "source_quality", "kind",
)  # fmt: skip
QUALITIES = (1, 2, 3, 4, 5)


def totals(incidents: Incidents, *, by: str | Sequence[str] = ()) -> pd.DataFrame:
    """Return recorded dead and missing, and how well they are recorded.

    Parameters
    ----------
    incidents
        Records.
    by
        One or several of ``route``, ``route_group``, ``region``, ``country`` (of the incident),
        ``region_of_origin``, ``country_of_origin``, ``month``, ``year``, ``cause``, ``cause_group``,
        ``source_quality``, ``kind``; nothing for one row in all.

    Returns
    -------
    DataFrame
        The columns in `by`, then, in people unless said otherwise:

        - ``incidents``: incidents, without cumulative records; ``cumulative_records``: records of
          remains summed over weeks or months, which are in the counts of people only.
        - ``dead``, ``missing``: bodies, and minimum of people who disappeared; empty where the
          file does not part them.
        - ``at_least``: dead and missing, unrecorded parts as none: **at least** so many people.
        - ``incidents_with_missing_component``: incidents in which dead or missing is not recorded.
        - ``incidents_with_people_missing``: incidents in which people disappeared.
        - ``quality_1`` to ``quality_5``, ``quality_unstated``: `at_least` by source quality.
        - ``females``, ``males``, ``sex_unstated``; ``children``: where recorded. Children are among
          females and males.

    Raises
    ------
    InputError
        If `by` names something else.

    Notes
    -----
    Split incidents are put together first, so that each counts once; their people are split by
    origin or place only where the publisher did, in which case the first part's words stand for
    the whole. Empty words are a group of their own, as are records without a month. The parts add
    up to the whole along any `by`.

    Examples
    --------
    >>> from gecam.datasets.deaths import load_deaths_table
    >>> from gecam.mortality import totals
    >>> totals(example)[["incidents", "at_least"]]   # doctest: +SKIP
    """
    keys = [by] if isinstance(by, str) else list(by)
    wrong = [key for key in keys if key not in BY]
    if wrong:
        raise InputError(f"by must be among {', '.join(BY)}: got {wrong[0]!r}.")
    frame = main_incidents(incidents)
    counts = _counted(frame)
    if not keys:
        return counts.sum(min_count=1).fillna({"at_least": 0}).to_frame().T
    grouped = counts.groupby([frame[key] for key in keys], dropna=False, sort=True)
    result = grouped.sum(min_count=1)
    whole = [name for name in result.columns if name not in {"dead", "missing"}]
    result[whole] = result[whole].fillna(0)
    return result.reset_index()


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of `totals` for each incident."""
    is_cumulative = frame["kind"].eq("cumulative")
    at_least = frame["dead_and_missing"].fillna(0)
    parts = frame[["dead", "missing"]]
    has_parts = parts.notna().any(axis=None)
    columns = {
        "incidents": (~is_cumulative).astype(float),
        "cumulative_records": is_cumulative.astype(float),
        "dead": frame["dead"],
        "missing": frame["missing"],
        "at_least": at_least,
        "incidents_with_missing_component": (
            parts.isna().any(axis=1) if has_parts else frame["dead_and_missing"].isna()
        ).astype(float),
        "incidents_with_people_missing": frame["missing"].gt(0).astype(float),
    }
    for quality in QUALITIES:
        columns[f"quality_{quality}"] = at_least.where(frame["source_quality"].eq(quality), 0)
    stated = frame["source_quality"].isin(QUALITIES)
    columns["quality_unstated"] = at_least.where(~stated, 0)
    sexed = frame[["females", "males"]].fillna(0)
    columns |= {
        "females": sexed["females"],
        "males": sexed["males"],
        "sex_unstated": (at_least - sexed.sum(axis=1)).clip(lower=0),
        "children": frame["children"].fillna(0),
    }
    return pd.DataFrame(columns)
