"""A release as the Humanitarian Data Exchange (HDX) would take it.

The table has the columns of HDX HAPI's humanitarian needs and, beside them, what HAPI has no place for:
interval, grade, flags. Figures whose inputs are not all public are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from gecam.codes import name as country_name
from gecam.database.releases.metadata import DESCRIBED, LICENCE, About
from gecam.results import (
    BESIDE,
    GROUP_WORDS,
    MEASURE_WORDS,
    OUTPUT,
    OutputColumn,
    flag_text,
    message,
)

# Rows of a release that a table of countries holds: all migrants, groups, and groups by crisis.
BREAKDOWNS = ("destination", "destination_group", "cell")
_PEOPLE = ("number", "people")
NEEDS_COLUMNS: Mapping[str, OutputColumn] = {
    name: OutputColumn(name, kind, meaning, unit, hxl)  # type: ignore[arg-type]  # kinds, as text
    for name, kind, unit, hxl, meaning in (
        ("location_code", "text", "", "#country+code+iso3", "country of residence, ISO 3166-1 alpha-3"),
        ("location_name", "text", "", "#country+name", "country of residence"),
        ("admin_level", "whole", "", "#meta+adm_level", "0: the whole country"),
        ("sector_code", "text", "", "#sector+code", "Intersectoral: need of any kind"),
        ("category", "text", "", "#group+description", "who is counted, in words"),
        ("population_group", "text", "", "#group+code", "code of the group; see codes.csv"),
        ("gender", "text", "", "#group+gender", "all: both sexes together"),
        ("age_range", "text", "", "#group+age+range", "all: all ages together"),
        ("min_age", "text", "", "#group+age+min", "empty: all ages"),
        ("max_age", "text", "", "#group+age+max", "empty: all ages"),
        ("population_status", "text", "", "#status+population", "what is counted; see codes.csv"),
        ("population", *_PEOPLE, OUTPUT["mean"].hxl, "mean of the draws; empty if not estimated"),
        ("population_lower", *_PEOPLE, OUTPUT["lower"].hxl, "lower end of the interval"),
        ("population_upper", *_PEOPLE, OUTPUT["upper"].hxl, "upper end of the interval"),
        ("reference_period_start", "text", "", "#date+start", "day that the row speaks for"),
        ("reference_period_end", "text", "", "#date+end", "the same day"),
    )
} | {
    name: OUTPUT[name]
    for name in ("level", "breakdown", "crisis", "crisis_name", "scope", "grade", "evidence_level",
                 "status", "flags", "reason")
}  # fmt: skip
CONSTANT = {"admin_level": 0, "sector_code": "Intersectoral", "gender": "all", "age_range": "all",
            "min_age": "", "max_age": ""}  # fmt: skip
RENAMED = {"iso3": "location_code", "mean": "population", "lower": "population_lower",
           "upper": "population_upper", "as_of": "reference_period_start"}  # fmt: skip
# No humanitarian standard has a code of migrants: these are proposed, and say so.
GROUP_CODES: Mapping[str, tuple[str, str]] = {
    "": (
        "MIG",
        "all international migrants: born abroad, or without citizenship, as the stock counts",
    ),
    **{group: (f"MIG_{group.upper()}", words) for group, words in GROUP_WORDS.items()},
}
OF_HAPI = {"in_need": "INN", "affected": "AFF"}
STATUS_CODES = OF_HAPI | {
    measure: measure[:3].upper() for measure in MEASURE_WORDS if measure not in OF_HAPI
}


def needs_of_migrants(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of countries, groups and crises in `NEEDS_COLUMNS`.

    Parameters
    ----------
    rows
        Rows of a release as they may be shown; those with inputs that are not public are left out.
    """
    rows = rows[rows["breakdown"].isin(BREAKDOWNS) & rows["is_public"].astype(bool)]
    group = rows["group"].map(GROUP_CODES)
    return rows.rename(columns=RENAMED).assign(
        **CONSTANT,
        location_name=[country_name(code) for code in rows["iso3"]],
        category=[f"international migrants: {words}" for _, words in group],
        population_group=[code for code, _ in group],
        population_status=rows["measure"].map(STATUS_CODES),
        reference_period_end=rows["as_of"],
    )[list(NEEDS_COLUMNS)]


def codes_table() -> pd.DataFrame:
    """Return every code of the table: list, code, meaning, and whether HAPI has it."""
    groups = [("population_group", *said, "proposed") for said in GROUP_CODES.values()]
    statuses = [
        ("population_status", code, MEASURE_WORDS[name], "HAPI" if name in OF_HAPI else "proposed")
        for name, code in STATUS_CODES.items()
    ]
    return pd.DataFrame(groups + statuses, columns=list(BESIDE["codes"]))


def data_dictionary(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what every column of every table holds; keys of `tables` are names of files."""
    rows = []
    for file, frame in tables.items():
        columns = NEEDS_COLUMNS if "location_code" in frame else DESCRIBED.get(file[:-4], OUTPUT)
        said = [
            columns.get(name, OutputColumn(name, "text", "")) for name in map(str, frame.columns)
        ]
        rows += [(file, c.name, c.kind, c.unit, c.meaning, c.hxl) for c in said]
    return pd.DataFrame(rows, columns=["file", "column", "kind", "unit", "meaning", "hxl"])


def hdx_dataset(about: About, rows: pd.DataFrame, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the form of a dataset on HDX: what its team asks of every contributor."""
    dates = sorted(set(rows["as_of"]) - {""}) or [about.released_on[:10]]
    return {
        "name": f"gecam-{about.name.lower().replace('_', '-')}",
        "title": about.title,
        "notes": about.description,
        "dataset_source": "; ".join(dict.fromkeys(about.sources["publisher"])),
        "dataset_date": f"[{dates[0]} TO {dates[-1]}]",
        "data_update_frequency": str(message("WHEN_UPDATED")),
        "methodology": "Other",
        "methodology_other": str(message("METHOD_OF_RELEASE")),
        "caveats": " ".join(limits(rows)),
        "license_id": "other",
        "license_other": LICENCE,
        "private": False,
        "groups": [{"name": code.lower()} for code in sorted(set(rows["iso3"]) - {""})],
        "tags": [{"name": tag} for tag in ("migration", "refugees", "people in need-pin", "hxl")],
        "resources": [
            {"name": name, "format": name.rpartition(".")[2], "size": len(content),
             "license": _licence(name)}
            for name, content in files.items()
        ],
    }  # fmt: skip


def limits(rows: pd.DataFrame) -> list[str]:
    """Return the limits of a release in sentences, those that touch most rows first."""
    cells = rows[rows["breakdown"].eq("cell")]
    flags = cells["flags"].str.split().explode().dropna()
    counts = flags.value_counts()
    missing = int(cells["status"].eq("not_estimated").sum())
    return [
        str(message("ROWS_NOT_ESTIMATED", number=missing, rows=len(cells))),
        *(
            str(message("ROWS_WITH_FLAG", number=n, flag=flag_text(str(code))))
            for code, n in counts.items()
        ),
    ]


def data_card(about: About, rows: pd.DataFrame) -> str:
    """Return the card of a release: limits first, then who is counted, and from what."""
    measure = MEASURE_WORDS[rows["measure"].iloc[0]] if len(rows) else ""
    scope = rows["scope"].iloc[0] if len(rows) else ""
    sources = [
        f"- {s['publisher']}, {s['title']}" + (f" ({s['licence']})" if s["licence"] else "")
        for s in about.sources.to_dict("records")
    ]
    parts = [
        f"# {about.title}",
        about.description,
        "## Limits",
        "\n".join(f"- {sentence}" for sentence in limits(rows)),
        "## Who is counted",
        str(message("WHO_IS_COUNTED", measure=measure, scope=scope)),
        "## Sources",
        "\n".join(sources),
        str(message("LICENCES_OF_SOURCES")),
    ]
    return "\n\n".join(parts) + "\n"


def _licence(name: str) -> str:
    """Return the licence of a file: figures derived from sources keep theirs."""
    return LICENCE if name.startswith(("needs", "estimates")) else "CC0-1.0"
