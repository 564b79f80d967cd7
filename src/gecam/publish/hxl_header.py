"""HXL: hashtags under the headers, so that humanitarian tools know what a column holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

TAGS: Mapping[str, str] = {
    "release": "#meta+release",
    "breakdown": "#meta+breakdown",
    "id": "#meta+id",
    "iso3": "#country+code+iso3",
    "m49": "#country+code+m49",
    "country": "#country+name",
    "crisis": "#crisis+code",
    "crisis_name": "#crisis+name",
    "glide": "#crisis+code+glide",
    "group": "#population+type",
    "origin": "#country+origin+code+iso3",
    "region": "#region+name",
    "as_of": "#date+reference",
    "scope": "#meta+scope",
    "measure": "#indicator+name",
    "status": "#status",
    "reason": "#description+reason",
    "rung": "#meta+evidence",
    "grade": "#meta+quality",
    "flags": "#meta+flags",
    "people": "#affected+migrants+label",
    "interval": "#affected+migrants+interval",
    "mean": "#affected+migrants+mean",
    "lower": "#affected+migrants+min",
    "upper": "#affected+migrants+max",
    "level": "#meta+level",
    "median": "#affected+migrants+median",
    "odds_ratio_1": "#affected+migrants+reference",
    "cv": "#meta+cv",
    "mcse": "#meta+mcse",
    "lower_bound": "#affected+migrants+bound+min",
    "upper_bound": "#affected+migrants+bound+max",
    "published": "#affected+migrants+published",
    "stock": "#population+migrants",
    "inputs": "#meta+source",
    "standing": "#status+release",
    "released_on": "#date+released",
}


def hxl_tags(columns: Iterable[str]) -> list[str]:
    """Return the hashtag of each column; columns without one get an empty cell.

    Examples
    --------
    >>> from gecam.publish import hxl_tags
    >>> hxl_tags(["iso3", "mean", "something"])
    ['#country+code+iso3', '#affected+migrants+mean', '']
    """
    return [TAGS.get(str(name), "") for name in columns]
