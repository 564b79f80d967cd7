"""Words of needs overviews for sectors: OCHA's codes, and names in four languages."""

from __future__ import annotations

from functools import cache

from gecam.codes.names import fold
from gecam.codes.places import bundled_rows


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in bundled_rows("sector_words.csv"):
        code = row["code"]
        names |= dict.fromkeys((fold(code), *row["words"].split("|")), code)
    return names


def sector_name(word: str) -> str:
    """Return our name of a sector: OCHA's code, with ``intersectoral`` for ALL.

    Parameters
    ----------
    word
        A code or a name in English, French, Spanish or Portuguese; case and accents do not matter. A
        blank is ``unknown``; what is not in the table stays as it is written.

    Returns
    -------
    str
        The code.

    Examples
    --------
    >>> from gecam.codes import sector_name
    >>> sector_name("ALL"), sector_name("PRO_GBV"), sector_name("")
    ('intersectoral', 'PRO-GBV', 'unknown')
    >>> sector_name("Sécurité alimentaire")
    'FSC'
    """
    return _names().get(fold(word), word) if word else "unknown"


def is_sector(word: str) -> bool:
    """Return whether a word is blank, or a code or name that `sector_name` reads.

    Parameters
    ----------
    word
        A code or a name.

    Returns
    -------
    bool
        Whether it is.
    """
    return not word or fold(word) in _names()
