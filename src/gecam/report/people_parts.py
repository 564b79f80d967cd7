"""Who the people are: rates beside residents, and sexes, ages and phases by country."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from math import isnan
from typing import TYPE_CHECKING

import pandas as pd

from gecam._signature import checked
from gecam._typing import NonNegative
from gecam.estimation import regional_rates
from gecam.report.document.blocks import Table
from gecam.report.sentences import said
from gecam.report.translation import place_name
from gecam.results import (
    CLASS_WORDS,
    GROUP_WORDS,
    in_language,
    published_table,
    threshold_of,
    with_threshold,
)
from gecam.uncertainty import SMALLEST_SHOWN

if TYPE_CHECKING:
    from gecam.results import Breakdown, CompleteEstimates, Estimates, PhasedEstimates

RATIO_WORDS = {
    "rule": "RATIO_BY_RULE",
    "assumed": "RATIO_ASSUMED",
    "partly assumed": "RATIO_PARTLY",
}


@checked
def parts_table(
    est: Estimates,
    *,
    phased: PhasedEstimates | None = None,
    cells: Mapping[str, Breakdown] | None = None,
    threshold: NonNegative = SMALLEST_SHOWN,
) -> Table:
    """Return people of each country by sex, age and phase as texts, each rounded with its interval.

    Parameters
    ----------
    est
        The answer, people; with ages (`gecam.with_ages`) it has rows by age.
    phased
        The same by phase of severity (`gecam.by_severity`); None without them.
    cells
        By what they are, such as "in severe need": people of regional plans by sex and age
        (`gecam.cells_by_age`); None without them. Those of unknown ages are left out.
    threshold
        Fewest people that are written as a number, persons, 100 by default.

    Returns
    -------
    Table
        Columns country, who, people, and the ends of the interval; countries in the order of their
        codes. Classes of one attribute add to the country; those of two hold the same people.
        People below the threshold are "<100", or what it is.
    """
    texts = partial(published_table, threshold=threshold)
    parts = [
        (est.by("destination", x), x) for x in (*est.attributes, *(["age"] if est.ages else []))
    ]
    if phased is not None:
        parts.append((phased.by("destination"), "phase"))
    rows = [
        *(row for part, x in parts for row in _rows(texts(part)[part.is_estimated], x)),
        *(row for words, part in (cells or {}).items() for row in _of_cells(texts(part), words)),
    ]
    order = sorted(rows, key=lambda row: row[0])  # stable: classes keep their order
    heads = (
        *(said(code) for code in ("COUNTRY_COLUMN", "WHO_COLUMN", "PEOPLE_COLUMN")),
        said("FROM_AT_LEVEL", level=est.level),
        said("TO_COLUMN"),
    )
    return Table(heads, tuple((f"{place_name(code)} ({code})", *cells) for code, *cells in order))


def _rows(table: pd.DataFrame, attribute: str) -> Iterator[tuple[str, ...]]:
    """Yield rows of each country by one attribute: code, class in words, texts."""
    for row in table.to_dict("records"):
        words = in_language(CLASS_WORDS[attribute][row[attribute]])
        yield row["destination"], words, row["estimate"], row["lower"], row["upper"]


def _of_cells(table: pd.DataFrame, words: str) -> Iterator[tuple[str, ...]]:
    """Yield people of regional plans in each country by sex and age, where these are published."""
    for row in table[table["age"].ne("total")].to_dict("records"):
        who = said(
            "IN_REGIONAL_PLAN",
            origin=_origin(row["origin"]),
            measure=in_language(words),
            sex=in_language(CLASS_WORDS["sex"][row["sex"]]),
            age=in_language(CLASS_WORDS["age"][row["age"]]),
        )
        yield row["destination"], who, row["estimate"], row["lower"], row["upper"]


def _origin(code: str) -> str:
    is_country = len(code) == 3 and code.isupper()
    return place_name(code) if is_country else said("COUNTRIES_OF", region=code)


@checked
def count_note(est: Estimates) -> str:
    """Return which of the IASC's counts an answer is, of which date, and which it is not.

    Parameters
    ----------
    est
        The answer, people.

    Returns
    -------
    str
        One sentence, in the language of the page (`gecam.results.count_sentence`).

    Examples
    --------
    >>> from gecam.report import count_note
    >>> count_note(gc.estimate(gc.load_edition("2026").restrict(["TCD"]), draws=100, seed=1))[:58]
    "These are people in need, by the IASC's names, 2026-07-01:"
    """
    return est.about.count


@checked
def rates_table(rates: pd.DataFrame) -> Table:
    """Return rates of need as texts: migrants per 100 beside residents, and the ratio of the two.

    Parameters
    ----------
    rates
        Rows of `gecam.rates`; people per 100. With `gecam.results.with_threshold`, where rows of other
        than 100 people are the smallest shown.

    Returns
    -------
    Table
        The dimensions, ``people per 100 migrants`` with the interval, ``per 100 residents``, and the
        ratio: with its interval where the need of migrants was counted; else the number alone, under
        the word that says what it rests on. Rows below the threshold are left out, since rates would
        tell the people; residents and ratio are empty where the plan has no figure of residents.
    """
    dimensions = [str(column) for column in rates.columns[: rates.columns.get_loc("mean")]]
    heads = [
        *map(in_language, dimensions),
        said("PER_100_MIGRANTS"),
        said("PER_100_RESIDENTS"),
        said("RATIO_COLUMN"),
    ]
    rows = tuple(
        (*(_class_words(d, row[d]) for d in dimensions), *_texts(row))
        for row in rates.to_dict("records")
        if row["mean"] >= threshold_of(rates) and not isnan(row["per_100"])
    )
    return Table(tuple(heads), rows)


@checked
def regional_rates_table(
    complete: CompleteEstimates,
    *,
    among: Collection[str] | None = None,
    threshold: NonNegative = SMALLEST_SHOWN,
) -> Table:
    """Return rates of people of regional plans as texts, by host and origin.

    Parameters
    ----------
    complete
        The answer with people of regional plans, persons; with its case.
    among
        Hosts whose rows are shown, by ISO3; None for all.
    threshold
        Fewest people of a row that is shown, persons, 100 by default.

    Returns
    -------
    Table
        As `rates_table`, of `gecam.regional_rates`.
    """
    rows = regional_rates(complete).drop(columns=["crisis", "group", "name"])
    here = rows if among is None else rows[rows["destination"].isin(among)]
    return rates_table(with_threshold(here, threshold))


def _texts(row: dict[str, object]) -> tuple[str, str, str]:
    """Return both rates and the ratio as text."""
    people, residents, ratio = (_three(row, of) for of in ("per_100", "residents_per_100", "ratio"))
    code = RATIO_WORDS.get(str(row["ratio_basis"]))
    if not ratio:
        return people, residents, ""
    alone = _short(float(row["ratio"]))  # type: ignore[arg-type]
    return people, residents, ratio if code is None else said(code, ratio=alone)


def _three(row: dict[str, object], of: str) -> str:
    if isnan(float(row[of])):  # type: ignore[arg-type]
        return ""
    mean, lower, upper = (
        _short(float(row[f"{of}{end}"]))  # type: ignore[arg-type]
        for end in ("", "_lower", "_upper")
    )
    return f"{mean} ({said('FROM_TO', lower=lower, upper=upper)})"


def _short(number: float) -> str:
    """Return a rate or ratio to two digits, whole from 10."""
    return f"{number:.0f}" if number >= 9.95 else f"{number:.1f}"


def _class_words(dimension: str, label: object) -> str:
    if dimension == "destination":
        return place_name(str(label))
    if dimension == "origin":
        return said("FROM_ORIGIN", origin=place_name(str(label)))
    return in_language(GROUP_WORDS[str(label)]) if dimension == "group" else str(label)
