"""Which of the IASC's counts an answer is, of which date, and which it is not: one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gecam._signature import checked
from gecam.model import Measure
from gecam.results.messages import message


@checked
def count_sentence(measure: Measure, dates: Iterable[date]) -> str:
    """Return which of the IASC's counts figures are, of which dates, and which they are not.

    Parameters
    ----------
    measure
        ``exposed``, ``affected``, ``in_need`` or ``severe``.
    dates
        Reference dates of the figures, in any order; the first and the last are named.

    Returns
    -------
    str
        One sentence, in the language of `gecam.results.translated`.

    References
    ----------
    Inter-Agency Standing Committee (2016). *Humanitarian Population Figures*.

    Examples
    --------
    >>> from datetime import date
    >>> from gecam.results import count_sentence
    >>> count_sentence("affected", [date(2026, 7, 1)])[:52]
    "These are people affected, by the IASC's names, 2026"
    """
    days = sorted({day.isoformat() for day in dates})
    said = message("COUNT_DATES", first=days[0], last=days[-1]) if len(days) > 1 else days[0]
    return str(message(f"COUNT_{measure.upper()}", dates=str(said)))
