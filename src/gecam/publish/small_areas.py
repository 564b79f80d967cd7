"""Rows by area as they may be shown: small ones hidden, with others from which these could be found."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray, NonNegative
from gecam.errors import PrecisionWarning
from gecam.publish.disclosure import SUPPRESSED
from gecam.publish.protection import Relations, UnprotectedError, hide
from gecam.results import SUMMARY, AreaEstimates, published_columns, with_threshold
from gecam.uncertainty import SMALLEST_SHOWN

LABELS = ["destination", "area", "area_name"]
_TEXTS = {"estimate": "people", "lower": "people_lower", "upper": "people_upper"}


@checked
def rows_by_area(areas: AreaEstimates, *, threshold: NonNegative = SMALLEST_SHOWN) -> pd.DataFrame:
    """Return people in need by area as they may be published.

    Parameters
    ----------
    areas
        The answer of `gecam.by_area`, persons.
    threshold
        Fewest people of an area whose number is shown, and least width of the interval that a reader
        can put around a hidden one; persons, >= 0.

    Returns
    -------
    pandas.DataFrame
        ``destination``, ``area``, ``area_name``; statistics as of `Breakdown.summary`; ``people``,
        ``people_lower`` and ``people_upper`` as rounded text; ``migrants``, ``per_100`` and
        ``residents_per_100`` with intervals as of `AreaEstimates.rates`. The largest area of a country
        first, people whose area is not told last. An area that is not shown has the status
        ``suppressed`` and no numbers but the rate of residents. Rows know the threshold
        (`gecam.results.threshold_of`), and their texts say it.

    Notes
    -----
    The row of the country is taken to be known: areas below the threshold are hidden together with as
    many others as it takes (`gecam.publish.hide`).

    Examples
    --------
    >>> from gecam.publish import rows_by_area
    >>> est = gc.estimate(gc.load_edition("2025").restrict(["TCD"]), draws=400, seed=1)
    >>> rows = rows_by_area(gc.by_area(est, gc.load_areas("2025")))
    >>> rows["area_name"].tolist()[:2]
    ['Ouaddai', 'Wadi Fira']
    """
    with warnings.catch_warnings():  # rows say it by their interval, grade and rounding
        warnings.simplefilter("ignore", PrecisionWarning)
        rows = areas.by("destination", "area").summary()
    rows = rows.merge(
        areas.rates().drop(columns=["mean", "level"]), how="left", on=LABELS, sort=False
    )
    hidden = np.zeros(len(rows), dtype=bool)
    for index in rows.groupby("destination").indices.values():
        hidden[index] = _hidden(rows["mean"].to_numpy(np.float64)[index], threshold)
    of_people = [name for name in SUMMARY if rows[name].dtype == np.float64 and name != "level"]
    rows.loc[hidden, [*of_people, "migrants", "per_100", "per_100_lower", "per_100_upper"]] = np.nan
    rows.loc[hidden, ["status", "grade", "reason"]] = [SUPPRESSED, "", ""]
    texts = published_columns(with_threshold(rows, threshold))[[*_TEXTS]].rename(columns=_TEXTS)
    ranked = pd.concat([rows, texts], axis=1).assign(
        last=rows["area"].eq(""), size=rows["mean"].fillna(-1.0)
    )
    ranked = ranked.sort_values(
        ["destination", "last", "size"], ascending=[True, True, False], kind="stable"
    )
    return with_threshold(ranked.drop(columns=["last", "size"]).reset_index(drop=True), threshold)


def _hidden(people: FloatArray, threshold: float) -> BoolArray:
    """Return the areas of one country to hide, given that the sum of all is known."""
    values = np.nan_to_num(people)
    small = (values > 0) & (values < threshold)
    if not small.any():
        return small
    known = np.append(np.isnan(people) | (values == 0), True)  # the sum
    relations = Relations(sums=[(len(values), range(len(values)))], n=len(values) + 1)
    try:
        hidden = hide(
            np.append(values, values.sum()), np.append(small, False), relations,
            threshold=threshold, fixed=known,
        )[:-1]  # fmt: skip
    except UnprotectedError:  # a country of fewer people than the threshold
        return ~known[:-1]
    return hidden
