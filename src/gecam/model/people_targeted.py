"""People in need, targeted and reached of refugees and migrants, as a plan publishes them by group."""

from __future__ import annotations

import pandas as pd

from gecam._signature import checked
from gecam.model.needs import NeedsTable

TARGET_COLUMNS = (
    "destination", "group", "who", "basis", "in_need", "targeted", "reached", "not_targeted",
    "targeted_share", "note",
)  # fmt: skip
PROTECTION = frozenset({"refugees", "asylum_seekers", "refugees_and_asylum_seekers"})
_RESPONSE = r"refugee|r[eé]fugi"  # words of the part of a plan that responds to refugees
HOSTS_UNKNOWN = "of the refugee response: hosts or planned arrivals may be in it"


@checked
def published_targets(table: NeedsTable) -> pd.DataFrame:
    r"""Return refugees and migrants in need, targeted and reached, as an overview publishes them.

    Parameters
    ----------
    table
        A needs overview (`gecam.io.read_hno`, `gecam.io.read_hapi`).

    Returns
    -------
    DataFrame
        One row for each ``destination`` and group: ``group`` (``protection``, or ``migrants``: also
        refugees and migrants not told apart), ``who`` (the publisher's words), ``basis``
        (``group``, a group of all sectors; else ``refugee response``, that part of the plan),
        ``in_need``, ``targeted``, ``reached`` (persons, NaN where not published), ``not_targeted``
        (in need less targeted), ``targeted_share``, ``note``. Nothing in it is estimated: a count
        that is not published stays missing, and a plan that publishes no group has no row.

    Notes
    -----
    Each country has one row per group: that of the group in all sectors where there is one, else
    the row for refugees of the refugee response, else the response itself, which may hold hosts.

    Examples
    --------
    >>> from gecam.io import read_hno
    >>> from gecam.model import published_targets
    >>> head = "Country ISO3,Description,Cluster,Category,Population,In Need,Targeted,Affected,Reached"
    >>> rows = ["SDN,Final caseload,ALL,,50000000,24000000,14000000,,",
    ...         "SDN,Final caseload,ALL,Refugees,900000,900000,800000,,300000"]
    >>> targets = published_targets(read_hno("\n".join([head, *rows]).encode()))
    >>> targets[["destination", "who"]].iloc[0].tolist(), int(targets["not_targeted"].iloc[0])
    (['SDN', 'Refugees'], 100000)
    """
    rows = table.rows
    everybody = rows["sex"].eq("total") & rows["age"].eq("all") & rows["qualifier"].eq("")
    national = rows[rows["level"].isin(["admin0"]) & everybody]
    group = national["population_group"]
    is_response = national["description"].astype(object).str.contains(_RESPONSE, case=False)
    parts = [
        _part(national[group.isin(PROTECTION) & national["sector"].eq("intersectoral")],
              "protection", "group"),
        _part(national[group.eq("migrants") & national["sector"].eq("intersectoral")],
              "migrants", "group"),
        _part(national[group.isin(PROTECTION) & is_response], "protection", "refugee response"),
        _part(national[group.eq("all") & is_response & national["category"].eq("")],
              "protection", "refugee response", HOSTS_UNKNOWN),
    ]  # fmt: skip
    first = pd.concat(parts, ignore_index=True).drop_duplicates(["destination", "group"])
    return with_gaps(first)


def _part(rows: pd.DataFrame, group: str, basis: str, note: str = "") -> pd.DataFrame:
    """Return the rows of one kind, the first of each country."""
    texts = rows[["iso3", "category", "description"]].astype(object)
    who = texts["category"].where(texts["category"].ne(""), texts["description"])
    is_both = who.str.contains("migrant", case=False)  # refugees and migrants, not told apart
    groups = is_both.map({True: "migrants", False: group})
    columns = {"destination": texts["iso3"], "group": groups, "who": who, "basis": basis}
    counts = rows[["in_need", "targeted", "reached"]]
    return pd.DataFrame(columns).assign(**counts, note=note).drop_duplicates("destination")


def with_gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """Return published counts with those in need whom the plan does not target, and its share.

    Parameters
    ----------
    rows
        Columns ``in_need`` and ``targeted``, persons, NaN where not published.
    """
    gap = rows["in_need"] - rows["targeted"]
    share = rows["targeted"] / rows["in_need"].where(rows["in_need"] > 0)
    table = rows.assign(not_targeted=gap, targeted_share=share)
    table = table.reindex(columns=list(TARGET_COLUMNS))
    return table.sort_values(["destination", "group"], ignore_index=True)
