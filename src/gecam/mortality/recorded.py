"""Totals of recorded deaths and disappearances by route, country, month and other attributes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError
from gecam.model import Incidents
from gecam.mortality.merged_incidents import main_incidents

BY = (
    "route", "route_group", "region", "country", "region_of_origin", "country_of_origin", "month",
    "year", "cause", "cause_group", "source_quality", "kind",
)  # fmt: skip
QUALITIES = (1, 2, 3, 4, 5)


@checked
def totals(incidents: Incidents, *, by: str | Sequence[str] = ()) -> pd.DataFrame:
    r"""Return recorded dead and missing, and how well they are recorded.

    Parameters
    ----------
    incidents
        Records of incidents, one row for each.
    by
        One or several of ``route``, ``route_group``, ``region``, ``country`` (of the incident),
        ``region_of_origin``, ``country_of_origin``, ``month``, ``year``, ``cause``,
        ``cause_group``, ``source_quality``, ``kind``; nothing for one row in all.

    Returns
    -------
    DataFrame
        The columns in `by`, then, in people unless said otherwise:

        - ``incidents``: incidents, without cumulative records; ``cumulative_records``: records of
          remains summed over weeks or months, which are in the counts of people only.
        - ``dead``, ``missing``: bodies, and minimum of people who disappeared; empty where the
          file does not part them.
        - ``at_least``: dead and missing, unrecorded parts as none: **at least** so many people.
        - ``incidents_with_missing_component``: incidents in which dead or missing is not recorded;
          empty where the file gives only their sum. Cumulative records are not among them.
        - ``incidents_with_people_missing``: incidents in which people disappeared.
        - ``quality_1`` to ``quality_5``, ``quality_unstated``: `at_least` by source quality.
        - ``females``, ``males``, ``children``: where recorded, else empty; children are among
          females and males. ``sex_unstated``: the others, so that females, males and it add up to
          `at_least`. ``sex_or_age_contradicts``: incidents that state more females and males, or
          more children, than dead and missing (some hold the age of the dead there). These counts
          cannot be of the dead, and are taken as not stated.

    Raises
    ------
    InputError
        If `by` names something else.

    Notes
    -----
    Split incidents are put together first, so that each counts once; their people are split by
    origin or place only where the publisher did, in which case the first part's words stand for
    the whole. Empty words are a group of their own, as are records without a month. The parts add
    up to the whole along any `by`, and groups without a record have no row: a month without
    incidents is not among the months.

    Examples
    --------
    >>> from gecam.io import read_missing_migrants
    >>> from gecam.mortality import totals
    >>> incidents = read_missing_migrants(
    ...     b"incident_date,type,route,country_of_incident_iso3,dead_and_missing,cause,survivors,"
    ...     b"country_of_origin_iso3\n"
    ...     b"2024-10-27,Incident,Eastern Mediterranean Route,TUR,3,Drowning,20,AFG\n"
    ...     b"2024-10-30,Cumulative Incident,Undefined,MEX,40,Mixed or unknown,,UNK\n")
    >>> totals(incidents, by="route")[["route", "incidents", "at_least"]]
                             route  incidents  at_least
    0  Eastern Mediterranean Route        1.0       3.0
    1                    Undefined        0.0      40.0
    """
    keys = [by] if isinstance(by, str) else list(by)
    wrong = [key for key in keys if key not in BY]
    if wrong:
        raise InputError(f"by must be among {', '.join(BY)}: got {wrong[0]!r}.")
    frame = main_incidents(incidents)
    counts = _counted(frame)
    if not keys:
        return counts.sum(min_count=1).fillna(dict.fromkeys(_NEVER_EMPTY, 0)).to_frame().T
    result = counts.groupby([frame[key] for key in keys], dropna=False).sum(min_count=1)
    return result.reset_index()


_NEVER_EMPTY = ("incidents", "cumulative_records", "at_least", "sex_or_age_contradicts")


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of `totals` for each incident; empty where the file does not tell."""
    is_cumulative = frame["kind"].eq("cumulative")
    at_least = frame["dead_and_missing"].fillna(0)
    parted = frame[["dead", "missing"]]
    has_parts = bool(parted.notna().any(axis=None))
    is_partial = parted.isna().any(axis=1) & ~is_cumulative
    sexes, is_sex_excess = _credible(frame[["females", "males"]], at_least)
    children, is_age_excess = _credible(frame[["children"]], at_least)
    columns: dict[str, pd.Series | float] = {
        "incidents": (~is_cumulative).astype(float),
        "cumulative_records": is_cumulative.astype(float),
        "dead": frame["dead"],
        "missing": frame["missing"],
        "at_least": at_least,
        "incidents_with_missing_component": is_partial if has_parts else np.nan,
        "incidents_with_people_missing": (frame["missing"].gt(0) & ~is_cumulative).where(
            frame["missing"].notna()
        ),
    }
    for quality in QUALITIES:
        columns[f"quality_{quality}"] = at_least.where(frame["source_quality"].eq(quality), 0)
    columns["quality_unstated"] = at_least.where(~frame["source_quality"].isin(QUALITIES), 0)
    columns |= {
        "females": sexes["females"],
        "males": sexes["males"],
        "sex_unstated": at_least - sexes.sum(axis=1),
        "children": children["children"],
        "sex_or_age_contradicts": is_sex_excess | is_age_excess,
    }
    return pd.DataFrame(columns, dtype=float)


def _credible(stated: pd.DataFrame, at_least: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Return counts of sexes or children, empty where they exceed the people of the incident."""
    is_excess = stated.sum(axis=1).gt(at_least)
    return stated.mask(is_excess), is_excess
