"""Rows of estimates as observations in SDMX-CSV 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gecam._signature import checked
from gecam.results import CELL_ROWS, GROUP_WORDS, MEASURE_WORDS, OUTPUT, SDMX

AGENCY, DATAFLOW, VERSION = "GECAM", "CRISIS_AFFECTED_MIGRANTS", "1.0"
STRUCTURE_ID = f"{AGENCY}:{DATAFLOW}({VERSION})"
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

SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/develop/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
DIMENSIONS = (
    "FREQ",
    "REF_AREA",
    "BREAKDOWN",
    "CRISIS",
    "GROUP",
    "ORIGIN",
    "PART",
    "MEASURE",
    "SCOPE",
)
MEASURE_CONCEPT = "OBS_VALUE"
NUMBERS = ("OBS_VALUE", "LOWER", "UPPER", "LEVEL", "EVIDENCE_LEVEL", "UNIT_MULT")
# Concepts whose codes are listed, with the words of those that have some; REF_AREA is ISO 3166-1.
CODED: Mapping[str, Mapping[str, str]] = {
    "FREQ": {"A": "annual"},
    "BREAKDOWN": {},
    "GROUP": {**GROUP_WORDS, ANY: "all migrants"},
    "MEASURE": MEASURE_WORDS,
    "SCOPE": {},
    "GRADE": {},
    "UNIT_MEASURE": {"PS": "persons"},
    "OBS_STATUS": {"E": "estimated", "M": "missing"},
    "CONF_STATUS": {"F": "free", "C": "confidential, suppressed"},
}
MEANINGS = {
    "FREQ": "frequency", "PART": "which part, region or total the row is", "UNIT_MEASURE": "unit",
    "UNIT_MULT": "power of ten of the unit", "OBS_STATUS": "status of the observation",
    "CONF_STATUS": "confidentiality of the observation",
}  # fmt: skip


@checked
def sdmx_structure(observations: pd.DataFrame, *, made_on: str) -> dict[str, Any]:
    """Return the structure definition of `sdmx_rows`, as a structure message in SDMX-JSON 2.0.

    Parameters
    ----------
    observations
        The table that `sdmx_rows` returned; its codes are listed.
    made_on
        The date and time at which the message was prepared, ISO 8601, UTC: that of the release.

    Returns
    -------
    dict
        Code lists, concepts, data structure and dataflow, to be written as JSON.

    References
    ----------
    .. [1] SDMX Technical Working Group. *SDMX-JSON Structure Message*, version 2.0.0.
    """
    concepts = [
        name for name in SDMX_COLUMNS if name not in ("STRUCTURE", "STRUCTURE_ID", "ACTION")
    ]
    maintained = {"agencyID": AGENCY, "version": VERSION}
    lists = [
        {
            **maintained,
            "id": f"CL_{concept}",
            "name": _meaning(concept),
            "codes": [
                {"id": code, "name": words.get(code, code)}
                for code in sorted({*words, *observations[concept].astype(str)} - {""})
            ],
        }
        for concept, words in CODED.items()
    ]
    attributes = [
        _component(concept) | {
            "attributeRelationship": {"observation": {}},
            "measureRelationship": [MEASURE_CONCEPT],
        }
        for concept in concepts
        if concept not in (*DIMENSIONS, "TIME_PERIOD", MEASURE_CONCEPT)
    ]  # fmt: skip
    structure = {
        **maintained,
        "id": DATAFLOW,
        "name": "Migrants affected by crises",
        "dataStructureComponents": {
            "dimensionList": {
                "dimensions": [_component(concept) for concept in DIMENSIONS],
                "timeDimension": _component("TIME_PERIOD"),
            },
            "measureList": {"measures": [_component(MEASURE_CONCEPT)]},
            "attributeList": {"attributes": attributes},
        },
    }
    dataflow = {
        **maintained,
        "id": DATAFLOW,
        "name": "Migrants affected by crises",
        "structure": _urn("datastructure.DataStructure", DATAFLOW),
    }
    scheme = {
        **maintained,
        "id": "CONCEPTS",
        "name": "What the columns hold",
        "concepts": [{"id": concept, "name": _meaning(concept)} for concept in concepts],
    }
    return {
        "meta": {"schema": SCHEMA, "id": DATAFLOW, "prepared": made_on, "sender": {"id": AGENCY}},
        "data": {
            "codelists": lists,
            "conceptSchemes": [scheme],
            "dataflows": [dataflow],
            "dataStructures": [structure],
        },
    }


def _urn(kind: str, name: str, item: str = "") -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={AGENCY}:{name}({VERSION}){item and '.' + item}"


def _meaning(concept: str) -> str:
    return MEANINGS[concept] if concept in MEANINGS else OUTPUT[SDMX[concept]].meaning


def _component(concept: str) -> dict[str, Any]:
    """Return a column of the data structure: its concept, and its code list or type."""
    if concept in CODED:
        held: dict[str, Any] = {"enumeration": _urn("codelist.Codelist", f"CL_{concept}")}
    else:
        time = "ObservationalTimePeriod" if concept == "TIME_PERIOD" else "String"
        held = {"format": {"dataType": "Double" if concept in NUMBERS else time}}
    identity = _urn("conceptscheme.Concept", "CONCEPTS", concept)
    return {"id": concept, "conceptIdentity": identity, "localRepresentation": held}


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
    """Return what tells apart the rows of totals, parts and regions, and groups of regional plans."""
    named = rows["id"].str.partition("/")[2]
    of_cell = named.str.rpartition("/")[2].replace("", NONE)
    part = named.where(rows["breakdown"].isin(["total", "part", "region", "subregion"]), NONE)
    return part.where(~rows["breakdown"].isin(CELL_ROWS), of_cell)
