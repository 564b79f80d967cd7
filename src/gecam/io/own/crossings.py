"""Reader of attempted crossings: the user's own table, for rates."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import pandas as pd

from gecam._signature import checked
from gecam.errors import CoverageWarning, caller_level
from gecam.io.door import File, read_table, total_rows

COUNTS = ("arrivals", "interceptions", "returns")


@checked
def read_crossings(file: File, *, keys: Sequence[str]) -> pd.DataFrame:
    r"""Read attempted crossings by route, country or period.

    Parameters
    ----------
    file
        A table, text or workbook, with the columns in `keys`, ``arrivals``, and where they are
        counted ``interceptions`` and ``returns`` (empty or absent: nobody counts them) and
        ``log_sd`` (error of the sum on the log scale; empty or absent: 0).
    keys
        Names of the columns that say which row of the deaths a row belongs to.

    Returns
    -------
    DataFrame
        The columns in `keys` as text, then ``arrivals``, ``interceptions``, ``returns``,
        ``log_sd``; people, and empty where not counted.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If a cell is no number, or a row repeats.

    Warns
    -----
    CoverageWarning
        If the workbook has hidden sheets: they are not read.

    Examples
    --------
    >>> from gecam.io import read_crossings
    >>> table = read_crossings(b"route,arrivals,interceptions\nDarien,520000,\n", keys=["route"])
    >>> table.loc[0, "arrivals"], bool(np.isnan(table.loc[0, "interceptions"]))
    (np.float64(520000.0), True)
    """
    sheet = read_table(file).require(*keys, "arrivals")
    columns: dict[str, object] = {key: sheet.text(key) for key in keys}
    if keys:
        named = pd.DataFrame(columns)
        sheet.refuse(total_rows(named), keys[0], "the row is a total", "Take it out.", "TOTAL_ROW")
    for name in COUNTS:
        columns[name] = sheet.people(name) if name in sheet else float("nan")
    log_sd = pd.Series(0.0, index=range(len(sheet)))
    if "log_sd" in sheet:
        log_sd = pd.Series(sheet.amounts("log_sd", least=0)).fillna(0.0)
    table = pd.DataFrame({**columns, "log_sd": log_sd})
    group = table[list(keys)] if keys else pd.DataFrame({"all": 0}, index=table.index)
    sheet.refuse(group.duplicated(), ", ".join(keys), "the row occurs twice", code="DUPLICATE")
    sheet.check()
    for note in sheet.told():  # a frame cannot carry them
        warnings.warn(f"{sheet.file}: {note.text}", CoverageWarning, stacklevel=caller_level())
    return table
