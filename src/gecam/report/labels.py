"""What a count is by the IASC's names, and rates beside it, as sentences and tables of pages."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from gecam._signature import checked
from gecam.report.document.blocks import Table
from gecam.report.sentences import said
from gecam.report.translation import place_name
from gecam.results import GROUP_WORDS, in_language
from gecam.uncertainty import SMALLEST_SHOWN

if TYPE_CHECKING:
    import pandas as pd

    from gecam.results import Estimates

RATIO_WORDS = {
    "rule": "RATIO_BY_RULE",
    "assumed": "RATIO_ASSUMED",
    "partly assumed": "RATIO_PARTLY",
}


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
        One sentence, in the language of the page.

    References
    ----------
    Inter-Agency Standing Committee (2016). *Humanitarian Population Figures*.

    Examples
    --------
    >>> from gecam.report import count_note
    >>> count_note(gc.estimate(gc.load_edition("2026").restrict(["TCD"]), draws=100, seed=1))[:58]
    "These are people in need, by the IASC's names, 2026-07-01:"
    """
    shown = {leaf.crisis for leaf in est.leaves if leaf.status != "not_estimated"}
    crises = [x for x in est.crises if x.id in shown] or est.crises
    dates = sorted({crisis.reference_date.isoformat() for crisis in crises})
    of = dates[0] if len(dates) == 1 else said("FROM_TO", lower=dates[0], upper=dates[-1])
    return said(f"COUNT_{est.measure.upper()}", dates=of)


@checked
def rates_table(rates: pd.DataFrame) -> Table:
    """Return rates of need as texts: migrants per 100 beside residents, and the ratio of the two.

    Parameters
    ----------
    rates
        Rows of `gecam.rates`; people per 100.

    Returns
    -------
    Table
        The dimensions, ``people per 100 migrants`` with the interval, ``per 100 residents``, and the
        ratio: with its interval where the need of migrants was counted; else the number alone, under
        the word that says what it rests on. Rows of fewer than 100 people have no rates, since they
        would tell the people.
    """
    dimensions = [str(column) for column in rates.columns[: rates.columns.get_loc("mean")]]
    heads = [*dimensions, said("PER_100_MIGRANTS"), said("PER_100_RESIDENTS"), said("RATIO_COLUMN")]
    rows = tuple(
        (*(_label(d, row[d]) for d in dimensions), *_texts(row))
        for row in rates.to_dict("records")
        if row["mean"] >= SMALLEST_SHOWN and not isnan(row["residents_per_100"])
    )
    return Table(tuple(heads), rows)


def _texts(row: dict[str, object]) -> tuple[str, str, str]:
    """Return both rates and the ratio as text."""
    people, residents, ratio = (_three(row, of) for of in ("per_100", "residents_per_100", "ratio"))
    code = RATIO_WORDS.get(str(row["ratio_basis"]))
    alone = _short(float(row["ratio"]))  # type: ignore[arg-type]
    return people, residents, ratio if code is None else said(code, ratio=alone)


def _three(row: dict[str, object], of: str) -> str:
    mean, lower, upper = (
        _short(float(row[f"{of}{end}"]))  # type: ignore[arg-type]
        for end in ("", "_lower", "_upper")
    )
    return f"{mean} ({said('FROM_TO', lower=lower, upper=upper)})"


def _short(number: float) -> str:
    """Return a rate or ratio to two digits, whole from 10."""
    return f"{number:.0f}" if number >= 9.95 else f"{number:.1f}"


def _label(dimension: str, label: object) -> str:
    if dimension == "destination":
        return place_name(str(label))
    return in_language(GROUP_WORDS[str(label)]) if dimension == "group" else str(label)
