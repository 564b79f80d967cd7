"""The libraries of the extra `geo`, imported where they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gecam.errors import MissingExtraError

EXTRA_OF = {
    "shapely": "geo",
    "pyproj": "geo",
    "rasterio": "geo",
    "exactextract": "geo",
    "shapefile": "geo",
    "dask": "dask",
}


def library(name: str) -> Any:
    """Return a library of an extra.

    Parameters
    ----------
    name
        Name of the module: ``"shapely"``, ``"pyproj"``, ``"rasterio"``, ``"exactextract"``,
        ``"shapefile"`` (pyshp) or ``"dask"``.

    Raises
    ------
    MissingExtraError
        If it is not installed; the message names the extra.
    """
    try:
        return import_module(name)
    except ImportError as error:
        extra = EXTRA_OF[name.partition(".")[0]]
        raise MissingExtraError(
            f'{name} is not installed. Geometry needs it: pip install "gecam[{extra}]".'
        ) from error
