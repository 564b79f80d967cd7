"""INFORM Risk Index (European Commission JRC)."""

from __future__ import annotations

import math
import re

import pandas as pd

from gecam.io.door import File, Sheet, read_table, refuse_empty
from gecam.io.severity.inform import MISSING
from gecam.model import Note
from gecam.model.severity import RiskTable

_WORDS = ("COUNTRY", "ISO3", "RISK CLASS", "Countries in HVC")


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
        If cells cannot be read, or lie outside the scale that row 2 states.

    Notes
    -----
    The components "Uprooted people" and "Recent Shocks" rest on counts of displaced and affected
    people: a model of people in need must not use them.
    """
    sheet = read_table(path, delimiter=",").require("ISO3", "INFORM RISK")
    refuse_empty(sheet)
    is_scale = sheet.text("ISO3").str.startswith("(").to_numpy(dtype=bool)
    scales = sheet.take(is_scale)
    sheet = sheet.take(~is_scale)
    refuse_empty(sheet)
    codes = sheet.countries("ISO3")
    components = [label for label in sheet.cells if label not in _WORDS]
    frames = []
    for label in components:
        least, most = _scale(scales, label)
        values = sheet.amounts(label, missing=MISSING, least=least, most=most)
        frames.append(pd.DataFrame({"iso3": codes, "component": label, "value": values}))
    edition = re.search(r"20\d\d", sheet.file)
    source = sheet.source(
        "inform-risk", "European Commission JRC", "INFORM Risk Index",
        edition[0] if edition else "",
        licence="CC BY 4.0", url="https://drmkc.jrc.ec.europa.eu/inform-index/INFORM-Risk",
    )  # fmt: skip
    notes = sheet.told(Note("SCALES_DROPPED", "rows of scales left out", int(is_scale.sum())))
    return RiskTable(pd.concat(frames, ignore_index=True), source, notes)


def _scale(scales: Sheet, label: str) -> tuple[float, float]:
    """Return the ends of a component's scale as the row below the header states it: ``(0-10)``."""
    for cell in scales.prose(label):
        stated = re.fullmatch(r"\((\d+)-(\d+)%?\)", cell)
        if stated:
            return float(stated[1]), float(stated[2])
    return (0.0, 10.0) if label == "INFORM RISK" else (-math.inf, math.inf)
