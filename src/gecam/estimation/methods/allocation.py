"""Shares of a country's migrants by area, from counts, a gravity model, or both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Positive, WholeNumber
from gecam.errors import InputError
from gecam.estimation.draw.dirichlet import dirichlet_draws
from gecam.uncertainty import Streams

# Concentration of area shares by what they rest on; judged, not calibrated.
KAPPA = {"census": 200.0, "displacement tracking": 50.0, "gravity": 10.0}
GRAVITY = (1.0, 1.0, 0.7)  # exponents of population, distance, urban share; judged


@checked
def gravity_prior(
    population: pd.Series,
    *,
    distance: pd.Series | None = None,
    urban: pd.Series | None = None,
    beta: tuple[float, float, float] = GRAVITY,
) -> pd.Series:
    r"""Return expected shares of migrants by area where nobody counted them (gravity model [1]_).

    Parameters
    ----------
    population
        Residents by area (p-code as index), > 0.
    distance
        Distance to where migrants come in or work, in any unit, > 0; None: no effect.
    urban
        Share of residents in towns, in [0, 1]; None: no effect.
    beta
        Exponents of residents, distance and towns; the defaults are expert judgement.

    Returns
    -------
    pd.Series
        Shares that sum to 1, by area.

    Raises
    ------
    InputError
        If areas differ, residents or distances are not above 0, or a share lies outside [0, 1].

    Notes
    -----
    :math:`\pi^0_k \propto P_k^{\beta_1} d_k^{-\beta_2} e^{\beta_3 u_k}`.

    References
    ----------
    .. [1] Anderson, J. (2011). The gravity model. Annual Review of Economics 3, 133-160.

    Examples
    --------
    >>> from gecam.estimation.methods.allocation import gravity_prior
    >>> people = pd.Series({"SD01": 8e6, "SD02": 2e6})
    >>> gravity_prior(people, distance=pd.Series({"SD01": 100.0, "SD02": 400.0})).round(3)
    SD01    0.941
    SD02    0.059
    dtype: float64
    """
    weight = _positive(population, "population") ** beta[0]
    if distance is not None:
        weight = weight * _positive(_on(distance, weight, "distance"), "distance") ** -beta[1]
    if urban is not None:
        share = _on(urban, weight, "urban")
        if not share.between(0, 1).all():
            raise InputError(f"urban must lie in [0, 1]: got {share.min():g} to {share.max():g}")
        weight = weight * np.exp(beta[2] * share)
    return weight / weight.sum()


@dataclass(frozen=True, eq=False)
class AreaShares:
    r"""Expected shares of areas and their uncertainty.

    Parameters
    ----------
    share
        Expected shares by area; they sum to 1.
    is_covered
        Whether migrants were counted in the area.
    kappa
        Concentration of the shares among areas that were counted (of all, if none was).
    kappa_uncovered
        Concentration of what the prior says: how the total divides between counted and other
        areas, and how the others divide among themselves.

    Notes
    -----
    A count says nothing about areas where nobody counted. With both kinds of area the shares are
    nested: :math:`B \sim \mathrm{Beta}` for all areas without a count together, and one Dirichlet
    within each kind. Otherwise they are one Dirichlet.
    """

    share: pd.Series
    is_covered: pd.Series
    kappa: float
    kappa_uncovered: float

    def draws(self, streams: Streams, input_id: str, start: int, stop: int) -> FloatArray:
        """Draw the share of a country's migrants who live in each area.

        Parameters
        ----------
        streams
            Keyed streams of the run, which give the same draws by any worker and in any order.
        input_id
            Name of the uncertain input: ``"needs/sdn/SDN/areas"``.
        start, stop
            Draw numbers, ``0 <= start <= stop``.

        Returns
        -------
        FloatArray
            Shape ``(area, stop - start)``; each draw sums to 1.
        """
        areas = self.share.index.astype(str).tolist()
        result = np.empty((len(areas), stop - start))
        blocks = self._blocks()
        split = np.ones((1, stop - start))
        if len(blocks) == 2:
            split = dirichlet_draws(
                [self.share[block].sum() for block, _ in blocks],
                self.kappa_uncovered,
                streams,
                input_id,
                ["covered areas", "other areas"],
                start=start,
                stop=stop,
            )
        for (block, kappa), part in zip(blocks, split, strict=True):
            names = [areas[k] for k in np.flatnonzero(block)]
            result[block] = part * dirichlet_draws(
                self.share[block], kappa, streams, input_id, names, start=start, stop=stop
            )
        return result

    def _blocks(self) -> list[tuple[pd.Series, float]]:
        """Return the kinds of area with people in them, and the concentration within each."""
        kinds = [self.is_covered, ~self.is_covered]
        used = [kind for kind in kinds if self.share[kind].sum() > 0]
        return list(zip(used, (self.kappa, self.kappa_uncovered), strict=False))


@checked
def area_shares(
    prior: pd.Series,
    *,
    kappa: Positive,
    counts: pd.Series | None = None,
    covered: pd.Series | None = None,
    kappa_uncovered: Positive = KAPPA["gravity"],
) -> AreaShares:
    r"""Combine a prior by area with counts where there are some.

    Parameters
    ----------
    prior
        Weights by area from `gravity_prior` or elsewhere, > 0, in any unit.
    kappa
        Concentration of what the shares rest on; `KAPPA` holds the judged defaults.
    counts
        People counted by area, >= 0; empty where nobody counted. By default the prior stands alone.
    covered
        True where the count covered the area; by default where it is not empty. An area that was not
        covered is not zero: it gets its part of the prior.
    kappa_uncovered
        Concentration of the prior beside counts, > 0: a number of people whose homes would be known.

    Returns
    -------
    AreaShares
        Expected shares, and concentration within covered and other areas.

    Raises
    ------
    InputError
        If areas differ, weights or counts are negative, a covered area has no count, or nobody was
        counted in all areas that were covered.

    Notes
    -----
    Counts stand for themselves, and other areas get :math:`g_k \sum_C n / \sum_C g`, with sums over
    covered areas: the prior is scaled to the counts where both are known.

    Examples
    --------
    >>> from gecam.estimation.methods.allocation import KAPPA, area_shares
    >>> prior = pd.Series({"LY01": 5.0, "LY02": 3.0, "LY03": 2.0})
    >>> people = pd.Series({"LY01": 60_000.0, "LY02": 20_000.0, "LY03": np.nan})
    >>> shares = area_shares(prior, kappa=KAPPA["displacement tracking"], counts=people)
    >>> shares.share.round(2).tolist()
    [0.6, 0.2, 0.2]
    """
    weight = _positive(prior, "prior")
    is_covered = pd.Series(False, index=weight.index)
    expected = weight
    if counts is not None:
        people = counts.astype("float64").reindex(weight.index)
        if set(counts.index) - set(weight.index):
            raise InputError(f"counts name unknown areas: {set(counts.index) - set(weight.index)}")
        is_covered = (
            people.notna() if covered is None else _on(covered, weight, "covered").astype(bool)
        )
        if people[is_covered].isna().any():
            missing = people.index[is_covered & people.isna()][0]
            raise InputError(f"area {missing!r} was covered and has no count: missing is not zero")
        if (people < 0).any():
            raise InputError(f"counts must be >= 0: got {people.min():,.15g}")
        if people[is_covered].sum() <= 0:
            raise InputError("nobody was counted anywhere: allocate by the prior alone")
        scaled = weight * (people[is_covered].sum() / weight[is_covered].sum())
        expected = people.where(is_covered, scaled)
    elif covered is not None:
        raise InputError("covered says where counts hold: give counts")
    return AreaShares(expected / expected.sum(), is_covered, kappa, kappa_uncovered)


@checked
def allocate(
    total: ArrayLike,
    prior: pd.Series,
    *,
    kappa: Positive,
    streams: Streams,
    input_id: str,
    counts: pd.Series | None = None,
    covered: pd.Series | None = None,
    kappa_uncovered: Positive = KAPPA["gravity"],
    start: WholeNumber = 0,
) -> xr.DataArray:
    """Divide draws of a national stock among its areas.

    Parameters
    ----------
    total
        Draws of the national stock, people. Shape ``(draw,)``.
    prior, kappa, counts, covered, kappa_uncovered
        As in `area_shares`.
    streams, input_id
        Named random numbers; each area draws from the component of its own name.
    start
        Number of the first draw, >= 0.

    Returns
    -------
    xr.DataArray
        People by ``area`` and ``draw``; the areas sum to the total in every draw.

    Raises
    ------
    InputError
        If the total is negative or missing in a draw, or as `area_shares`.

    Examples
    --------
    >>> from gecam.estimation.methods.allocation import allocate
    >>> from gecam.uncertainty import Streams
    >>> prior = pd.Series({"SD01": 3.0, "SD02": 1.0})
    >>> people = allocate([1000.0, 2000.0], prior, kappa=10, streams=Streams(1), input_id="SDN")
    >>> people.sum("area").values
    array([1000., 2000.])
    """
    people = np.atleast_1d(np.asarray(total, dtype=np.float64))
    if people.ndim != 1 or not (np.all(people >= 0) and np.all(people < np.inf)):
        raise InputError("total must be one row of draws, finite and >= 0")
    shares = area_shares(
        prior, kappa=kappa, counts=counts, covered=covered, kappa_uncovered=kappa_uncovered
    )
    draws = shares.draws(streams, input_id, start, start + len(people))
    areas = shares.share.index.to_numpy()
    return xr.DataArray(people * draws, dims=("area", "draw"), coords={"area": areas})


def _positive(values: pd.Series, name: str) -> pd.Series:
    numbers = values.astype("float64")
    if numbers.index.has_duplicates or numbers.empty:
        raise InputError(f"{name} must name each area once")
    if not ((numbers > 0) & (numbers < np.inf)).all():
        bad = numbers.index[~((numbers > 0) & (numbers < np.inf))][0]
        raise InputError(f"{name} must be > 0 and finite: got {numbers[bad]} for {bad!r}")
    return numbers


def _on(values: pd.Series, like: pd.Series, name: str) -> pd.Series:
    """Return values in the order of areas of `like`; every area must have one."""
    different = set(values.index) ^ set(like.index)
    if different or values.isna().any():
        raise InputError(
            f"{name} must have a value for each area: {sorted(map(str, different))[:5]}"
        )
    return values.reindex(like.index)
