"""INFORM Risk Index (European Commission JRC)."""

from __future__ import annotations

import re

import pandas as pd

from gecam.codes import is_iso3
from gecam.io.hxl import refuse_empty
from gecam.io.inform import MISSING
from gecam.io.intake import Source as File
from gecam.io.tables import raise_problems, read_delimited
from gecam.model import Note, Source
from gecam.model.severity import RiskTable


def read_risk(path: File) -> RiskTable:
    """Read the INFORM Risk Index: the header in row 1, scales in row 2, one row per country.

    Parameters
    ----------
    path
        The CSV file.

    Returns
    -------
    RiskTable
        Every column of numbers is a component. They are indices, not persons; ``x`` is missing.

    Raises
    ------
    LayoutError
        If there is no column ``ISO3`` or ``INFORM RISK``.
    InputError
        If cells cannot be read.

    Notes
    -----
    The components "Uprooted people" and "Recent Shocks" rest on counts of displaced and affected
    people: a model of people in need must not use them.
    """
    sheet = read_delimited(path).require("ISO3", "INFORM RISK")
    refuse_empty(sheet)
    codes = sheet.text("ISO3")
    is_country = codes.map(is_iso3).to_numpy(dtype=bool)
    odd = codes[~is_country & ~codes.str.startswith("(")]
    raise_problems(
        sheet,
        [
            sheet.problem(int(at), "ISO3", f"{code!r} is not an ISO3 code", code="CODE")
            for at, code in odd.items()
        ],
    )
    sheet = sheet.take(is_country)
    refuse_empty(sheet)
    codes = sheet.text("ISO3")
    frames, problems = [], []
    words = ("COUNTRY", "ISO3", "RISK CLASS", "Countries in HVC")
    for label in sheet.cells.columns:
        if label not in words:
            values, faults = sheet.numbers(label, missing=MISSING, is_count=False)
            problems += faults
            frames.append(pd.DataFrame({"iso3": codes, "component": label, "value": values}))
    raise_problems(sheet, problems)
    edition = re.search(r"20\d\d", sheet.file)
    source = Source(
        "inform-risk", "European Commission JRC", "INFORM Risk Index",
        edition[0] if edition else "",
        licence="CC BY 4.0", url="https://drmkc.jrc.ec.europa.eu/inform-index/INFORM-Risk",
        sha256=sheet.sha256, file=sheet.file,
    )  # fmt: skip
    scales = int((~is_country).sum())
    notes = (Note("SCALES_DROPPED", "rows of scales left out", scales),) if scales else ()
    return RiskTable(pd.concat(frames, ignore_index=True), source, notes)
