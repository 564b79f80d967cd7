"""Numbers and names as they stand in sentences and tables for readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import ceil, floor, isnan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from gecam._typing import ArrayLike
from gecam.report.sentences import said
from gecam.results import in_language
from gecam.uncertainty import (
    NOT_ESTIMATED,
    SMALLEST_SHOWN,
    equal_tailed,
    fewer_than,
    people_cell,
    round_together,
    sd_of_interval,
)

if TYPE_CHECKING:
    from gecam.evaluation import Target

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def day_words(day: date) -> str:
    """Return a day as a sentence has it: ``1 July 2026``.

    Examples
    --------
    >>> from datetime import date
    >>> from gecam.report.words import day_words
    >>> day_words(date(2026, 7, 1))
    '1 July 2026'
    """
    return said("DAY", day=day.day, month=in_language(MONTHS[day.month - 1]), year=day.year)


def people_range(
    mean: float,
    lower: float,
    upper: float,
    *,
    sd: float = 0.0,
    mcse: float = 0.0,
    threshold: float = SMALLEST_SHOWN,
) -> str:
    """Return people and their interval as text, rounded together.

    Below the threshold the text is "<100", or what the threshold is, without an interval, since the
    ends would tell the number.

    Examples
    --------
    >>> from gecam.report.words import people_range
    >>> people_range(13_818.6, 8_389.5, 19_531.8, sd=3_400.0)
    '13,800 (8,300 to 19,600)'
    >>> people_range(42.0, 12.0, 96.0), people_range(0.0, 0.0, 0.0)
    ('<100', '0')
    >>> people_range(float("nan"), 0.0, 0.0)
    'not estimated'
    """
    if isnan(mean) or mean == upper == 0:
        return spoken(people_cell(mean))
    if abs(mean) < threshold:
        return fewer_than(threshold) if lower >= 0 else said("NO_CLEAR_CHANGE")
    ((people, low, high),) = round_together(mean, lower, upper, sd=sd, mcse=mcse).texts(
        small="none"
    )
    return f"{spoken(people)} ({said('FROM_TO', lower=spoken(low), upper=spoken(high))})"


def spoken(people: str) -> str:
    """Return rounded people in the language of the page: what is no number is words."""
    if people == NOT_ESTIMATED:
        return said("NO_ESTIMATE")
    return said("UNDER", people=people[6:]) if people.startswith("under ") else people


def percent_range(mean: float, lower: float, upper: float) -> str:
    """Return a share and its interval as text: whole percent, ends outwards.

    Examples
    --------
    >>> from gecam.report.words import percent_range
    >>> percent_range(0.614, 0.522, 0.688)
    '61% (52 to 69)'
    """
    low, high = floor(100 * lower + 1e-9), ceil(100 * upper - 1e-9)
    return (
        f"{100 * mean:.0f}% ({said('FROM_TO', lower=low, upper=high)})" if mean >= 0.01 else "<1%"
    )


def share_range(lower: float, upper: float) -> str:
    """Return the interval of a share of the variance as text, which cannot be below 0."""
    return said("FROM_TO", lower=f"{max(lower, 0):.0%}", upper=f"{upper:.0%}")


def ends_of(level: float) -> tuple[str, str]:
    """Return the headings of the two ends of an interval, whose level is in (0, 1)."""
    return said("LEVEL_FROM", level=level), said("TO_COLUMN")


def people_interval(draws: ArrayLike, level: float) -> str:
    """Return the mean of draws and their interval as text; see `people_range`."""
    people = np.asarray(draws, dtype=np.float64)
    lower, upper = equal_tailed(people, level=level)
    sd = float(people.std(ddof=1))
    return people_range(
        float(people.mean()), float(lower), float(upper), sd=sd, mcse=sd / sqrt(people.size)
    )


def change_range(row: Mapping[str, float], level: float) -> str:
    """Return the ``difference`` of a row and its interval as text; see `people_range`."""
    lower, upper = row["lower"], row["upper"]
    return people_range(
        row["difference"], lower, upper, sd=float(sd_of_interval(lower, upper, level))
    )


def people_alone(people: float) -> str:
    """Return people as text without an interval."""
    return people_range(people, people, people).split(" (")[0]


def money(amount: float) -> str:
    """Return an amount of money as text.

    Examples
    --------
    >>> from gecam.report.words import money
    >>> money(49_381_000.0), money(1_250.0)
    ('49.4 million', '1,250')
    """
    for size, code in ((1e9, "BILLION"), (1e6, "MILLION")):
        if abs(amount) >= size:
            return said(code, amount=f"{amount / size:.3g}")
    return f"{amount:,.0f}"


def money_range(amounts: tuple[float, float, float], currency: str) -> str:
    """Return a mean amount of money with its interval, and the currency."""
    mean, lower, upper = (money(x) for x in amounts)
    return said("COST_RANGE", mean=mean, currency=currency, lower=lower, upper=upper)


def unit_cost(amount: float) -> str:
    """Return a cost per person as text: cents only where there are some."""
    return f"{amount:,.2f}".removesuffix(".00")


def percent(share: float) -> str:
    """Return a share that was given, not estimated, in percent."""
    return f"{100 * share:.3g}%"


def signed(change: float) -> str:
    """Return a change of people with its sign and grouped digits."""
    return f"{change:+,.0f}"


def of_target(target: Target) -> str:
    """Return a target as it stands in a heading: of the world, which of the totals it is."""
    if target.kind != "world":
        return target.words
    return said("WORLD_IS", world=target.words)


def capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def as_sentence(text: str) -> str:
    """Return a text as a sentence: a capital letter first, a full stop at the end."""
    text = capital(text.strip())
    return text if text.endswith((".", "!", "?")) else f"{text}."
