"""Tables of countries, at most one of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from gecam.errors import InputError

if TYPE_CHECKING:
    from gecam.estimation.country_areas import CountryAreas
    from gecam.model import CountryPhases

T = TypeVar("T", "CountryAreas", "CountryPhases")


def one_of_each_country(tables: Iterable[T], what: str, kind: str) -> dict[str, T]:
    """Return tables by their country; refuse two of one.

    Parameters
    ----------
    tables
        With a `destination` (ISO3) and a day `as_of` for which they speak.
    what, kind
        What a table holds, and how one is called, for the error: ``areas``, ``table``.
    """
    chosen: dict[str, T] = {}
    for x in tables:
        if x.destination in chosen:
            raise InputError(
                f"{x.destination} has {what} of {chosen[x.destination].as_of} and of {x.as_of}. Give "
                f"one {kind} of each country."
            )
        chosen[x.destination] = x
    return chosen
