"""What is not taken in: a case that is not the estimates' own, and personal data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gecam.database.canonical import canonical_json, digest
from gecam.errors import InputError
from gecam.estimation import canonical
from gecam.model import Case
from gecam.publish import refuse_personal_texts
from gecam.results import Estimates


def check_case(case: Case, estimates: Estimates) -> None:
    """Raise `InputError` if the estimates were not made from this case, or it holds personal data."""
    content, made = canonical(case), estimates.provenance
    whole = {"case": content, "seed": made.seed, "draws": made.draws, "scope": estimates.scope}
    if digest(canonical_json(whole)) != made.config_sha256:
        raise InputError(
            f"the case {case.name!r} is not the one that these estimates were made from: their "
            "configuration hashes differ. Give the case that `estimate` was called with."
        )
    check_texts(content, "case")


def check_texts(value: Any, name: str) -> None:
    """Raise `InputError` if a text in some nested values looks like personal data."""
    places: dict[str, str] = {}
    for place, text in _texts(value, name):
        places.setdefault(text, place)  # each text once
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
