"""Calibration of stocks: what revisions of published figures say about their errors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray, Within
from gecam.errors import InputError
from gecam.estimation import is_published_extrapolation, stock_class
from gecam.evaluation.calibration.noise import Noise, noise
from gecam.model import Assumptions, StockClass

REVISED = 1e-3  # log ratio: a smaller change updates the refugees in a figure, or its rounding
YEAR = 365.25  # days
GROWTH_CAP = Assumptions().growth_cap
CLASSES: tuple[StockClass, ...] = ("measured", "extrapolated", "citizenship", "imputed")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class StockCalibration:
    """Errors of published stocks, from destinations whose figure a later revision changed.

    Parameters
    ----------
    revisions
        One row per destination and pair of revisions (see `revisions`).
    level
        Noise of a published level by class, over all pairs, and of all classes together.
    by_pair
        The same of all classes for each pair of revisions.
    end_correlation, n_end_correlation
        Correlation of the errors of two dates of one series, about 0, and its number of cases; NaN
        where no earlier date was revised.
    growth, growth_capped
        Change since the last common date that the earlier revision's growth did not foresee, over
        the root of :math:`h + h^2/D` years: the drift per root year. For ``crisis`` and
        ``other`` destinations; with the growth as it was, and capped.
    """

    revisions: pd.DataFrame
    level: tuple[Noise, ...]
    by_pair: tuple[Noise, ...]
    end_correlation: float
    n_end_correlation: int
    growth: tuple[Noise, ...]
    growth_capped: tuple[Noise, ...]

    def of_class(self, name: StockClass) -> Noise:
        """Return the noise of one class of stocks."""
        return self.level[CLASSES.index(name)]


def people_by_destination(totals: pd.DataFrame, source: str) -> dict[str, dict[date, float]]:
    """Return people by destination and date of one revision."""
    rows = totals[totals["source"].eq(source)]
    if rows.empty:
        raise InputError(
            f"no stock of source {source!r}; there are {sorted(set(totals['source']))}"
        )
    figures: dict[str, dict[date, float]] = {}
    days = rows["as_of"].dt.date
    for destination, day, people in zip(rows["destination"], days, rows["people"], strict=True):
        figures.setdefault(destination, {})[day] = float(people)
    return figures


def classes_of(totals: pd.DataFrame, basis: pd.DataFrame, source: str) -> dict[str, StockClass]:
    """Return the class of every destination of one revision.

    Where the revision does not say how destinations count, the next one that does stands for it.
    """
    later = sorted(s for s in set(basis["source"]) if s >= source)
    if not later:
        raise InputError(f"no table says how destinations count in {source!r} or later")
    rows = basis[basis["source"].eq(later[0])].set_index("destination")
    return {
        destination: stock_class(
            figures,
            str(rows.at[destination, "basis"]) if destination in rows.index else "unknown",
            is_imputed=destination in rows.index and bool(rows.at[destination, "is_imputed"]),
        )
        for destination, figures in people_by_destination(totals, source).items()
    }


@checked
def revisions(
    totals: pd.DataFrame, basis: pd.DataFrame, *, earlier: str, later: str
) -> pd.DataFrame:
    """Compare two revisions of one series of stocks, destination by destination.

    Parameters
    ----------
    totals
        Columns ``source``, ``destination``, ``as_of``, ``people``.
    basis
        Columns ``source``, ``destination``, ``basis``, ``is_imputed``.
    earlier, later
        Names of the two sources to compare, as in the column ``source``.

    Returns
    -------
    DataFrame
        One row per destination with figures in both: ``destination``, ``pair``, ``stock_class`` (in
        the earlier revision), ``as_of`` (last date common to both), ``people`` (earlier),
        ``log_ratio`` and ``log_ratio_before`` (later over earlier, at that date and at the common
        date before), ``is_revised``; ``years`` from there to the last date of the later revision,
        the ``change`` of log people over them in the later revision, ``growth`` (per year, of the
        earlier revision before the common date), ``interval`` (years it was taken over), and
        ``is_extrapolated`` (the later revision's last figure is its publisher's extrapolation).
    """
    old, new = people_by_destination(totals, earlier), people_by_destination(totals, later)
    classes = classes_of(totals, basis, earlier)
    rows = []
    for destination in sorted(set(old) & set(new)):
        a, b = old[destination], new[destination]
        common = [d for d in sorted(set(a) & set(b)) if a[d] > 0 and b[d] > 0]
        if len(common) < 2:
            continue
        before, on = common[-2:]
        last = max(b)
        interval = (on - before).days / YEAR
        log_ratio = float(np.log(b[on] / a[on]))
        rows.append(
            {
                "destination": destination,
                "pair": f"{earlier} {later}",
                "stock_class": classes[destination],
                "as_of": on,
                "people": a[on],
                "log_ratio": log_ratio,
                "log_ratio_before": float(np.log(b[before] / a[before])),
                "is_revised": abs(log_ratio) > REVISED,
                "years": (last - on).days / YEAR,
                "change": float(np.log(b[last] / b[on])),
                "growth": float(np.log(a[on] / a[before])) / interval,
                "interval": interval,
                "is_extrapolated": is_published_extrapolation(b),
            }
        )
    return pd.DataFrame(rows)


@checked
def calibrate_stocks(
    totals: pd.DataFrame,
    basis: pd.DataFrame,
    *,
    crisis: Collection[str] = (),
    pairs: Sequence[Pair] | None = None,
    growth_cap: Annotated[float, Within("[0, inf]")] = GROWTH_CAP,
) -> StockCalibration:
    r"""Calibrate the errors of published stocks on what later revisions changed.

    Parameters
    ----------
    totals, basis
        As in `revisions`.
    crisis
        ISO3 of the destinations with a humanitarian plan.
    pairs
        Pairs of sources to compare; each source with the next one by default.
    growth_cap
        Largest growth per year, on the log scale, that is carried on, >= 0; that of `Assumptions` by
        default.

    Returns
    -------
    StockCalibration
        Noise by class of stock, of growth, and of the end figure; on the log scale.

    Raises
    ------
    InputError
        If there are fewer than two revisions.

    Notes
    -----
    An unchanged figure was not measured again: it says nothing about its error, so only figures
    that moved by more than 0.1 % count. They are not a random sample. Whether a figure is measured
    again depends on statistics, not on its error, but the countries with new censuses and registers
    are richer than those with crises. The later figure has errors of its own, and some revisions
    change the definition (citizens to people born abroad): read the noise as that of figures that
    *can* be revised.

    Growth: in the later revision, the change of :math:`\log N` over h years since the last common
    date, less h times the earlier revision's growth over its last D years before it. Its variance
    is :math:`\sigma^2 (h + h^2/D)` if figures were exact; their errors add to it, so
    :math:`\sigma` is an upper reading. Figures that continue their growth exactly are left out.

    Examples
    --------
    >>> from gecam.datasets import load_calibration
    >>> from gecam.evaluation import calibrate_stocks
    >>> errors = calibrate_stocks(load_calibration("stock_totals"), load_calibration("stock_basis"))
    >>> print(errors.of_class("measured"))
    measured: 0.231 (90 % 0.17 to 0.29), n = 71; usual 0.071, mean ratio 1.01
    """
    chosen = list(pairs) if pairs is not None else list(pairwise(sorted(set(totals["source"]))))
    if not chosen:
        raise InputError("calibration of stocks needs at least two revisions: got one")
    table = pd.concat(
        [revisions(totals, basis, earlier=a, later=b) for a, b in chosen], ignore_index=True
    )
    revised = table[table["is_revised"]]
    level = [_level(name, revised[revised["stock_class"].eq(name)]) for name in CLASSES]
    both = revised[["log_ratio_before", "log_ratio"]].to_numpy(dtype="float64")
    moved = revised[~revised["is_extrapolated"]]
    is_crisis = moved["destination"].isin(set(crisis))
    groups = (("crisis", moved[is_crisis]), ("other", moved[~is_crisis]))
    return StockCalibration(
        revisions=table,
        level=(*level, _level("all", revised)),
        by_pair=tuple(_level(str(pair), rows) for pair, rows in revised.groupby("pair")),
        end_correlation=_correlation(both),
        n_end_correlation=len(both),
        growth=tuple(_drift(name, rows, np.inf) for name, rows in groups),
        growth_capped=tuple(_drift(name, rows, growth_cap) for name, rows in groups),
    )


def _level(name: str, rows: pd.DataFrame) -> Noise:
    return noise(name, rows["log_ratio"], clusters=list(rows["destination"]))


def _drift(name: str, rows: pd.DataFrame, cap: float) -> Noise:
    """Return the drift per root year of some destinations."""
    growth = rows["growth"].clip(-cap, cap)
    unforeseen: FloatArray = (rows["change"] - growth * rows["years"]).to_numpy(dtype="float64")
    scale = np.sqrt(rows["years"] + rows["years"] ** 2 / rows["interval"]).to_numpy("float64")
    return noise(name, unforeseen / scale, clusters=list(rows["destination"]))


def _correlation(pairs: FloatArray) -> float:
    """Return the correlation of two columns about 0."""
    scale = np.sqrt(np.prod(np.sum(pairs**2, axis=0)))
    return float(np.sum(pairs[:, 0] * pairs[:, 1]) / scale) if scale > 0 else float("nan")
