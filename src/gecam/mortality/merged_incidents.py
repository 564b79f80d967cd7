"""Incidents from records: parts of one incident added up, several files merged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError
from gecam.model import Incidents, Note

ADDED = ("dead", "missing", "dead_and_missing", "survivors", "females", "males", "children")
_WORDS = (
    "route", "route_group", "region", "country", "region_of_origin", "country_of_origin", "cause",
    "cause_group", "information_source",
)  # fmt: skip
COVERED = 0.9  # a newer file that has so many of the older one's incidents of a month replaces it


def main_incidents(incidents: Incidents) -> pd.DataFrame:
    """Return one row per incident, with the records of a split incident put together.

    Parameters
    ----------
    incidents
        Records of incidents, one row for each.

    Returns
    -------
    DataFrame
        Index ``incident`` (`Incidents.main_ids`); the columns of `Incidents.records` except
        ``record``. Counts are added (empty where no record has one); of words and dates the first
        that is stated is kept;
        ``kind`` is ``cumulative`` if any record is; ``source_quality`` is the best of the parts.

    Examples
    --------
    >>> from gecam.mortality import main_incidents
    >>> from gecam.model import Incidents
    >>> header = dict.fromkeys(["date", "month", "missing", "dead_and_missing", "survivors",
    ...     "females", "males", "children", "source_quality"], np.nan)
    >>> words = dict.fromkeys(["route", "route_group", "region", "country", "region_of_origin",
    ...     "country_of_origin", "cause", "cause_group", "information_source"], "")
    >>> records = pd.DataFrame({"incident": ["a", "a", "b"], "record": ["a/1", "a/2", "b"],
    ...     "kind": ["split", "split", "incident"], "year": 2024, "dead": [9, 3, 1],
    ...     "is_presumed_origin": False, **header, **words})
    >>> main_incidents(Incidents(records))["dead_and_missing"].to_dict()
    {'b': 1.0, 'a': 12.0}
    """
    records = incidents.records.drop(columns="record").assign(incident=incidents.main_ids())
    is_part = records["incident"].duplicated(keep=False)
    whole = records[~is_part].set_index("incident")
    if not is_part.any():
        return whole
    parts = records[is_part].replace({name: {"": None} for name in _WORDS})
    grouped = parts.groupby("incident", sort=False)
    together = grouped.first()
    together[list(_WORDS)] = together[list(_WORDS)].fillna("")
    together[list(ADDED)] = grouped[list(ADDED)].sum(min_count=1)
    together["source_quality"] = grouped["source_quality"].max()
    is_cumulative = parts["kind"].eq("cumulative").groupby(parts["incident"], sort=False).any()
    together["kind"] = is_cumulative.map({True: "cumulative", False: "split"})
    return pd.concat([whole, together]).sort_values(["year", "month", "date"], kind="stable")


@checked
def size_table(incidents: Incidents, *, by: str | Sequence[str] = ()) -> pd.DataFrame:
    """Return how many incidents had each size: all that an interval of deaths needs.

    Parameters
    ----------
    incidents
        Records of incidents, one row for each.
    by
        Columns of `Incidents.records` to keep apart, such as ``["month", "route_group"]``.

    Returns
    -------
    DataFrame
        The columns in `by`; ``dead_and_missing`` (people in one incident or cumulative record, > 0);
        ``incidents`` and ``cumulative_records`` with that many people. People times the sum of the
        two, added up, are the `totals` of the group.
    """
    frame = main_incidents(incidents)
    keys = [by] if isinstance(by, str) else list(by)
    sized = frame[frame["dead_and_missing"].gt(0)]
    is_cumulative = sized["kind"].eq("cumulative")
    sized = sized.assign(incidents=~is_cumulative, cumulative_records=is_cumulative)
    grouped = sized.groupby([*keys, "dead_and_missing"], as_index=False, dropna=False)
    return grouped[["incidents", "cumulative_records"]].sum()


@checked
def merge(*files: Incidents) -> Incidents:
    """Make one set of incidents out of several files, each incident once.

    Parameters
    ----------
    *files
        Files in the order in which they were extracted: what a later one says of an incident
        replaces what an earlier one said, with all its records.

    Returns
    -------
    Incidents
        The notes say how many incidents were replaced, and which the newer file no longer has.

    Raises
    ------
    InputError
        If no file is given, or files whose ids cannot be compared share a month.

    Notes
    -----
    Incidents are recognised by id. An incident of an earlier file that a later file lacks, although
    that file has at least 90 % of the earlier one's incidents of the month, was withdrawn or given
    another id by the publisher, and is dropped: kept, it would be counted twice. Files without ids
    (or with ids of the older scheme) cannot be merged by incident: cut them to months that do not
    overlap (`Incidents.between`).
    """
    if not files:
        raise InputError("merge needs at least one file of incidents.")
    return reduce(_merged, files)


def _merged(older: Incidents, newer: Incidents) -> Incidents:
    if older.id_scheme != newer.id_scheme or older.id_scheme == "none":
        return _appended(older, newer)
    newer_ids = set(newer.records["incident"])
    is_replaced = older.records["incident"].isin(newer_ids)
    replaced = older.records.loc[is_replaced, "incident"].nunique()
    rest = older.records[~is_replaced]
    before = older.records.groupby("month")["incident"].nunique()
    after = newer.records.groupby("month")["incident"].nunique().reindex(before.index, fill_value=0)
    is_covered = rest["month"].isin(before.index[after >= COVERED * before])
    gone = rest[is_covered]
    notes = [Note("REPLACED", f"incidents taken from the newer file ({newer.layout})", replaced)]
    if len(gone):
        ids = sorted(set(gone["incident"]))
        people = gone["dead_and_missing"].sum()
        notes.append(
            Note(
                "WITHDRAWN",
                f"incidents that the newer file no longer has under their id, with {people:,.0f} "
                f"dead and missing, dropped: {', '.join(ids[:10])}",
                len(ids),
            )
        )
    return Incidents(
        pd.concat([rest[~is_covered], newer.records], ignore_index=True),
        newer.id_scheme,
        newer.layout,
        newer.source,
        (*older.notes, *newer.notes, *notes),
    )


def _appended(older: Incidents, newer: Incidents) -> Incidents:
    shared = set(older.records["month"].dropna()) & set(newer.records["month"].dropna())
    if shared:
        raise InputError(
            f"'{older.layout}' and '{newer.layout}' share {len(shared)} months, such as "
            f"{min(shared):%Y-%m}, and their ids cannot be compared, so incidents would be counted "
            "twice. Cut one of them with Incidents.between(first, last)."
        )
    frames = []
    for number, file in enumerate((older, newer), start=1):
        records = file.records.copy()
        name = file.source.file or f"file {number}"
        for column in ("incident", "record"):  # row numbers are unique in one file only
            is_row = records[column].str.startswith("row ")
            records[column] = records[column].where(~is_row, name + " " + records[column])
        frames.append(records)
    return Incidents(
        pd.concat(frames, ignore_index=True),
        "none",
        f"{older.layout} + {newer.layout}",
        newer.source,
        (*older.notes, *newer.notes),
    )
