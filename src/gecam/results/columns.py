"""The columns of every table that is printed, written or stored: kind, unit, meaning, and version.

Tables of answers, CSV, JSON, the database and its exports read their columns here. A further column is
one `OutputColumn`, and its name in the tables that hold it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import Any, Literal, NamedTuple

ColumnKind = Literal["text", "codes", "number", "whole", "flag"]
Dimension = Literal["crisis", "destination", "group", "origin", "sex", "age", "region", "subregion"]
"""What the rows of an answer can be divided by; the attributes of a stock among them."""
PEOPLE = "people"
AFFECTED = "#affected+migrants"


class OutputColumn(NamedTuple):
    """One column.

    Parameters
    ----------
    name
        As it stands in the header, in every table.
    kind
        ``text``; ``codes`` (flags, joined by a blank; a list in JSON); ``number`` (at full precision,
        empty where it does not apply); ``whole`` (number); ``flag`` (true or false).
    meaning
        In words.
    unit
        ``people``, ``1`` (shares, ratios and counts of other things); empty where there is none.
    hxl
        Hashtag of the Humanitarian Exchange Language; empty for none.
    """

    name: str
    kind: ColumnKind
    meaning: str
    unit: str = ""
    hxl: str = ""


# Values of categorical columns, in words.
GROUP_WORDS: Mapping[str, str] = {
    "protection": "refugees and others in need of protection",
    "other": "other migrants",
}
MEASURE_WORDS: Mapping[str, str] = {
    "exposed": "exposed to crises",
    "affected": "affected by crises",
    "in_need": "in need",
    "severe": "in severe need (phases 4 and 5)",
}
# Measures whose people titles and explanations call affected; the words of others stand there.
CALLED_AFFECTED = frozenset({"exposed", "affected", "in_need"})
# By attribute of people, and phase.
CLASS_WORDS: Mapping[str, Mapping[str, str]] = {
    "sex": {"female": "women and girls", "male": "men and boys", "total": "sex not published"},
    "age": {"0-17": "children (under 18)", "18-59": "adults (18 to 59)",
            "60+": "older people (60 and over)", "total": "age not published"},
    "phase": {"3": "in phase 3", "4": "in phase 4 (severe need)", "5": "in phase 5 (severe need)",
              "3 or worse": "phase not published"},
}  # fmt: skip

_MEASURES = " or ".join(", ".join(MEASURE_WORDS).replace("_", " ").rsplit(", ", 1))
_ROWS: tuple[tuple[Any, ...], ...] = (
    # which row
    ("release", "text", "name of the release", "", "#meta+release"),
    ("breakdown", "text", "which question the row answers; rows of two breakdowns never add", "",
     "#meta+breakdown"),
    ("id", "text", "breakdown and labels of the row; unique within a release", "", "#meta+id"),
    # what it is about; empty where it is about all
    ("total", "text", "which plans are counted"),
    ("part", "text", "part of the total of all country-level plans"),
    ("iso3", "text", "country of residence, ISO 3166-1 alpha-3", "", "#country+code+iso3"),
    ("m49", "text", "country of residence, code of the United Nations", "", "#country+code+m49"),
    ("country", "text", "country of residence, name", "", "#country+name"),
    ("destination", "text", "country of residence, ISO 3166-1 alpha-3"),
    ("origin", "text", "country of birth or citizenship, ISO 3166-1 alpha-3", "",
     "#country+origin+code+iso3"),
    ("origin_name", "text", "country of birth or citizenship, name"),
    ("region", "text", "region of the United Nations", "", "#region+name"),
    ("subregion", "text", "subregion of the United Nations"),
    ("crisis", "text", "identifier of the crisis or response plan", "", "#crisis+code"),
    ("crisis_name", "text", "name of the crisis or response plan", "", "#crisis+name"),
    ("glide", "text", "GLIDE number of the crisis", "", "#crisis+code+glide"),
    ("group", "text", "refugees and others in need of protection, or other migrants", "",
     "#group+type"),
    ("sex", "text", "sex"),
    ("age", "text", "age in years: 0-17, 18-59, 60+, or total where it is not published"),
    ("case", "text", "name of the case, such as a year"),
    # what is estimated
    ("as_of", "text", "day that the row speaks for; of several crises the last", "",
     "#date+reference"),
    ("scope", "text", "which migrants are counted", "", "#meta+scope"),
    ("measure", "text", f"which need: {_MEASURES}", "", "#indicator+name"),
    # the estimate
    ("people", "text", "mean, rounded to the digits that the estimate carries", PEOPLE,
     "#description+people"),
    ("interval", "text", "interval, rounded outwards with the mean", PEOPLE,
     "#description+interval"),
    ("mean", "number", "central value: mean of the draws; means add", PEOPLE, f"{AFFECTED}+mean"),
    ("lower", "number", "lower end of the interval", PEOPLE, f"{AFFECTED}+min"),
    ("upper", "number", "upper end of the interval", PEOPLE, f"{AFFECTED}+max"),
    ("level", "number", "probability that the interval holds, 0 to 1", "1", "#meta+level"),
    ("median", "number", "median of the draws; medians do not add", PEOPLE, f"{AFFECTED}+median"),
    *((f"q{percent:02}", "number", f"quantile of the draws: {percent} % lie below", PEOPLE)
      for percent in (5, 10, 25, 75, 90, 95)),
    ("odds_ratio_1", "number", "product of stock and share, if migrants are in need like their "
     "neighbours (odds ratio 1)", PEOPLE, f"{AFFECTED}+reference"),
    ("cv", "number", "coefficient of variation: standard deviation over mean", "1", "#meta+cv"),
    ("mcse", "number", "Monte Carlo standard error of the mean, at most", PEOPLE, "#meta+mcse"),
    ("lower_bound", "number", "least that the margins allow at the central figures, whatever the odds "
     "ratio", PEOPLE, f"{AFFECTED}+bound+min"),
    ("upper_bound", "number", "most that the margins allow at the central figures, whatever the odds "
     "ratio", PEOPLE, f"{AFFECTED}+bound+max"),
    ("double_count", "number", "sum over crises, divided by the people in at least one of them",
     "1"),
    ("published", "number", "a published figure, shown beside and not added: the plan's own, or people "
     "of an origin who are registered where refugees have no estimate", PEOPLE,
     f"{AFFECTED}+published"),
    ("stock", "number", "migrants of the group at the reference date, affected or not; mean of the "
     "draws", PEOPLE,
     "#population+migrants"),
    # rates of a row: people over migrants, beside residents (`gecam.rates`)
    *((f"{name}{end}", "number", f"{meaning}{words}", "1")
      for name, meaning in (
          ("per_100", "people per 100 migrants of the groups that are estimated"),
          ("residents_per_100", "people in need per 100 residents of the same places, refugees apart"),
          ("ratio", "per_100 over residents_per_100"),
          ("per_100_in_need", "people per 100 of the country's published people in need"))
      for end, words in (("", ""), ("_lower", ", lower end"), ("_upper", ", upper end"))),
    ("ratio_basis", "text", "what the ratio rests on: published (a count of migrants in need), rule "
     "(of plans), assumed (a prior: no result), or partly assumed"),
    # how far it can be trusted
    ("grade", "text", "A (best) to E, by spread and evidence; empty without an estimate", "",
     "#meta+quality"),
    ("evidence_level", "whole", "level of the evidence, 1 (best) to 5 (none)", "1", "#meta+evidence"),
    ("flags", "codes", "codes of what a reader must know", "", "#meta+flags"),
    ("status", "text", "estimated, or why it is not estimated, not added or not shown", "",
     "#status"),
    ("reason", "text", "why it is not estimated or not added, in words", "",
     "#description+reason"),
    # what it was made from
    ("inputs", "text", "sources, each with the hash of its file", "", "#meta+source"),
    ("is_public", "flag", "whether all inputs are public"),
    ("seed", "text", "seed of the random numbers; a whole number of any size"),
    ("draws", "whole", "number of draws", "1"),
    ("versions", "text", "versions of the software"),
    ("config_sha256", "text", "hash of everything that went in"),
    ("supersedes", "text", "release that this one replaces"),
    ("revision_reason", "text", "why the release was made"),
    ("standing", "text", "whether the release is current, superseded or retracted", "",
     "#status+release"),
    ("released_on", "text", "time of the release, UTC", "", "#date+released"),
)  # fmt: skip
OUTPUT: Mapping[str, OutputColumn] = {row[0]: OutputColumn(*row) for row in _ROWS}


# -- tables: which columns, in which order ---------------------------------------------------------

# Statistics and facts of a row of an answer, after its labels.
SUMMARY = (
    "mean", "lower", "upper", "odds_ratio_1", "median", "cv", "mcse", "grade", "evidence_level",
    "flags", "status", "reason", "published", "lower_bound", "upper_bound", "double_count", "level",
)  # fmt: skip
# Rates of a row, after its labels.
RATES = (
    "mean", "stock",
    *(f"{name}{end}" for name in ("per_100", "residents_per_100", "ratio", "per_100_in_need")
      for end in ("", "_lower", "_upper")),
    "ratio_basis", "level",
)  # fmt: skip
IN_COUNTRY_PLAN = "in_country_plan"  # status of rows that the figure of a country plan holds
# Facts of such a row that are no statistics of its draws, and what stands where there is none.
FACTS: Mapping[str, object] = {
    "odds_ratio_1": nan,
    "evidence_level": 5,
    "cap": "A",
    "flags": "",
    "status": "not_estimated",
    "reason": "",
    "published": nan,
    "lower_bound": nan,
    "upper_bound": nan,
    "double_count": nan,
}
# What stands beside the rounded texts of such a row.
BESIDE_TEXT = ("level", "grade", "evidence_level", "status", "flags", "reason")
# Documents for programs -> version, which changes when one of their keys does.
DOCUMENTS: Mapping[str, int] = {
    "areas": 1, "backtest": 1, "case": 1, "check": 1, "db": 3, "estimate": 6, "explain": 4,
    "missing": 1, "multiverse": 1, "prepare": 4, "reproduce": 1, "scenario": 2, "sensitivity": 2,
    "series": 3, "sources": 1, "template": 1,
}  # fmt: skip


def document_schema(document: str) -> str:
    """Return the name and version that stand under ``schema`` in a JSON document.

    Examples
    --------
    >>> from gecam.results import document_schema
    >>> document_schema("estimate")
    'gecam.estimate/6'
    """
    return f"gecam.{document}/{DOCUMENTS[document]}"
