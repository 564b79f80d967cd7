"""Hashtags of the Humanitarian Exchange Language (HXL) under the headers of a table."""

from __future__ import annotations

from collections.abc import Iterable

from gecam.results import OUTPUT


def hxl_tags(columns: Iterable[str]) -> list[str]:
    """Return the hashtag of each column; columns without one get an empty cell.

    Examples
    --------
    >>> from gecam.publish import hxl_tags
    >>> hxl_tags(["iso3", "mean", "something"])
    ['#country+code+iso3', '#affected+migrants+mean', '']
    """
    return [OUTPUT[name].hxl if name in OUTPUT else "" for name in map(str, columns)]
