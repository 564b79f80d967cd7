"""INFORM Risk Index (European Commission JRC)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pandas as pd

from gecam.io.door import File, Sheet, open_file, read_table, reader, refuse_empty, sheets_with
from gecam.io.severity.inform import MISSING
from gecam.model import Note, RiskTable

_WORDS = ("COUNTRY", "ISO3", "RISK CLASS", "Countries in HVC")


@reader("risk", "European Commission, JRC", ["INFORM RISK", "ISO3"])
def read_risk(path: File) -> RiskTable:
    """Read the INFORM Risk Index: a row of labels, scales in the row below it, one row per country.

    Parameters
    ----------
    path
        The workbook, whose sheet with the index of all countries is read (``INFORM Risk 2026
        (a-z)``), or that sheet saved as CSV.

    Returns
    -------
    RiskTable
        Every column of numbers is a component. They are indices, not persons; ``x`` is missing.

    Raises
    ------
    LayoutError
        If no sheet, or more than one, has the columns ``ISO3`` and ``INFORM RISK``.
    InputError
        If cells cannot be read, or lie outside the scale that the row of scales states.

    Notes
    -----
    The components "Uprooted people" and "Recent Shocks" rest on counts of displaced and affected
    people: a model of people in need must not use them.
    """
    sheet = _sheet(path)
    refuse_empty(sheet)
    is_scale = sheet.text("ISO3").str.startswith("(").to_numpy(dtype=bool)
    scales = sheet.take(is_scale)
    sheet = sheet.take(~is_scale)
    refuse_empty(sheet)
    codes = sheet.countries("ISO3")
    frames = []
    for label in sheet.all_columns(*_WORDS):
        least, most = _scale(scales, label)
        values = sheet.amounts(label, missing=MISSING, least=least, most=most)
        frames.append(pd.DataFrame({"iso3": codes, "component": label, "value": values}))
    edition = re.search(r"20\d\d", f"{sheet.file} {sheet.sheet}")
    source = sheet.data_set("inform-risk", edition[0] if edition else "")
    notes = sheet.told(Note("SCALES_DROPPED", "rows of scales left out", int(is_scale.sum())))
    return RiskTable(pd.concat(frames, ignore_index=True), source, notes)


def _sheet(path: File) -> Sheet:
    """Return the table of the index: of a text file, or the sheet of a workbook that has it."""
    opened = open_file(path)
    fitting = sheets_with(opened, _is_header)
    of_countries = [name for name in fitting if "(a-z)" in name.casefold()]
    chosen = of_countries or fitting
    return read_table(
        opened, sheet=lambda name: name in chosen, header_row=_is_header, delimiter=","
    )


def _is_header(cells: Sequence[str]) -> bool:
    return {"ISO3", "INFORM RISK"} <= {" ".join(cell.split()) for cell in cells}


def _scale(scales: Sheet, label: str) -> tuple[float, float]:
    """Return the ends of a component's scale as the row below the header states it: ``(0-10)``."""
    for cell in scales.prose(label):
        stated = re.fullmatch(r"\((\d+)-(\d+)%?\)", cell)
        if stated:
            return float(stated[1]), float(stated[2])
    return (0.0, 10.0) if label == "INFORM RISK" else (-math.inf, math.inf)
