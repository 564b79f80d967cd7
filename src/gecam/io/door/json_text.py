"""JSON text: its nesting and its strings in one pass, and its value where it nests little."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from gecam._arguments import half_character
from gecam.errors import HostileFileError, InputError
from gecam.io.door.limits import Limits

# A string ends at its quotation mark or with the text: an open one is passed over once, not tried
# again from each quotation mark inside it.
_TOKEN = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # escapes of the halves of a character above U+FFFF


def json_strings(text: str) -> set[str]:
    """Return the strings of a JSON text, or of its beginning, as they are written in it."""
    return {match[1] for match in _TOKEN.finditer(text) if match[1] is not None}


def json_value(name: str, text: str, limits: Limits) -> Any:
    """Return the value of a JSON text.

    Parameters
    ----------
    name
        Name of the file, for messages.
    text
        The text.
    limits
        How deep it may nest.

    Raises
    ------
    HostileFileError
        If it nests deeper.
    InputError
        If it is not JSON: also where a key occurs twice in one object, a number is written NaN or
        Infinity, or a string holds half a character (a surrogate without its other half).
    """
    _refuse_deep(name, text, limits.nesting)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        if _HALF.search(text):
            _refuse_halves(value)
    except ValueError as error:
        raise InputError(f"{name} is not valid JSON: {error}") from error
    return value


def _refuse_deep(name: str, text: str, most: int) -> None:
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        depth += (token in {"[", "{"}) - (token in {"]", "}"})
        if depth > most:
            raise HostileFileError(f"{name} nests deeper than {most} levels.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise ValueError("a key occurs twice in one object")
    return result


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not a JSON number")


def _refuse_halves(value: Any) -> None:
    for text in _strings(value):
        if half := half_character(text):
            raise ValueError(f"the string {text[:40]!a} holds half a character, {half}")


def _strings(value: Any) -> Iterator[str]:
    """Yield the strings of a value that nests little."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from _strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)
