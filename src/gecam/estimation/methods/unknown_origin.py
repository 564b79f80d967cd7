"""People of unknown origin, divided among origins without changing the total."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from gecam._signature import checked
from gecam._typing import Positive
from gecam.errors import InputError
from gecam.estimation.draw.dirichlet import dirichlet_draws
from gecam.uncertainty import Streams

KAPPA = 50.0  # concentration of the shares of unknown origins; judged
UNKNOWN = ("OOO",)


@dataclass(frozen=True, eq=False)
class Redistribution:
    """Known origins, and how the people of unknown origin divide among origins.

    Parameters
    ----------
    listed
        People by known origin, as published.
    unknown
        People of unknown origin.
    share
        Expected shares of the unknown by origin; they sum to 1 (empty where nobody is unknown).
    kappa
        Concentration of these shares.
    """

    listed: pd.Series
    unknown: float
    share: pd.Series
    kappa: float

    def expected(self) -> pd.Series:
        """Return expected people by origin; the sum is the published total."""
        return self.listed.add(self.share * self.unknown, fill_value=0.0)

    def draws(self, streams: Streams, input_id: str, start: int, stop: int) -> xr.DataArray:
        """Draw people by origin; each draw sums to the published total.

        Each origin draws from the component of its own code.

        Parameters
        ----------
        streams
            Keyed streams of the run, which give the same draws by any worker and in any order.
        input_id
            Name of the uncertain input: ``"unknown origin/SDN"``.
        start, stop
            Draw numbers, ``0 <= start <= stop``.

        Returns
        -------
        xarray.DataArray
            Persons, dimensions ``origin`` and ``draw``.
        """
        origins = self.expected().index
        base = self.listed.reindex(origins, fill_value=0.0).to_numpy(dtype="float64")
        people = np.repeat(base[:, None], stop - start, axis=1)
        if self.unknown > 0:
            people[origins.get_indexer(self.share.index)] += self.unknown * dirichlet_draws(
                self.share,
                self.kappa,
                streams,
                input_id,
                self.share.index.astype(str).tolist(),
                start=start,
                stop=stop,
            )
        return xr.DataArray(
            people, dims=("origin", "draw"), coords={"origin": origins.to_numpy(dtype=object)}
        )


@checked
def redistribute_unknown(
    people: pd.Series,
    *,
    unknown: Collection[str] = UNKNOWN,
    kappa: Positive = KAPPA,
    exclude_listed: bool = False,
    prior: pd.Series | None = None,
) -> Redistribution:
    r"""Divide people of unknown origin among origins.

    Parameters
    ----------
    people
        People by origin code of one destination, >= 0.
    unknown
        Codes that stand for unknown or other origins: ``OOO`` in UN DESA's tables.
    kappa
        Concentration of the shares; the default is expert judgement.
    exclude_listed
        True if only origins that are not listed may get them: small origins are what statisticians
        lump into "others", so that sharing in proportion to the listed ones is doubtful.
    prior
        Weights by origin for ``exclude_listed=True``, such as the origins of migrants in the rest
        of the region. Listed origins in it are left out.

    Returns
    -------
    Redistribution
        Listed people, and the distribution of the others among origins.

    Raises
    ------
    InputError
        If people are negative or missing, codes repeat, or there is no origin to give them to.

    Notes
    -----
    Multinomial, missing at random: :math:`\pi \sim \mathrm{Dir}(\kappa\,\pi^0)` with
    :math:`\pi^0` the shares of the listed origins (or of the prior). The destination's total is the
    same in every draw.

    Examples
    --------
    >>> from gecam.estimation.methods.unknown_origin import redistribute_unknown
    >>> stock = pd.Series({"ERI": 120_000.0, "SSD": 780_000.0, "OOO": 100_000.0})
    >>> redistribute_unknown(stock).expected().round()
    ERI    133333.0
    SSD    866667.0
    dtype: float64
    """
    counts = people.astype("float64")
    if counts.index.has_duplicates:
        raise InputError("people must name each origin once")
    if not ((counts >= 0) & (counts < np.inf)).all():
        raise InputError("people must be finite and >= 0: missing is not zero")
    is_unknown = counts.index.isin(list(unknown))
    listed, total = counts[~is_unknown], float(counts[is_unknown].sum())
    if exclude_listed:
        if prior is None:
            raise InputError("exclude_listed=True needs a prior over origins that are not listed")
        weights = prior.astype("float64")[~prior.index.isin(listed.index[listed > 0])]
        weights = weights[~weights.index.isin(list(unknown))]
    elif prior is not None:
        raise InputError("a prior is used with exclude_listed=True only")
    else:
        weights = listed
    if not ((weights >= 0) & (weights < np.inf)).all():
        raise InputError("the prior must be finite and >= 0")
    if total == 0:
        return Redistribution(listed, 0.0, listed.iloc[:0], kappa)
    if weights.sum() <= 0:
        raise InputError(f"{total:,.15g} people have no origin to be given to: give a prior")
    return Redistribution(listed, total, weights / weights.sum(), kappa)
