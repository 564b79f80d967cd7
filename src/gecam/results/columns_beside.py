"""The columns of the tables that stand beside the rows of a release: kind, unit and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gecam.results.columns import OutputColumn

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
