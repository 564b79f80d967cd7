"""Rows of an answer as text: each number rounded together with its interval, labels in words."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import NonNegative
from gecam.errors import PrecisionWarning
from gecam.results.about import label_name
from gecam.results.columns import BESIDE_TEXT, IN_COUNTRY_PLAN
from gecam.results.messages import in_language, message
from gecam.results.shown.parts import ShownRows
from gecam.uncertainty import (
    NOT_ESTIMATED,
    SMALLEST_SHOWN,
    Rounded,
    fewer_than,
    people_cell,
    round_together,
)

if TYPE_CHECKING:
    from gecam.results.about import AboutAnswer
    from gecam.results.trace import EstimationCell

SUPPRESSED = "suppressed"
BELOW_THRESHOLD = (
    "below_threshold"  # status of a row that shows its threshold in place of its number
)
WITHOUT_NUMBER = {"published": "not applicable"}
# Status -> what stands in place of a number.
HIDDEN = {SUPPRESSED: SUPPRESSED, IN_COUNTRY_PLAN: "in the country plan"}
NOT_SHOWN = "not shown"
DIFFERENCE: Mapping[str, str] = {
    "ODDS_RATIO_OWN_PAIR": "estimated from a country's own figures with those of others",
    "ODDS_RATIO_ESTIMATED": "estimated from figures of other countries",
    "ODDS_RATIO_JUDGED": "expert judgement, not measured",
}
IN_PART = "in part {words}"


@checked
def threshold_of(rows: pd.DataFrame) -> float:
    """Return the fewest people whose number rows show as text, persons.

    Parameters
    ----------
    rows
        Of an answer, or what `gecam.publish.disclose` leaves of them. They know the threshold as
        their attribute (`pandas.DataFrame.attrs`), where it is another than the default of 100; it
        stays with every selection and order of them, not with a table that is joined of others.

    Returns
    -------
    float
        Persons, >= 0.
    """
    return float(rows.attrs.get("threshold", SMALLEST_SHOWN))


@checked
def with_threshold(rows: pd.DataFrame, threshold: NonNegative) -> pd.DataFrame:
    """Return rows whose texts say "<" and a threshold in place of fewer people.

    Parameters
    ----------
    rows
        A table of people of an answer, persons.
    threshold
        Fewest people whose number is shown, persons, >= 0. Rows that were hidden below a higher one
        before keep that one: they may have more people than the lower one says.

    Returns
    -------
    pandas.DataFrame
        A copy, of which `threshold_of` gives the threshold.
    """
    rows = rows.copy()
    threshold = max(threshold, rows.attrs.get("threshold", threshold))
    if threshold != threshold_of(rows):
        rows.attrs["threshold"] = threshold
    return rows


@checked
def rounded_rows(
    rows: pd.DataFrame, names: tuple[str, str, str] = ("mean", "lower", "upper")
) -> Rounded:
    """Round numbers of rows together, to the digits that their means carry.

    Parameters
    ----------
    rows
        The columns `names`, ``mean`` and ``mcse`` (persons; NaN where there is none), and ``cv``.
    names
        Names of the columns with the value and with both ends of its interval, people.

    Returns
    -------
    Rounded
        Arrays of shape ``(row,)``; people.
    """
    sd, mcse = (rows["mean"] * rows["cv"]).fillna(0.0), rows["mcse"].fillna(0.0)
    threshold = threshold_of(rows)
    return round_together(*(rows[name] for name in names), sd=sd, mcse=mcse, threshold=threshold)


def people_text(rows: pd.DataFrame) -> pd.DataFrame:
    """Return values and intervals rounded together, as text.

    Parameters
    ----------
    rows
        Columns ``mean``, ``lower``, ``upper`` (persons; NaN where there is none), ``cv``, ``mcse``
        and ``status``.

    Returns
    -------
    pandas.DataFrame
        ``people`` and ``interval``. "0", "<100" (or the threshold of `threshold_of`), "not
        estimated", "not applicable" (a plan that is shown with its own figure) and "suppressed" are
        five different things. Values to at most three digits, never finer than their standard
        deviation or twice their Monte Carlo error; intervals outwards. Rounded rows may not add:
        totals are rounded from their own draws.

    Examples
    --------
    >>> from gecam.results import people_text
    >>> row = dict(mean=212_345.0, lower=131_900.0, upper=333_001.0, cv=0.29, mcse=620.0)
    >>> people_text(pd.DataFrame([row | {"status": "estimated"}])).iloc[0].tolist()
    ['210,000', '130,000 to 340,000']
    """
    rounded = rounded_rows(rows)
    written, small = rounded.texts(small="value"), fewer_than(rounded.threshold)
    texts = [
        (small, "") if status == BELOW_THRESHOLD else _row_text(written[i], value, status)
        for i, (value, status) in enumerate(zip(rows["mean"], rows["status"], strict=True))
    ]
    return pd.DataFrame(texts, columns=["people", "interval"], index=rows.index)


def _row_text(written: tuple[str, str, str], value: float, status: str) -> tuple[str, str]:
    if status == SUPPRESSED:
        return SUPPRESSED, SUPPRESSED
    if np.isnan(value):
        text = WITHOUT_NUMBER.get(status, NOT_ESTIMATED)
        return text, text
    people, lower, upper = written
    return people, f"{lower} to {upper}"


@checked
def published_table(
    breakdown: ShownRows, *, threshold: NonNegative = SMALLEST_SHOWN
) -> pd.DataFrame:
    """Return the rows of a breakdown as text to publish.

    Parameters
    ----------
    breakdown
        The rows of an answer by its dimensions, people.
    threshold
        Fewest people that are written as a number, persons, 100 by default.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``estimate``, ``lower``, ``upper`` and ``odds_ratio_1`` (people as text:
        digits grouped, never finer than the estimate carries, "<100" below the threshold, "not
        estimated"), ``level``, ``grade``, ``evidence_level``, ``status``, ``flags``, ``reason``,
        ``published``.
    """
    rows = with_threshold(breakdown.summary(), threshold)
    labels = breakdown.labels.reset_index(drop=True)
    return pd.concat([labels, published_columns(rows), rows[list(BESIDE_TEXT)]], axis=1)


def published_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Return statistics of people as text to publish.

    Parameters
    ----------
    rows
        ``mean``, ``lower``, ``upper``, ``odds_ratio_1``, ``published`` and ``mcse`` (persons), ``cv``,
        ``status``: of `Breakdown.summary`, of a release, or what `gecam.publish.disclose` leaves.

    Returns
    -------
    pandas.DataFrame
        ``estimate``, ``lower``, ``upper``, ``odds_ratio_1`` and ``published``; same index. A figure
        that is not shown is "<100" (or the threshold of `threshold_of`) or "suppressed", and empty
        in the other columns.
    """
    rounded = rounded_rows(rows)
    cell = partial(people_cell, threshold=rounded.threshold)
    texts = pd.DataFrame(rounded.texts(), columns=["estimate", "lower", "upper"], index=rows.index)
    at_one = rounded_rows(rows, ("odds_ratio_1",) * 3).value
    texts["odds_ratio_1"] = [cell(x) for x in at_one]
    texts["published"] = [cell(x, missing="") for x in rows["published"]]
    for status, words in {BELOW_THRESHOLD: fewer_than(rounded.threshold), **HIDDEN}.items():
        hidden = rows["status"].eq(status)
        texts.loc[hidden] = ""
        texts.loc[hidden, "estimate"] = words
    # A number that others could be found from, in a row that is shown.
    texts.loc[rows["mean"].notna() & rows["odds_ratio_1"].isna(), "odds_ratio_1"] = NOT_SHOWN
    return texts


def mean_texts(breakdown: ShownRows) -> dict[tuple[str, ...], str]:
    """Return the means of rows by their labels, as tables have them."""
    labels = map(tuple, breakdown.labels.to_numpy())
    with warnings.catch_warnings():  # of the error of a mean, which decides on its digits alone
        warnings.simplefilter("ignore", PrecisionWarning)
        texts = published_table(breakdown)["estimate"]
    return dict(zip(labels, texts, strict=True))


def difference_of(flags: Iterable[str]) -> str:
    """Return how the odds ratio came about, in words that follow "is"; empty where it is 1."""
    codes = set(flags)
    words = [in_language(words) for code, words in DIFFERENCE.items() if code in codes]
    part = in_language(IN_PART)
    return words[0] if len(words) == 1 else ", ".join(part.format(words=x) for x in words)


def headline_note(cells: Iterable[EstimationCell]) -> str:
    """Return what the two columns of a headline differ by, and what the difference rests on."""
    added = (cell for cell in cells if cell.status == "estimated")
    how = difference_of(flag for cell in added for flag in cell.flags)
    note = message("TWO_COLUMNS")
    return str(message("TWO_COLUMNS_DIFFER", note=note, how=how) if how else note)


def row_name(column: str, label: str, about: AboutAnswer | None) -> str:
    """Return a label in words: names of countries and crises, those of countries with their code.

    Parameters
    ----------
    column
        Name of the dimension.
    label
        What stands there, such as ``"SDN"``.
    about
        Of the answer, for the names of crises; None where it is not at hand.
    """
    words = label_name(column, label, about)
    return f"{words} ({label})" if column != "crisis" and words != label else words
