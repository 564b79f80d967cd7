"""Words of a list nearest to a misspelt one, without comparing it with all of them."""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gecam._typing import IntArray

_BINS = 64  # letters are counted by the last six bits of their number


def close_words(word: str, words: tuple[str, ...], *, most: int, least: float) -> list[str]:
    """Return the words whose similarity to one is at least `least`, nearest first.

    Parameters
    ----------
    word
        The misspelt word.
    words
        The words it could be.
    most
        How many to return.
    least
        Least similarity, in [0, 1]: 2 times the letters in matching runs, over the letters of both.

    Returns
    -------
    list of str
        As `difflib.get_close_matches`. Matching letters are at most those that both words have,
        counted without their order; only words that pass by this count are compared in full.

    Examples
    --------
    >>> from gecam.codes.close_words import close_words
    >>> close_words("sudann", ("sudan", "south sudan", "suriname"), most=2, least=0.75)
    ['sudan']
    """
    import numpy as np

    counts, lengths = _letters(words)
    common = np.minimum(counts, _letters((word,))[0]).sum(axis=1)
    fitting = np.flatnonzero(2 * common >= least * (lengths + len(word)))
    return difflib.get_close_matches(word, [words[i] for i in fitting], n=most, cutoff=least)


@lru_cache(maxsize=4)
def _letters(words: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    """Return how often letters occur in each word, and the lengths. Shapes ``(word, bin), (word,)``."""
    import numpy as np

    counts = np.array(
        [np.bincount([ord(letter) % _BINS for letter in word], minlength=_BINS) for word in words]
    )
    return counts, counts.sum(axis=1)
