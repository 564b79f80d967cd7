"""The table of the columns that answers, releases and exports have."""

from __future__ import annotations

import pandas as pd

from gecam.results.columns import OUTPUT, RATES, SUMMARY, OutputColumn
from gecam.results.columns_beside import READABLE, RELEASE_ROWS, ROW_FORMAT, STANDING


def output_columns() -> pd.DataFrame:
    """Return what every column of an answer, a release and an export holds.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``kind``, ``unit``, ``meaning``, ``hxl`` as in `OutputColumn`, and ``tables``: which
        of summary, rates, release and export it stands in.

    Examples
    --------
    >>> from gecam.results import output_columns
    >>> output_columns().set_index("name").loc["mean", ["kind", "unit", "tables"]].tolist()
    ['number', 'people', 'summary, rates, release, export']
    """
    release = RELEASE_ROWS[ROW_FORMAT]
    tables = {
        "summary": {*SUMMARY},
        "rates": {*RATES},
        "release": {*release, *STANDING},
        "export": {*release, *STANDING, *(name for names in READABLE.values() for name in names)},
    }
    rows = pd.DataFrame([*OUTPUT.values()], columns=list(OutputColumn._fields))
    rows["tables"] = [
        ", ".join(table for table, names in tables.items() if name in names) for name in OUTPUT
    ]
    return rows[["name", "kind", "unit", "meaning", "hxl", "tables"]]
