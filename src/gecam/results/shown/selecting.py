"""Rows of an answer by their labels, and dimensions by their words; what is not there is an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, get_args

import numpy as np

from gecam._signature import checked
from gecam._typing import BoolArray
from gecam.codes import origin_code
from gecam.errors import CodeError, InputError
from gecam.results.about import label_name
from gecam.results.columns import Dimension

if TYPE_CHECKING:
    from gecam.results.shown.parts import ShownRows

MOST_LISTED = 60
# Words for dimensions that people try.
OTHER_WORDS: Mapping[str, str] = {
    "country": "destination", "countries": "destination", "host": "destination",
    "residence": "destination", "iso3": "destination", "nationality": "origin",
    "citizenship": "origin", "birth": "origin", "gender": "sex", "plan": "crisis",
    "emergency": "crisis", "refugees": "group", "status": "group", "continent": "region",
}  # fmt: skip


@checked
def dimension_words(*words: str | Sequence[str]) -> tuple[Dimension, ...]:
    """Return dimensions of an answer, given one by one, as lists, or in a text with commas.

    Parameters
    ----------
    *words
        Names of dimensions, as `Estimates.by` takes them.

    Raises
    ------
    InputError
        If there are none, one is given twice, one is no dimension (with the nearest), or the
        combination is not offered.

    Examples
    --------
    >>> from gecam.results import dimension_words
    >>> dimension_words(["origin", "sex"]), dimension_words("origin, sex")
    (('origin', 'sex'), ('origin', 'sex'))
    """
    allowed: tuple[str, ...] = get_args(Dimension)
    texts = [",".join([word] if isinstance(word, str) else word) for word in words]
    flat = [part.strip() for part in ",".join(texts).split(",")] if texts else []
    listed = ", ".join(allowed)
    _refuse_unknown(flat, allowed)
    if not flat or len(set(flat)) < len(flat):
        raise InputError(f"dimensions must be different words of {listed}: got {', '.join(flat)}.")
    if "crisis" in flat and set(flat) - {"crisis", "destination", "group"}:
        raise InputError(
            "by('crisis', ...) goes with 'destination' and 'group' only: people of one origin or sex "
            "in two crises of one country are the same people."
        )
    return tuple(flat)  # type: ignore[arg-type]  # words of `Dimension`


def _refuse_unknown(words: Sequence[str], allowed: Sequence[str]) -> None:
    """Raise `InputError` for a word that is no dimension, with the nearest one."""
    for word in words:
        if word not in allowed:
            near = _nearest_dimension(word, allowed)
            advice = f"Did you mean {near!r}? " if near else ""
            raise InputError(f"{word!r} is no dimension. {advice}Dimensions: {', '.join(allowed)}.")


def _nearest_dimension(word: str, allowed: Sequence[str]) -> str:
    """Return the dimension that a word stands for or comes near to; empty for none."""
    word = word.casefold()
    near = [OTHER_WORDS.get(word, ""), *get_close_matches(word, allowed, n=1)]
    return next((name for name in near if name in allowed), "")


def selected(breakdown: ShownRows, labels: Mapping[str, str | Sequence[str]]) -> BoolArray:
    """Return which rows have some labels.

    Parameters
    ----------
    breakdown
        The rows.
    labels
        By dimension: one label or several, as codes or names.

    Returns
    -------
    BoolArray
        Shape ``(row,)``.
    """
    wanted = np.ones(len(breakdown), dtype=bool)
    columns = [str(column) for column in breakdown.labels.columns]
    for column, value in labels.items():
        if column not in columns:
            raise InputError(f"no dimension {column!r} here. There are: {', '.join(columns)}.")
        texts = [value] if isinstance(value, str) else list(value)
        codes = [_label(breakdown, column, text) for text in texts]
        wanted &= breakdown.labels[column].isin(codes).to_numpy()
    if not wanted.any():
        said = ", ".join(f"{column} {value!r}" for column, value in labels.items())
        raise InputError(f"no row has {said} together.")
    return wanted


def _label(breakdown: ShownRows, column: str, text: str) -> str:
    """Return the label that a code or name stands for."""
    labels: list[str] = list(dict.fromkeys(breakdown.labels[column]))
    names = {label_name(column, label, breakdown.about).casefold(): label for label in labels}
    label = str(text).strip()
    if label in labels:
        return label
    if label.casefold() in names:
        return names[label.casefold()]
    unknown = ""
    if column in {"destination", "origin"}:
        try:
            label = origin_code(text)
        except CodeError as error:
            unknown = f"{error} "
    if label in labels:
        return label
    raise InputError(
        f"{unknown or f'no row with {column} {text!r}. '}{_listed(label, names, unknown)}"
    )


def _listed(text: str, names: Mapping[str, str], unknown: str) -> str:
    """Return which labels there are, and the nearest by name where nothing was said of it."""
    labels = [label for label in names.values() if label]
    near = get_close_matches(text.casefold(), names, n=1) if not unknown else []
    advice = f"Did you mean {names[near[0]]!r}? " if near else ""
    rest = f" and {len(labels) - MOST_LISTED} more" if len(labels) > MOST_LISTED else ""
    return f"{advice}There are: {', '.join(labels[:MOST_LISTED])}{rest}."
