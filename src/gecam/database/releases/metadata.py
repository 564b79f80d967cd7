"""Machine-readable metadata of an export: Frictionless data package and RO-Crate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pandas as pd

from gecam.database.storage.canonical import canonical_json
from gecam.results import BESIDE, OUTPUT, OutputColumn

MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "md": "text/markdown",
    "cff": "application/x-yaml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Table of an export -> its columns; rows of estimates are described by those of all tables.
DESCRIBED = {**BESIDE, "specification": BESIDE["specifications"]}
LICENCE = "The figures of the sources keep their licences, which are stated beside each."


@dataclass(frozen=True, eq=False)
class About:
    """Title, description, date and sources of a release, as every export states them.

    Parameters
    ----------
    name, title, description
        Of the release; the description has its standing and what disclosure did.
    released_on
        UTC.
    root
        Of the release; empty where it could give a hidden figure away.
    gecam
        Version that made it.
    sources
        Table of sources.
    """

    name: str
    title: str
    description: str
    released_on: str
    root: str
    gecam: str
    sources: pd.DataFrame


def data_package(
    about: About, tables: Mapping[str, pd.DataFrame], files: Mapping[str, bytes]
) -> Any:
    """Return a Frictionless data package of CSV tables; keys of `tables` are names of files."""
    return {
        "profile": "tabular-data-package",
        "name": f"gecam-{about.name.lower().replace('_', '-')}",
        "title": about.title,
        "description": about.description,
        "created": about.released_on,
        "version": about.name,
        "sources": [
            {"title": f"{s['publisher']}: {s['title']}", "path": s["url"]}
            if s["url"]
            else {"title": f"{s['publisher']}: {s['title']}"}
            for s in about.sources.to_dict("records")
        ],
        "resources": [_resource(name, frame, files[name]) for name, frame in tables.items()],
    }


def _resource(name: str, frame: pd.DataFrame, content: bytes) -> dict[str, Any]:
    columns = DESCRIBED.get(name.partition(".")[0], OUTPUT)
    schema: dict[str, Any] = {
        "fields": [_field(frame[column], columns.get(str(column))) for column in frame.columns],
        "missingValues": [""],
    }
    if "id" in frame.columns:
        schema["primaryKey"] = ["id"]
    return {
        "profile": "tabular-data-resource",
        "name": name.partition(".")[0],
        "path": name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "schema": schema,
    }


def _field(cells: pd.Series, column: OutputColumn | None) -> dict[str, str]:
    """Return the description of a column: its type, and its meaning and unit where they are stated."""
    stated = {"name": str(cells.name), "type": _type(cells)}
    if column is None:
        return stated
    unit = f"; unit: {column.unit}" if column.unit else ""
    return {**stated, "description": f"{column.meaning}{unit}"}


def _type(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    return "number" if pd.api.types.is_numeric_dtype(column) else "string"


def citation(about: About) -> str:
    """Return how to cite a release of data, in the Citation File Format 1.2.0."""
    text = canonical_json  # strings of JSON are strings of YAML
    lines = {
        "cff-version": "1.2.0",
        "message": "Please cite this release, and the publishers of its figures (sources.csv).",
        "type": "dataset",
        "title": about.title,
        "version": about.name,
        "date-released": about.released_on[:10],
        "abstract": about.description,
    }
    said = [f"{key}: {text(value).decode()}" for key, value in lines.items()]
    return "\n".join([*said, "authors:", '  - name: "The gecam authors"', "references:",
                      "  - type: software", '    title: "gecam"', f'    version: "{about.gecam}"',
                      "    authors:", '      - name: "The gecam authors"']) + "\n"  # fmt: skip


def checksums(files: Mapping[str, bytes]) -> bytes:
    """Return the checksums of all files, as ``sha256sum --check`` reads them."""
    lines = (f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    return "".join(lines).encode("ascii")


def ro_crate(about: About, files: Mapping[str, bytes]) -> Any:
    """Return RO-Crate metadata: the files, what they were made from, and by what."""
    software = {
        "@id": "#gecam",
        "@type": "SoftwareApplication",
        "name": "gecam",
        "version": about.gecam,
        "license": "https://spdx.org/licenses/Apache-2.0",
    }
    sources = [
        {
            "@id": f"#source-{s['id']}",
            "@type": "CreativeWork",
            "name": s["title"],
            "publisher": s["publisher"],
            "version": s["edition"],
            "license": s["licence"],
            "url": s["url"],
            "datePublished": s["released_on"],
            "sha256": s["sha256"],
        }
        for s in about.sources.to_dict("records")
    ]
    parts = [
        {
            "@id": name,
            "@type": "File",
            "encodingFormat": MEDIA_TYPES[name.rpartition(".")[2]],
            "contentSize": str(len(content)),
            "sha256": sha256(content).hexdigest(),
        }
        for name, content in files.items()
    ]
    made = {
        "@id": "#estimation",
        "@type": "CreateAction",
        "name": f"Release {about.name}",
        "endTime": about.released_on,
        "instrument": {"@id": "#gecam"},
        "object": [{"@id": source["@id"]} for source in sources],
        "result": [{"@id": name} for name in files],
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.title,
        "description": about.description,
        "datePublished": about.released_on,
        "identifier": about.root or about.name,
        "license": LICENCE,
        "hasPart": [{"@id": name} for name in files],
        "mentions": {"@id": "#estimation"},
    }
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    graph = [descriptor, root, *parts, made, software, *(_without_empty(s) for s in sources)]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}


def _without_empty(entity: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entity.items() if value != ""}
