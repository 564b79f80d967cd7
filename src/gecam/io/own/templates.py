"""The columns of users' own tables: what each holds, and an empty table to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

import pandas as pd

from gecam.errors import InputError
from gecam.model import ATTRIBUTES, NEEDS_COLUMNS

TableKind = Literal["stock", "population", "needs", "by_area", "groups", "pairs"]
CellKind = Literal["place", "origin", "any_place", "date", "count", "word", "flag", "text"]


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column of a user's table.

    Parameters
    ----------
    kind
        How its cells are read: ``place`` (a country), ``origin`` (a country, or Others),
        ``any_place`` (a country or a p-code), ``date``, ``count`` (people), ``word`` (one of
        `words`), ``flag`` (true or false), ``text``.
    holds
        What it holds, in a sentence.
    example
        A cell.
    default
        What a table without the column, or an empty cell, means; None where it is needed.
    words
        The words allowed.
    """

    kind: CellKind
    holds: str
    example: str
    default: str | None = None
    words: tuple[str, ...] = ()


def _words(column: str) -> tuple[str, ...]:
    return tuple(sorted(NEEDS_COLUMNS[column].values))


_OUTCOMES = (
    "need_plan", "food_insecurity", "poverty_income", "displacement_exposure", "death", "health",
    "other",
)  # fmt: skip
_DATE = "the day that the figure speaks for, as YYYY-MM-DD; mid-year is July 1"
_COUNTRY = "ISO3 code or name in English, French or Spanish"
COLUMNS: Mapping[TableKind, Mapping[str, OwnColumn]] = MappingProxyType(
    {
        "stock": {
            "destination": OwnColumn(
                "place", f"country where the migrants live: {_COUNTRY}", "SDN"
            ),
            "origin": OwnColumn(
                "origin",
                "country of birth or citizenship; OOO, or an empty cell, where it is not known",
                "ERI",
                "OOO",
            ),
            "as_of": OwnColumn("date", _DATE, "2022-07-01"),
            **{
                attribute: OwnColumn(
                    "word",
                    f"{' and '.join(classes)}, or total alone",
                    "total",
                    "total",
                    (*classes, "total"),
                )
                for attribute, classes in ATTRIBUTES.items()
            },
            "people": OwnColumn("count", "persons; leave a row out where it is not known", "1200"),
            "basis": OwnColumn(
                "word",
                "who counts as a migrant in this destination",
                "birth",
                "unknown",
                ("birth", "citizenship", "unknown"),
            ),
            "refugees_added": OwnColumn(
                "flag", "true where UNHCR's refugees are part of the count", "true", "false"
            ),
            "is_imputed": OwnColumn("flag", "true where there were no data", "false", "false"),
        },
        "population": {
            "place": OwnColumn("any_place", f"{_COUNTRY}, or a p-code such as SD01", "SDN"),
            "as_of": OwnColumn("date", _DATE, "2022-07-01"),
            "people": OwnColumn("count", "residents, persons (not thousands)", "46874204"),
        },
        "needs": {
            "crisis": OwnColumn("text", "name or id of the crisis", "Sudan HRP 2022"),
            "destination": OwnColumn("place", f"country that is hit: {_COUNTRY}", "SDN"),
            "as_of": OwnColumn("date", _DATE, "2022-07-01"),
            "people": OwnColumn("count", "people of the measure below, in the country", "14300000"),
            "measure": OwnColumn(
                "word", "what was counted", "in_need", "in_need", _words("measure")
            ),
            "pin_scope": OwnColumn(
                "word",
                "whether migrants and refugees are inside the count",
                "all",
                "unknown",
                _words("pin_scope"),
            ),
            "grade": OwnColumn(
                "word",
                "quality of the count, A (probability survey) to E (modelled)",
                "B",
                "B",
                _words("grade"),
            ),
            "denominator": OwnColumn(
                "count", "residents that the count belongs to, if not the population", "", ""
            ),
            "onset": OwnColumn(
                "date", "when the crisis or its last large shock began", "2019-04-11", ""
            ),
            "area": OwnColumn(
                "text",
                "names of the places that the event is confined to, with | between them, or area not "
                "stated; the denominator then holds their residents. Empty for the whole country",
                "",
                "",
            ),
            "source_kind": OwnColumn(
                "word",
                "where the count is from, which decides how refugees in it are counted: a needs plan "
                "(by rule), an analysis such as IPC, a survey, or people exposed to a hazard",
                "needs_plan",
                "needs_plan",
                _words("source_kind"),
            ),
        },
        "by_area": {
            "country": OwnColumn("place", f"country of the area: {_COUNTRY}", "LBY"),
            "area": OwnColumn(
                "text", "p-code of the area, or its name as in the table of needs", "LY0101"
            ),
            "as_of": OwnColumn("date", _DATE, "2024-07-01"),
            "migrants": OwnColumn(
                "count", "migrants counted there; empty where nobody counted", "2500", ""
            ),
            "refugees": OwnColumn(
                "count", "registered refugees and asylum-seekers there, beside migrants", "300", ""
            ),
            "residents": OwnColumn("count", "all residents of the area", "86000", ""),
            "in_need": OwnColumn("count", "people in need there, of all sectors", "9100", ""),
        },
        "groups": {
            "host": OwnColumn("place", f"country where they are: {_COUNTRY}", "COL"),
            "origin": OwnColumn("place", f"country that they come from: {_COUNTRY}", "VEN"),
            "in_need": OwnColumn("count", "people in need, not people targeted", "1960000"),
            "name": OwnColumn(
                "text", "who they are, where they are a part of those of the origin", "", ""
            ),
            "group": OwnColumn(
                "word",
                "population group: people who fled (protection), or other migrants",
                "protection",
                "protection",
                ("other", "protection"),
            ),
            "present": OwnColumn("count", "people present; empty where not known", "2800000", ""),
            "confidence": OwnColumn(
                "word",
                "in the number in need, which decides its spread",
                "medium",
                "medium",
                ("high", "low", "medium"),
            ),
            "plan": OwnColumn("text", "id of the regional plan that they belong to", "", ""),
        },
        "pairs": {
            "country": OwnColumn("place", f"country of both groups: {_COUNTRY}", "COL"),
            "as_of": OwnColumn("date", _DATE, "2022-07-01"),
            "crisis_class": OwnColumn(
                "word",
                "class of the crisis",
                "protracted_economic",
                "protracted_economic",
                ("protracted_economic", "conflict", "sudden_onset", "epidemic"),
            ),
            "group": OwnColumn(
                "word",
                "who the migrants are",
                "migrants_noncitizen",
                words=("migrants_noncitizen", "migrants_born_abroad", "refugees", "asylum_seekers"),
            ),
            "comparison": OwnColumn(
                "word",
                "residents of the nation, or of the same places",
                "nation",
                words=("nation", "same_places"),
            ),
            "is_settled": OwnColumn(
                "flag", "true where they are naturalised or settled for decades", "false", "false"
            ),
            "outcome": OwnColumn("word", "what was measured", "food_insecurity", words=_OUTCOMES),
            "residents_outcome": OwnColumn(
                "word", "the same for residents", "food_insecurity", "", _OUTCOMES
            ),
            "migrants_instrument": OwnColumn("text", "survey, register or plan", "WFP EFSA 2022"),
            "residents_instrument": OwnColumn("text", "the same for residents", "WFP EFSA 2022"),
            "migrants_threshold": OwnColumn(
                "text", "what counts as in need", "CARI moderate or severe"
            ),
            "residents_threshold": OwnColumn(
                "text", "the same for residents", "CARI moderate or severe"
            ),
            "migrants_in_need": OwnColumn("count", "migrants in need, of `migrants`", "738"),
            "migrants": OwnColumn("count", "migrants who were asked or counted", "1419"),
            "residents_in_need": OwnColumn("count", "residents in need, of `residents`", "610"),
            "residents": OwnColumn("count", "residents who were asked or counted", "1419"),
        },
    }
)


@dataclass(frozen=True, eq=False)
class Template:
    """An empty table of a kind, and what its columns hold.

    Parameters
    ----------
    kind
        ``stock``, ``population``, ``needs``, ``by_area``, ``groups`` or ``pairs``.
    table
        The table without rows.
    columns
        One row per column: ``column``, ``needed``, ``holds``, ``words``, ``default``, ``example``.
    """

    kind: TableKind
    table: pd.DataFrame
    columns: pd.DataFrame

    def to_csv(self) -> str:
        """Return the empty table as comma-separated text: its header."""
        return ",".join(self.table.columns) + "\n"


def template(kind: TableKind) -> Template:
    r"""Return the empty table to fill in, for `read_stock` and its like.

    Parameters
    ----------
    kind
        ``"stock"``, ``"population"``, ``"needs"``, ``"by_area"`` (migrants, residents and people in
        need by area), ``"groups"`` (people of one origin in one country, for `read_origin_groups`) or
        ``"pairs"`` (an outcome of migrants and of residents, for `read_pairs`).

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> from gecam.io import template
    >>> template("population").to_csv()
    'place,as_of,people\n'
    """
    if kind not in get_args(TableKind):
        raise InputError(f"no template {kind!r}. Kinds: {', '.join(get_args(TableKind))}.")
    columns = COLUMNS[kind]
    explained = pd.DataFrame(
        [
            {
                "column": name,
                "needed": column.default is None,
                "holds": column.holds,
                "words": ", ".join(column.words),
                "default": column.default or "",
                "example": column.example,
            }
            for name, column in columns.items()
        ]
    )
    return Template(kind, pd.DataFrame(columns=list(columns)), explained)
