"""Packaged figures that the defaults are calibrated on, and that back-tests judge by."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

from gecam.errors import InputError

CALIBRATION_TABLES = (
    "stock_totals", "stock_basis", "corridors", "origin_gaps", "needs_pairs", "published_shares",
    "both_groups", "areas", "sources",
)  # fmt: skip
_TEXTS = (
    "source", "destination", "origin", "basis", "earlier_source", "later_source", "comparison",
    "iso3", "what", "first_source", "second_source", "group", "group_published", "tag",
    "source_title", "country", "note", "residents_source", "area", "file", "id", "publisher",
    "title", "edition", "licence", "url", "sha256",
)  # fmt: skip
_FLAGS = ("refugees_added", "is_imputed", "is_by_construction")


def load_calibration(table: str) -> pd.DataFrame:
    """Load one table of the figures behind the defaults; no network.

    Parameters
    ----------
    table
        - ``stock_totals``: migrants by destination and date in the 2019, 2020 and 2024 revisions of
          UN DESA (`source`).
        - ``stock_basis``: how each destination counted, in the 2020 and 2024 revisions; the 2019
          table does not say it.
        - ``corridors``: people by destination and origin with figures in two revisions, where the
          destination's total of the last common year was revised by more than 0.1 %.
        - ``origin_gaps``: the same destinations: people whose origin only one of the two tells.
        - ``needs_pairs``: two published figures of people in need (`first`, `second`) for one
          country, by `comparison`: ``two_tables`` (OCHA's two tables of the plans of 2022),
          ``year_before`` (plans of 2021 and 2022), ``severity_same_year`` (overview 2024 and
          INFORM Severity, July 2024) and ``severity_before`` (INFORM, January 2024, and overview).
        - ``published_shares``: people of one group in need beside those present, with a tag.
        - ``both_groups``: migrants other than refugees, and residents, in need and present.
        - ``areas``: people in need, residents, and refugees in need where they are published, by
          area of the first administrative level, 2024.
        - ``sources``: publisher, title, edition, first public day, licence and hash by `id`.

    Returns
    -------
    DataFrame
        People are persons; dates are days; an empty cell was not published, and is not zero.

    Raises
    ------
    InputError
        If there is no such table.

    Examples
    --------
    >>> from gecam.datasets import load_calibration
    >>> totals = load_calibration("stock_totals")
    >>> day = totals["as_of"].eq("2020-07-01")
    >>> totals[day].groupby("source")["people"].sum()
    source
    undesa-ims-2020    280598105.0
    undesa-ims-2024    275284032.0
    Name: people, dtype: float64
    """
    if table not in CALIBRATION_TABLES:
        raise InputError(f"no table {table!r}. There are: {', '.join(CALIBRATION_TABLES)}.")
    path = files("gecam.datasets") / "calibration" / f"{table}.csv"
    with path.open("r", encoding="utf-8") as lines:
        rows = pd.read_csv(lines, dtype=str, keep_default_na=False)
    for name in rows.columns:
        if name in {"as_of", "released_on"}:
            rows[name] = pd.to_datetime(rows[name].replace("", None))
        elif name in _FLAGS:
            rows[name] = rows[name].eq("true")
        elif name not in _TEXTS:
            rows[name] = pd.to_numeric(rows[name].replace("", None)).astype("float64")
    return rows
