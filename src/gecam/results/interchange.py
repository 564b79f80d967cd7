"""Answers in the containers of other libraries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gecam._signature import checked
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


def to_arviz(labels: pd.DataFrame, people: xr.DataArray) -> Any:
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
    array = people.transpose("draw", "row").expand_dims("chain")
    rows = ["/".join(map(str, row)) for row in labels.to_numpy()]
    draws = {"people": array.to_numpy()}
    names: Any = {"coords": {"row": rows}, "dims": {"people": ["row"]}}
    if int(arviz.__version__.partition(".")[0]) >= 1:
        return arviz.from_dict({"posterior": draws}, **names)
    return arviz.from_dict(posterior=draws, **names)
