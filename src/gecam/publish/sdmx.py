"""SDMX-CSV 2.0: rows of estimates as observations."""

from __future__ import annotations

import pandas as pd

STRUCTURE_ID = "GECAM:CRISIS_AFFECTED_MIGRANTS(1.0)"
WORLD = "W"  # as in the code list CL_AREA
ANY = "_T"  # total
NONE = "_Z"  # not applicable
# Observation status and confidentiality, SDMX code lists CL_OBS_STATUS and CL_CONF_STATUS.
OBS_STATUS = {"estimated": "E", "superseded": "E", "left_out": "E", "published": "M"}
MISSING = "M"
SDMX_COLUMNS = (
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "BREAKDOWN", "CRISIS", "GROUP",
    "ORIGIN", "PART", "MEASURE", "SCOPE", "TIME_PERIOD", "OBS_VALUE", "LOWER", "UPPER", "LEVEL",
    "GRADE", "RUNG", "FLAGS", "UNIT_MEASURE", "UNIT_MULT", "OBS_STATUS", "CONF_STATUS",
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
    return pd.DataFrame({
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": STRUCTURE_ID,
        "ACTION": "I",
        "FREQ": "A",
        "REF_AREA": rows["iso3"].where(rows["iso3"].ne(""), WORLD),
        "BREAKDOWN": rows["breakdown"],
        "CRISIS": rows["crisis"].where(rows["crisis"].ne(""), ANY),
        "GROUP": rows["group"].where(rows["group"].ne(""), ANY),
        "ORIGIN": rows["origin"].where(rows["origin"].ne(""), ANY),
        "PART": _part(rows),
        "MEASURE": rows["measure"],
        "SCOPE": rows["scope"],
        "TIME_PERIOD": rows["as_of"],
        "OBS_VALUE": rows["mean"],
        "LOWER": rows["lower"],
        "UPPER": rows["upper"],
        "LEVEL": rows["level"],
        "GRADE": rows["grade"],
        "RUNG": rows["rung"],
        "FLAGS": rows["flags"],
        "UNIT_MEASURE": "PS",
        "UNIT_MULT": 0,
        "OBS_STATUS": status.where(rows["mean"].notna(), MISSING),
        "CONF_STATUS": hidden.map({True: "C", False: "F"}),
    }, columns=list(SDMX_COLUMNS))  # fmt: skip


def _part(rows: pd.DataFrame) -> pd.Series:
    """Return what tells apart the rows of totals, parts and regions."""
    named = rows["id"].str.partition("/")[2]
    return named.where(rows["breakdown"].isin(["total", "part", "region", "subregion"]), NONE)
