"""Intervals of total deaths when many people die in one incident (compound Poisson, bootstrap)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from gecam._arguments import refuse_large, whole_number
from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.mortality._levels_and_counts import checked_counts
from gecam.uncertainty import DEFAULT_LEVEL, Streams

FEW_INCIDENTS = 30  # below, simulated coverage of a 90 % interval falls under 85 % (docs: deaths)


@checked
def compound_interval(
    sizes: ArrayLike, *, level: Probability = DEFAULT_LEVEL
) -> tuple[float, float]:
    r"""Return an interval for the expected deaths of a period, given its incidents.

    The interval is about chance, not about undercount: how far the total of such a period would
    vary if incidents of such sizes happened at the same rate.

    Parameters
    ----------
    sizes
        Dead and missing in each incident, >= 0. Shape ``(incident,)``. A cumulative record, whose
        incidents are not told apart, is one of them.
    level
        Probability content, in (0, 1).

    Returns
    -------
    tuple of float
        Lower and upper end, in deaths. The sum of `sizes` lies between them.

    Notes
    -----
    Deaths are :math:`D = \sum_i y_i` with a Poisson number of incidents, so
    :math:`\mathrm{Var}(D)` is estimated by :math:`V = \sum_i y_i^2`, not by :math:`D`. The gamma
    interval of Fay and Feuer [1]_ for weighted sums of Poisson counts, with sizes as weights and
    :math:`M = \max_i y_i`, is :math:`\frac{V}{2D}\chi^2_{2D^2/V}(a)` to
    :math:`\frac{V+M^2}{2(D+M)}\chi^2_{2(D+M)^2/(V+M^2)}(1-a)`. With all sizes 1 it is Garwood's.

    Of all ways in which the people of a cumulative record may have died, all of them in one incident
    is the one with the largest variance: taken so, the interval is as wide as the record allows
    (for levels of a half and above).

    References
    ----------
    .. [1] Fay, M. P. and Feuer, E. J. (1997). Confidence intervals for directly standardized
       rates: a method based on the gamma distribution. *Stat. Med.* 16, 791-801.

    Examples
    --------
    >>> from gecam.mortality import compound_interval, garwood
    >>> [round(end) for end in compound_interval([1] * 60 + [5] * 8 + [400])]
    [62, 1986]
    >>> [round(end) for end in garwood(500)]   # pretending that the deaths were independent
    [464, 538]
    """
    y = checked_counts(sizes, "sizes")
    tail = (1 - level) / 2
    total, variance = float(y.sum()), float((y**2).sum())
    largest = max(float(y.max(initial=0)), 1.0)
    lower = variance / total * float(gammaincinv(total**2 / variance, tail)) if total else 0.0
    scale = (variance + largest**2) / (total + largest)
    return lower, scale * float(gammaincinv((total + largest) / scale, 1 - tail))


@checked
def deaths_with_intervals(
    sizes: pd.DataFrame, *, by: str | Sequence[str] = (), level: Probability = DEFAULT_LEVEL
) -> pd.DataFrame:
    """Return recorded deaths of each group with the interval of chance around them.

    Parameters
    ----------
    sizes
        ``dead_and_missing``, ``incidents``, ``cumulative_records`` (none if the column is absent)
        and the columns in `by`, as `size_table` or ``load_deaths("sizes")`` give them.
    by
        Columns to keep apart; nothing for one row in all.
    level
        Probability content of the intervals (`compound_interval`).

    Returns
    -------
    DataFrame
        The columns in `by`; ``incidents``; ``deaths`` (all that are recorded) and the interval
        around them, ``lower`` and ``upper`` (people); ``in_single_incidents`` (of the deaths; each
        cumulative record enters the interval as one incident, which makes it the widest possible);
        ``largest_share`` (of the deaths, in the largest incident); ``is_few`` (fewer
        than 30 incidents: a wreck larger than any recorded one may not be in the interval).

    Raises
    ------
    InputError
        If a column is missing.

    Examples
    --------
    >>> from gecam.mortality import deaths_with_intervals
    >>> sizes = pd.DataFrame({"dead_and_missing": [1, 5, 400], "incidents": [60, 8, 1]})
    >>> deaths_with_intervals(sizes)[["incidents", "deaths", "lower", "upper"]].round()
       incidents  deaths  lower   upper
    0         69   500.0   62.0  1986.0
    """
    keys = [by] if isinstance(by, str) else list(by)
    lacking = [name for name in (*keys, "dead_and_missing", "incidents") if name not in sizes]
    if lacking:
        raise InputError(f"sizes lack the column {lacking[0]!r}; they have {list(sizes.columns)}.")
    table = sizes if "cumulative_records" in sizes else sizes.assign(cumulative_records=0)
    groups = table.groupby(keys, dropna=False) if keys else [((), table)]
    rows = []
    for key, group in groups:
        people = group["dead_and_missing"]
        single = np.repeat(people, group["incidents"])
        cumulative = np.repeat(people, group["cumulative_records"])
        total = float(single.sum() + cumulative.sum())
        lower, upper = compound_interval(np.append(single, cumulative), level=level)
        share = float(single.max()) / total if len(single) and total else np.nan
        is_few = len(single) < FEW_INCIDENTS
        rows.append((*key, len(single), total, lower, upper, single.sum(), share, is_few))
    names = [
        "incidents", "deaths", "lower", "upper", "in_single_incidents", "largest_share", "is_few"
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[*keys, *names])


@checked
def bootstrap_totals(
    sizes: ArrayLike, *, draws: PositiveInt = 4000, seed: WholeNumber = 0, name: str = "deaths"
) -> FloatArray:
    """Return bootstrap totals of deaths that resample whole incidents.

    Parameters
    ----------
    sizes
        Dead and missing in each incident, >= 0. Shape ``(incident,)``.
    draws
        Number of totals that are drawn, at least 1; 4,000 by default.
    seed
        Same seed and name, same totals, whatever the order of the incidents.
    name
        Name of the random stream, such as the route and month.

    Returns
    -------
    FloatArray
        Shape ``(draw,)``; deaths. Each incident counts Poisson(1) times in each draw, so that the
        number of incidents varies as well.

    References
    ----------
    .. [1] Hanley, J. A. and MacGibbon, B. (2006). Creating non-parametric bootstrap samples using
       Poisson frequencies. *Computer Methods and Programs in Biomedicine* 83, 57-62.

    Examples
    --------
    >>> from gecam.mortality import bootstrap_totals
    >>> totals = bootstrap_totals([1] * 60 + [5] * 8 + [400], seed=1)
    >>> bool(460 < totals.mean() < 540), bool(370 < totals.std() < 430)
    (True, True)
    """
    draws = whole_number(draws, "draws", least=1, example=4000)
    refuse_large(draws, 4)
    from scipy.stats import poisson

    streams = Streams(seed)
    totals = np.zeros(draws)
    # Equal sizes share one draw: a sum of Poisson(1) counts is Poisson(number of incidents).
    values, incidents = np.unique(checked_counts(sizes, "sizes"), return_counts=True)
    for size, number in zip(values, incidents, strict=True):
        uniform = streams.uniform(f"mortality:{name}", f"size {size:g}", 0, draws)
        totals += size * poisson.ppf(uniform, number)
    return totals
