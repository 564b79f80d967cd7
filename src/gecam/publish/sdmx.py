"""Rows of estimates as observations in SDMX-CSV 2.0."""

from __future__ import annotations

import pandas as pd

from gecam.results import SDMX

STRUCTURE_ID = "GECAM:CRISIS_AFFECTED_MIGRANTS(1.0)"
ANY = "_T"  # total
# What stands for all: the world as in the code list CL_AREA.
EVERY = {"REF_AREA": "W", "CRISIS": ANY, "GROUP": ANY, "ORIGIN": ANY}
CONSTANTS = {
    "STRUCTURE": "dataflow", "STRUCTURE_ID": STRUCTURE_ID, "ACTION": "I", "FREQ": "A",
    "UNIT_MEASURE": "PS", "UNIT_MULT": 0,
}  # fmt: skip
NONE = "_Z"  # not applicable
# Observation status and confidentiality, SDMX code lists CL_OBS_STATUS and CL_CONF_STATUS.
OBS_STATUS = {"estimated": "E", "superseded": "E", "left_out": "E", "published": "M"}
MISSING = "M"
SDMX_COLUMNS = (
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", *SDMX, "UNIT_MEASURE", "UNIT_MULT", "OBS_STATUS",
    "CONF_STATUS",
)  # fmt: skip


def sdmx_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one observation per row of estimates.

    Parameters
    ----------
    rows
        Rows of a release, as `gecam.Database.estimates` returns them.

    Returns
    -------
    pandas.DataFrame
        `SDMX_COLUMNS`. The key is ``REF_AREA`` x ``BREAKDOWN`` x ``CRISIS`` x ``GROUP`` x
        ``ORIGIN`` x ``PART`` x ``MEASURE`` x ``SCOPE`` x ``TIME_PERIOD``. ``REF_AREA`` is ISO3 or
        ``W``; ``_T`` stands for all, ``_Z`` for not applicable. ``OBS_VALUE`` is the mean, persons;
        ``OBS_STATUS`` is E (estimated) or M (missing); ``CONF_STATUS`` is F (free) or C
        (suppressed).
    """
    hidden = rows["status"].isin(["suppressed", "below_threshold"])
    status = rows["status"].map(OBS_STATUS).fillna(MISSING)
    columns = {concept: rows[column] for concept, column in SDMX.items()}
    for concept, words in EVERY.items():
        columns[concept] = columns[concept].where(columns[concept].ne(""), words)
    columns |= {
        "PART": _part(rows),
        "OBS_STATUS": status.where(rows["mean"].notna(), MISSING),
        "CONF_STATUS": hidden.map({True: "C", False: "F"}),
    }
    return pd.DataFrame({**CONSTANTS, **columns}, columns=list(SDMX_COLUMNS), index=rows.index)


def _part(rows: pd.DataFrame) -> pd.Series:
    """Return what tells apart the rows of totals, parts and regions."""
    named = rows["id"].str.partition("/")[2]
    return named.where(rows["breakdown"].isin(["total", "part", "region", "subregion"]), NONE)
