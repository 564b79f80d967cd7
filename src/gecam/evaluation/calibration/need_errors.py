"""Calibration of shares: people in need, groups, odds ratios, and where migrants live."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from gecam._signature import checked
from gecam._typing import NonNegative, Positive
from gecam.errors import InputError
from gecam.estimation import LearnedOddsRatio, ecological_bias, learn_odds_ratio
from gecam.evaluation.calibration.noise import Noise, noise
from gecam.model import FIXED

UNCHANGED = 1e-6  # logit difference
NEAR_ONE = 0.995  # a share that says "all of them", whatever the rounding


def needs_noise(pairs: pd.DataFrame) -> tuple[Noise, ...]:
    r"""Return the noise of published shares in need, by kind of comparison.

    Parameters
    ----------
    pairs
        Columns ``comparison``, ``iso3``, ``first``, ``second`` (people in need) and ``residents``.

    Returns
    -------
    tuple of Noise
        For each comparison, of all pairs and (name ending in ``, changed``) of those that differ.

    Notes
    -----
    Differences of :math:`\operatorname{logit}(P/N)` with the same N. Two tables of one plan differ
    by error *and* by what happened between their dates: an upper reading among the changed, while
    the unchanged were not assessed again. INFORM mostly repeats the plan's figure: a lower reading.

    Examples
    --------
    >>> from gecam.evaluation import needs_noise
    >>> pairs = pd.DataFrame({"comparison": "two tables", "iso3": ["AAA", "BBB"], "first": [1e6, 2e6],
    ...                       "second": [1e6, 3e6], "residents": [10e6, 10e6]})
    >>> [(kind.name, kind.n, round(kind.rms, 2)) for kind in needs_noise(pairs)]
    [('two tables', 2, 0.38), ('two tables, changed', 1, 0.54)]
    """
    share = [
        np.minimum(pairs[name] / pairs["residents"], FIXED.largest_share)
        for name in ("first", "second")
    ]
    table = pairs.assign(difference=logit(share[1]) - logit(share[0]))
    kinds: dict[str, pd.DataFrame] = {}
    for name, rows in table.groupby("comparison"):
        kinds[str(name)] = rows
        kinds[f"{name}, changed"] = rows[rows["difference"].abs() > UNCHANGED]
    return tuple(
        noise(label, part["difference"], clusters=list(part["iso3"]))
        for label, part in kinds.items()
    )


@dataclass(frozen=True, slots=True)
class GroupShare:
    """Published shares in need of one group; shares above 1 come from other dates and count as 1.

    Parameters
    ----------
    group
        ``protection``, or ``other`` (migrants, and groups of mixed status).
    n
        Comparable rows.
    mean, sd, smallest, median, largest
        Of the shares, clipped at 1; `largest` is not clipped.
    n_all, n_by_construction
        Rows that say that all are in need (0.995 and more), and rows where the plan uses one number
        for people in need and present: rules of planning, no measurements.
    """

    group: str
    n: int
    mean: float
    sd: float
    smallest: float
    median: float
    largest: float
    n_all: int
    n_by_construction: int


def group_shares_published(shares: pd.DataFrame) -> tuple[GroupShare, GroupShare]:
    """Summarise published shares in need by group: two shares, never one pooled.

    Parameters
    ----------
    shares
        Columns ``group`` (``protection``; ``other`` and ``migrants`` count together), ``share``,
        ``tag`` (only tags that begin with ``comparable`` are used), ``is_by_construction``.

    Returns
    -------
    protection, other : GroupShare
    """
    comparable = shares[shares["tag"].str.startswith("comparable")]
    is_protection = comparable["group"].eq("protection")
    return (
        _group_share("protection", comparable[is_protection]),
        _group_share("other", comparable[~is_protection]),
    )


def _group_share(name: str, rows: pd.DataFrame) -> GroupShare:
    raw = rows["share"].to_numpy(dtype="float64")
    if not raw.size:
        raise InputError(f"no comparable share of the group {name!r}")
    share = np.minimum(raw, 1.0)
    return GroupShare(
        name, raw.size, float(share.mean()), float(share.std(ddof=1)),
        float(raw.min()), float(np.median(share)), float(raw.max()),
        int(np.sum(raw >= NEAR_ONE)), int(rows["is_by_construction"].sum()),
    )  # fmt: skip


@checked
def published_odds_ratios(
    counts: pd.DataFrame, *, log_or_sd: NonNegative = 0.4
) -> LearnedOddsRatio:
    """Return the odds ratios that published counts of migrants and residents imply.

    Parameters
    ----------
    counts
        Columns of `gecam.estimation.learn_odds_ratio`; rows without figures of residents are
        counted as missing.
    log_or_sd
        Standard deviation of the error of a log odds ratio, >= 0 (expert judgement: figures of plans
        of grades B and C are no samples).

    Returns
    -------
    LearnedOddsRatio
        ``judged`` with fewer than 5 usable countries.
    """
    names = ["country", "migrants_in_need", "migrants", "residents_in_need", "residents"]
    return learn_odds_ratio(counts[names].assign(log_or_sd=log_or_sd))


@checked
def ecological_table(areas: pd.DataFrame, *, kappa: Positive = 10.0) -> pd.DataFrame:
    r"""Return, by country, how far migrants' share can lie from the national one by where they live.

    Parameters
    ----------
    areas
        Columns ``iso3``, ``area``, ``in_need``, ``residents`` and ``refugees`` (in need by area;
        empty where they are not published).
    kappa
        Concentration of the Dirichlet distribution of migrants over areas around the residents',
        > 0 (expert judgement; 10 where nobody counted).

    Returns
    -------
    DataFrame
        Index iso3: ``areas``, ``share`` (all residents), ``lowest`` and ``highest`` (bounds: all
        migrants in one area), and differences of logits: ``unknown`` (sd, where migrants by area
        are not known), ``crowded`` (if they crowd where many people live: weights
        :math:`P^{1.5}`), ``refugees`` (where refugees in need live; empty where not published).

    Notes
    -----
    Migrants by area are not published for any of these countries, so the bias itself is not known.
    With :math:`\pi \sim \mathrm{Dirichlet}(\kappa P)` the variance of :math:`\sum\pi_k p_k` is
    :math:`(\sum P_k p_k^2 - p^2)/(\kappa + 1)`, divided by :math:`p(1-p)` for the logit.
    """
    rows = []
    for iso3, part in areas.groupby("iso3"):
        table = part.set_index("area")
        residents = table["residents"]
        affected = (table["in_need"] / residents).clip(upper=1.0)
        weight = residents / residents.sum()
        share = float((weight * affected).sum())
        variance = float((weight * affected**2).sum() - share**2) / (kappa + 1)
        crowded = ecological_bias(residents**1.5, residents, affected)
        refugees = table["refugees"]
        bias = (
            ecological_bias(refugees, residents, affected).logit_difference
            if refugees.notna().all() and refugees.sum() > 0
            else np.nan
        )
        rows.append(
            {
                "iso3": iso3,
                "areas": len(table),
                "share": share,
                "lowest": float(affected.min()),
                "highest": float(affected.max()),
                "unknown": float(np.sqrt(variance)) / (share * (1 - share)),
                "crowded": crowded.logit_difference,
                "refugees": bias,
            }
        )
    return pd.DataFrame(rows).set_index("iso3")
