"""The raw files of packaged figures, each checked against tools/manifest.csv.

They are in the folder $GECAM_RAW (default: ../shared/data beside the repository).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
from datetime import date
from functools import cache
from pathlib import Path

from gecam.model import Source

ROOT = Path(__file__).resolve().parent.parent
RAW = Path(os.environ.get("GECAM_RAW", ROOT.parent / "shared" / "data"))
CURATED = ROOT / "tools" / "curated"
Rows = list[dict[str, str]]
GHO_2022 = "crisis/gho2022_national_pin_response_plans.csv"
OVERVIEWS = {
    "2024": "crisis/hpc_hno_2024.csv.gz",
    "2025": "crisis/hpc_hno_2025.csv.gz",
    "2026": "crisis/hpc_hno_2026.csv",
}


def rows(path: Path) -> Rows:
    """Read a table of text."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def manifest() -> dict[str, dict[str, str]]:
    """Return what is stated of each raw file: publisher, title, licence, SHA-256 and others."""
    return {row["file"]: row for row in rows(ROOT / "tools" / "manifest.csv")}


def checked(file: str) -> Path:
    """Return the path of a raw file whose bytes are those of the manifest."""
    path = RAW / file
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != manifest()[file]["sha256"]:
        raise SystemExit(
            f"{file} is not the file that the packaged figures were built from (SHA-256 {digest}). "
            "Check what changed, then update tools/manifest.csv."
        )
    return path


def corrected(file: str) -> bytes:
    """Return an overview of OCHA with its faults of tools/curated/corrections.csv put right."""
    path = checked(file)
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for row in rows(CURATED / "corrections.csv"):
        if row["file"] not in {GHO_2022, *OVERVIEWS.values()}:
            raise SystemExit(f"corrections.csv: no tool reads {row['file']} through corrections.")
        if row["file"] == file:
            wrong, right = row["published"].encode(), row["corrected"].encode()
            if data.count(wrong) != 1:
                raise SystemExit(
                    f"{file} no longer holds {row['published']!r} once: {row['reason']}"
                )
            data = data.replace(wrong, right)
    return data


def source_of(file: str) -> Source:
    """Return the source of a raw file."""
    row = manifest()[file]
    return Source(
        row["id"], row["publisher"], row["title"], row["edition"],
        date.fromisoformat(row["released_on"]) if row["released_on"] else None,
        row["licence"], row["url"], row["sha256"], Path(file).name,
    )  # fmt: skip
