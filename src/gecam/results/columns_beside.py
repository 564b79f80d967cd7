"""The columns of the rows of a release, and of the tables that stand beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gecam.results.columns import OutputColumn

# Labels of a row of a release that tell it from others.
ROW_LABELS = ("breakdown", "iso3", "crisis", "group", "origin", "region")
# Rows of a release, by row format. The root of a release is over these columns in this order: a
# format is never changed; further columns are a further format.
ROW_FORMAT = 1
RELEASE_ROWS: Mapping[int, tuple[str, ...]] = {
    1: (
        "release", "breakdown", "id", "iso3", "m49", "crisis", "crisis_name", "glide", "group",
        "origin", "region", "as_of", "scope", "measure", "status", "reason", "evidence_level", "grade",
        "flags", "mean", "lower", "upper", "level", "median", "q05", "q10", "q25", "q75", "q90", "q95",
        "odds_ratio_1", "cv", "mcse", "lower_bound", "upper_bound", "double_count", "published",
        "stock", "inputs", "is_public", "seed", "draws", "versions", "config_sha256",
        "supersedes", "revision_reason",
    ),
}  # fmt: skip
# What reading a release adds to its rows, and what an export adds before some column.
STANDING = ("standing", "released_on")
READABLE: Mapping[str, tuple[str, ...]] = {"crisis": ("country",), "mean": ("people", "interval")}
# Rows of a release on a terminal, and as the file of the report.
ON_TERMINAL = ("id", "people", "interval", "grade", "evidence_level", "status")
IN_REPORT = (
    "breakdown", "id", "iso3", "crisis", "crisis_name", "origin", "region", "group", "as_of",
    "people", "interval", "mean", "lower", "upper", "level", "odds_ratio_1", "published", "grade",
    "evidence_level", "status", "reason", "flags",
)  # fmt: skip
# SDMX concept -> the column that it holds, or is made from.
SDMX: Mapping[str, str] = {
    "REF_AREA": "iso3", "BREAKDOWN": "breakdown", "CRISIS": "crisis", "GROUP": "group",
    "ORIGIN": "origin", "PART": "id", "MEASURE": "measure", "SCOPE": "scope", "TIME_PERIOD": "as_of",
    "OBS_VALUE": "mean", "LOWER": "lower", "UPPER": "upper", "LEVEL": "level", "GRADE": "grade",
    "EVIDENCE_LEVEL": "evidence_level", "FLAGS": "flags",
}  # fmt: skip

# Tables beside the rows of a release, in the database and in exports: their columns, in order. A
# name may mean another thing here than in the rows.
_RELEASE = ("release", "text", "name of the release")
_BESIDE: Mapping[str, tuple[tuple[Any, ...], ...]] = {
    "inputs": (
        _RELEASE,
        ("part", "text", "part of the case, such as the stock"),
        ("rows", "whole", "number of its rows", "1"),
        ("sources", "text", "ids of its sources"),
        ("is_public", "flag", "whether all its sources are public"),
        ("object", "text", "hash of the object that holds it"),
    ),
    "sources": (
        _RELEASE,
        ("id", "text", "short name of the source"),
        ("publisher", "text", "who published it"),
        ("title", "text", "its title"),
        ("edition", "text", "its edition or revision"),
        ("released_on", "text", "day on which the publisher released it"),
        ("licence", "text", "its licence"),
        ("url", "text", "where it was published"),
        ("sha256", "text", "hash of its file"),
        ("file", "text", "name of its file"),
        ("is_public", "flag", "whether everybody can have it"),
    ),
    "specifications": (
        _RELEASE,
        ("name", "text", "what was chosen"),
        ("value", "text", "how it was chosen"),
    ),
    "objects": (
        _RELEASE,
        ("role", "text", "what the object is in the release"),
        ("sha256", "text", "hash of its content"),
        ("name", "text", "name of its file"),
        ("kind", "text", "kind of its content"),
        ("shape", "text", "shape of its array"),
    ),
    "gather": (
        ("item", "whole", "number of the item of GATHER", "1"),
        ("section", "text", "its section"),
        ("question", "text", "what is to be reported"),
        ("answer", "text", "what is reported"),
    ),
    "codes": (
        ("list", "text", "column that the code stands in"),
        ("code", "text", "the code"),
        ("meaning", "text", "what it stands for"),
        ("whose", "text", "HAPI, or proposed here"),
    ),
    "about": (
        ("fact", "text", "what is said of the release"),
        ("value", "text", "the fact"),
    ),
}
BESIDE: Mapping[str, Mapping[str, OutputColumn]] = {
    table: {row[0]: OutputColumn(*row) for row in rows} for table, rows in _BESIDE.items()
}
