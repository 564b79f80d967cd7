"""Answers in the containers of other libraries."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gecam._arguments import refuse_large
from gecam._signature import checked
from gecam._typing import FloatArray
from gecam._version import __version__
from gecam.errors import MissingExtraError
from gecam.results.columns import OUTPUT

CONVENTIONS = "CF-1.11"


@checked
def labelled_draws(labels: pd.DataFrame, draws: Any, *, is_additive: bool) -> xr.DataArray:
    """Return draws as a labelled array with the attributes of the CF conventions.

    Parameters
    ----------
    labels
        Labels of the rows, one column for each dimension.
    draws
        Draws of shape ``(row, draw)``, in memory or of Dask; people.
    is_additive
        Whether the rows share nobody, so that they may be added.

    Returns
    -------
    xarray.DataArray
        Named ``people``, dimensions ``row`` and ``draw``; persons, NaN where a row could not be
        estimated. The draw is CF's *realization*; CF has no standard name for a number of people.
    """
    rows: dict[str, Any] = {
        str(column): (
            "row",
            labels[column].to_numpy(dtype=str),
            {"long_name": OUTPUT[str(column)].meaning if column in OUTPUT else str(column)},
        )
        for column in labels
    }
    number = {"standard_name": "realization", "long_name": "number of the draw", "units": "1"}
    return xr.DataArray(
        draws,
        dims=("row", "draw"),
        coords={**rows, "draw": ("draw", np.arange(draws.shape[1]), number)},
        name="people",
        attrs={
            "Conventions": CONVENTIONS,
            "long_name": "migrants affected by crises",
            "units": "1",
            "comment": "number of people; rows add up only if is_additive is 1",
            "is_additive": int(is_additive),
            "source": f"gecam {__version__}",
        },
    )


def on_a_grid(labels: pd.DataFrame, draws: FloatArray, *, is_additive: bool) -> xr.DataArray:
    """Return draws as an array with a dimension for each label; NaN where there is no such row.

    Parameters
    ----------
    labels
        Labels of the rows, one column for each dimension; no two rows alike.
    draws
        Draws of shape ``(row, draw)``, people.
    is_additive
        Whether the rows share nobody, so that they may be added.

    Raises
    ------
    InputError
        If the grid of all combinations does not fit into memory.
    """
    stacked = labelled_draws(labels, draws, is_additive=is_additive)
    columns = [str(column) for column in labels]
    places = [pd.factorize(labels[column]) for column in columns]
    shape = tuple(len(values) for _, values in places)
    n = draws.shape[1]
    refuse_large(n, math.prod(shape), name="a grid of draws", remedy=", or is_stacked=True")
    grid = np.full((*shape, n), np.nan)
    grid[tuple(codes for codes, _ in places)] = draws
    coords: dict[str, Any] = {
        column: (column, np.asarray(values, dtype=str), stacked[column].attrs)
        for column, (_, values) in zip(columns, places, strict=True)
    }
    return xr.DataArray(
        grid,
        dims=(*columns, "draw"),
        coords={**coords, "draw": stacked["draw"]},
        name=stacked.name,
        attrs=stacked.attrs,
    )


def to_arviz(people: xr.DataArray) -> Any:
    """Return the draws as ArviZ' container: variable ``people``, one chain.

    Raises
    ------
    MissingExtraError
        If ArviZ is not installed.
    """
    try:
        import arviz
    except ImportError as error:
        raise MissingExtraError('to_arviz needs ArviZ: pip install "gecam[arviz]"') from error
    dimensions = [str(name) for name in people.dims if name != "draw"]
    array = people.transpose("draw", *dimensions).expand_dims("chain")
    draws = {"people": array.to_numpy()}
    coords = {name: people[name].to_numpy() for name in dimensions}
    names: Any = {"coords": coords, "dims": {"people": dimensions}}
    if int(arviz.__version__.partition(".")[0]) >= 1:
        return arviz.from_dict({"posterior": draws}, **names)
    return arviz.from_dict(posterior=draws, **names)
