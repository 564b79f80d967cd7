"""Which encoding a text has that is not UTF-8: Windows' Western European one, or none."""

from __future__ import annotations

import re
from typing import Final

WESTERN: Final = "cp1252"
_LETTERS = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
_MARKS = "’‘“”–—…«»°ºª¿¡€•·\u00a0´"
_CAPITALS = "\u00c0-\u00d6\u00d8-\u00de\u0152\u0160\u0178\u017d"
_ASCII = "".join(map(chr, range(128)))
_ALL = frozenset(bytes(range(256)).decode(WESTERN, errors="ignore"))
_WESTERN = frozenset(c for c in _ALL if c in _ASCII + _MARKS or re.match(f"[{_LETTERS}]", c))
_MANY = re.compile(f"[{_LETTERS}]{{3}}")  # Cyrillic, Greek or Arabic words read as Western letters
_CAPITAL_INSIDE = re.compile(f"[a-z][{_CAPITALS}]")  # of a Macintosh: S\u017dn\u017dgal


def western(data: bytes) -> bool:
    """Tell whether bytes are text of Western European languages in the encoding of Windows.

    Every character above ASCII must be a letter of these languages or a mark of punctuation, never
    three such letters in a row, nor a capital after a small letter, as text of other code pages gives.

    Examples
    --------
    >>> from gecam.io.door.encodings import western
    >>> western("C\u00f4te d\u2019Ivoire".encode("cp1252"))
    True
    >>> western("\u0421\u0443\u0434\u0430\u043d".encode("cp1251"))
    False
    """
    try:
        text = data.decode(WESTERN)
    except UnicodeDecodeError:
        return False
    is_western = _WESTERN.issuperset(text)
    return is_western and not any(pattern.search(text) for pattern in (_MANY, _CAPITAL_INSIDE))
