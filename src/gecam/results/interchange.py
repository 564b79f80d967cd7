"""Answers in the containers of other libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gecam.errors import MissingExtraError

if TYPE_CHECKING:
    from gecam.results.breakdown import Breakdown


def to_arviz(breakdown: Breakdown) -> Any:
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
    array = breakdown.to_xarray().transpose("draw", "row").expand_dims("chain")
    labels = ["/".join(map(str, row)) for row in breakdown.labels.to_numpy()]
    return arviz.from_dict(
        posterior={"people": array.to_numpy()}, coords={"row": labels}, dims={"people": ["row"]}
    )
