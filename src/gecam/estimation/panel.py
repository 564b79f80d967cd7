"""Panels: one case after another, of which only tables are kept, or draws only when asked for."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from concurrent.futures import Executor
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError, MissingExtraError, PrecisionWarning
from gecam.estimation.pipeline import estimate
from gecam.estimation.provenance import without_hash
from gecam.model import Case
from gecam.results import Breakdown, Dimension
from gecam.uncertainty import DEFAULT_DRAWS, DEFAULT_LEVEL

if TYPE_CHECKING:
    import xarray as xr


@checked
def estimate_panel(
    cases: Iterable[Case],
    *dimensions: Dimension,
    draws: PositiveInt = DEFAULT_DRAWS,
    seed: WholeNumber = 2022,
    level: Probability = DEFAULT_LEVEL,
    executor: Executor | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Estimate a row of cases, such as years, in the memory of one.

    Parameters
    ----------
    cases
        Cases with different names; a generator is read one case at a time.
    *dimensions
        As in `gecam.results.Estimates.by`; rows by origin and sex have no draws unless they are few.
    draws, seed, level, executor
        As in `estimate`. One seed for all cases: a factor of the same name, such as the odds ratio, has
        the same draws in every year, so that differences between years are not noise.
    **options
        Further options of `estimate`.

    Returns
    -------
    pandas.DataFrame
        The rows of `Breakdown.summary` of each case below the other, after a column ``case``.

    Examples
    --------
    >>> from gecam.datasets import load_edition
    >>> from gecam.estimation import estimate_panel
    >>> cases = (load_edition(name).restrict(["SDN"]) for name in ("2022", "2024"))
    >>> estimate_panel(cases, "destination", draws=100)[["case", "destination"]].to_numpy().tolist()
    [['2022', 'SDN'], ['2024', 'SDN']]
    """

    def rows(case: Case) -> pd.DataFrame:
        """Return the rows of a case; its draws are let go before those of the next are made."""
        with without_hash():
            est = estimate(case, draws=draws, seed=seed, level=level, executor=executor, **options)
        table = est.by(*dimensions).summary()
        table.insert(0, "case", case.name)
        return table

    tables = list(map(rows, cases))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


@checked
def panel_draws(
    cases: Iterable[Case],
    *dimensions: Dimension,
    draws: PositiveInt = DEFAULT_DRAWS,
    seed: WholeNumber = 2022,
    **options: Any,
) -> xr.DataArray:
    """Describe the draws of a row of cases as one lazy array; they are made chunk by chunk.

    Parameters
    ----------
    cases
        Cases with different names, such as years.
    *dimensions
        As in `gecam.results.Estimates.by`. With ``destination`` among them, a chunk is one destination
        of one case; otherwise it is one case.
    draws, seed
        As in `estimate`. Factors of one name have the same draws in every case.
    **options
        Further options of `estimate`.

    Returns
    -------
    xarray.DataArray
        Persons, dimensions ``row`` and ``draw``, a Dask array; coordinates of ``row`` are ``case`` and
        the dimensions. Each value has the bits of ``estimate(case).by(..., draws="corridor")``. Rows
        that are not estimated are NaN.

    Raises
    ------
    InputError
        If there is no case, or two have one name.
    MissingExtraError
        If Dask is not installed.

    Notes
    -----
    Labels of rows come from an estimate with two draws of each chunk: 0.1 s with 44,000 figures of
    stock. Reduce the array with xarray: with two threads, sums of 22,000 rows of 10,000 draws (1.8 GB)
    took 120 MB.

    Examples
    --------
    >>> from gecam.datasets import load_edition
    >>> from gecam.estimation import panel_draws
    >>> cases = [load_edition(name).restrict(["SDN"]) for name in ("2022", "2024")]
    >>> panel = panel_draws(cases, "destination", "origin", draws=100)  # doctest: +SKIP
    >>> panel.groupby("case").sum().mean("draw").compute()  # doctest: +SKIP
    """
    try:
        array, delayed = import_module("dask.array"), import_module("dask.delayed").delayed
    except ImportError as error:
        raise MissingExtraError('panel_draws needs Dask: pip install "gecam[dask]"') from error
    from gecam.results import labelled_draws

    cases = list(cases)
    names = [case.name for case in cases]
    if not cases or len(set(names)) < len(names):
        raise InputError(f"needs at least one case, and cases of different names: got {names}")

    def rows(case: Case, n: int) -> Breakdown:
        est = estimate(case, draws=n, seed=seed, **options)
        return est.by(*dimensions, draws="corridor")

    def people(case: Case) -> FloatArray:
        return np.asarray(rows(case, draws).draws)

    labels, chunks = [], []
    for case in cases:
        whole = "destination" not in dimensions
        for part in [case] if whole else [case.restrict([d]) for d in case.destinations]:
            with warnings.catch_warnings():  # of few draws; the chunks have their own
                warnings.simplefilter("ignore", PrecisionWarning)
                table = rows(part, 2).labels
            labels.append(table.assign(case=case.name))
            chunks.append(
                array.from_delayed(
                    delayed(people, pure=False)(delayed(part, traverse=False)),
                    (len(table), draws),
                    dtype=np.float64,
                )
            )
    # people of one country in two years may be the same: rows of several cases do not add
    return labelled_draws(
        pd.concat(labels, ignore_index=True), array.concatenate(chunks), is_additive=False
    )
