"""Checks before writing: the case matches the estimates; no personal data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gecam._arguments import half_character
from gecam.errors import InputError
from gecam.estimation import canonical
from gecam.model import Case
from gecam.publish import refuse_personal_texts
from gecam.results import Estimates


def own_case(estimates: Estimates, case: Case | None) -> Case | None:
    """Return the inputs to store: those that the estimates hold, or `case` where they hold none.

    Raises
    ------
    InputError
        If `case` is another one than the estimates hold, or of another measure than theirs.
    """
    own = estimates.case if estimates.case is not None else case
    if case is not None and case is not own and canonical(case) != canonical(own):
        raise InputError(
            f"the case {case.name!r} is not the one that these estimates were made from: its inputs "
            "differ. Leave `case` out; the estimates hold their own."
        )
    if own is not None and own is not estimates.case:
        _check_measure(estimates, own)
    return own


def _check_measure(estimates: Estimates, case: Case) -> None:
    """Refuse inputs of another measure, which would not give the estimates again."""
    counted = {footprint.measure for footprint in case.footprints}
    if counted - {estimates.measure}:
        raise InputError(
            f"the case {case.name!r} counts {', '.join(sorted(counted))}, and the estimates are "
            f"{estimates.measure}, a part of them: they cannot be made again from it. Leave `case` "
            "out, and release the people in need beside."
        )


def check_texts(value: Any, name: str) -> None:
    """Raise `InputError` if a text in some nested values looks like personal data, or is none."""
    places: dict[str, str] = {}
    for place, text in _texts(value, name):
        places.setdefault(text, place)  # each text once
    for text, place in places.items():
        if half := half_character(text):
            raise InputError(f"{place} holds half a character, {half}: {text!a:.80}")
    refuse_personal_texts({place: text for text, place in places.items()})


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, f"{place}.{key}")
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value):
            yield from _texts(item, f"{place}[{position}]")
