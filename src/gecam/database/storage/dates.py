"""Dates and times as the database writes them, and as users state them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from gecam.errors import InputError

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def now() -> str:
    """Return the time, UTC, to the second."""
    return datetime.now(UTC).strftime(MOMENT)


def end_of(text: str, name: str) -> str:
    """Return the last second of a day, or a moment itself, as `now` writes it.

    Parameters
    ----------
    text
        ``YYYY-MM-DD``, or ``YYYY-MM-DDTHH:MM:SSZ`` (UTC) as the column ``released_on`` shows it.
    name
        Of the argument, for the message.

    Raises
    ------
    InputError
        If it is neither, or there is no such day or time.

    Examples
    --------
    >>> from gecam.database.storage.dates import end_of
    >>> end_of("2024-02-29", "known_on")
    '2024-02-29T23:59:59Z'
    """
    moment = f"{text}T23:59:59Z" if DAY.fullmatch(text) else text
    try:
        if CLOCK.fullmatch(moment):
            return read_clock(moment).strftime(MOMENT)
    except ValueError:
        pass  # such as 31 February
    raise InputError(
        f"{name} must be a day that exists, YYYY-MM-DD, or a moment as `released_on` shows it, "
        f"YYYY-MM-DDTHH:MM:SSZ (UTC): got {text!r}"
    )


def beginning_of(year: int) -> str:
    """Return how the days of a year begin, ``YYYY-``; raise `InputError` if it is no year."""
    is_year = hasattr(year, "__index__") and not isinstance(year, bool) and 1 <= year <= 9999
    if not is_year:
        raise InputError(f"year must be a whole number such as 2022: got {year!r}")
    return f"{year:04d}-"


def read_clock(text: str) -> datetime:
    """Return a moment that `now` has written."""
    return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)


def seconds_before(earlier: str, later: str) -> float:
    """Return the seconds from one moment to another, both as `now` writes them."""
    return (read_clock(later) - read_clock(earlier)).total_seconds()
