"""Objects of the model and of results as JSON documents, and back, without loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import singledispatch
from typing import Any

import numpy as np
import pandas as pd

import gecam.model
import gecam.results
from gecam._typing import FloatArray
from gecam.aggregation import ClassShares, Composition
from gecam.errors import DatabaseError

# Everything that a case or an answer is made of, by the name it is stored under.
TYPES: Mapping[str, Any] = {
    "ClassShares": ClassShares,
    "Composition": Composition,
    **{
        name: kind
        for room in (gecam.model, gecam.results)
        for name in room.__all__
        if isinstance(kind := getattr(room, name), type) and is_dataclass(kind)
    },
}
TAG = "is"  # the key that tells what a JSON object stands for
# Types that earlier versions stored under another name.
RENAMED_TYPES: Mapping[str, str] = {
    "Leaf": "EstimationCell", "FigureLaw": "FigureDistribution",
}  # fmt: skip
# Fields that earlier versions stored under another name, by type of now.
RENAMED_FIELDS: Mapping[str, Mapping[str, str]] = {
    "Estimates": {"leaves": "cells"},
    "OddsRatioPrior": {"mean": "log_median", "sd": "log_scale"},
    "EstimationCell": {"reason": "because", "why_not_higher": "lacking", "rung": "evidence_level"},
    "OddsRatioPriors": {"drift_log_sd": "log_sd_per_root_year"},
    "Step": {"text": "message"},
    "PlanRow": {"reason": "because"},
}
# Names as values of a field that earlier versions called otherwise, by type and field.
RENAMED_VALUES: Mapping[str, Mapping[str, Mapping[Any, str]]] = {
    "Step": {"name": {"dating": "projection"}},
}
# Fields that hold messages, of which earlier versions stored the sentence: whether there are several.
MESSAGES: Mapping[str, Mapping[str, bool]] = {
    "EstimationCell": {"because": False, "lacking": True},
    "Step": {"message": False},
    "PlanRow": {"because": False},
    "Overlap": {"relations": True},
}


def _composition(
    *, female: FloatArray | None = None, sex_logit_sd: float = 0.0, **cells: Any
) -> Composition:
    """Return a composition; earlier versions stored the share of women in place of attributes."""
    if female is None:
        return Composition(**cells)
    sex = ClassShares({"female": female, "male": 1 - female}, sex_logit_sd)
    return Composition(**cells, attributes={"sex": sex})


# Types that are not made from their fields by their constructor.
MAKERS: Mapping[str, Callable[..., Any]] = {
    "Composition": _composition,
    "OddsRatioPrior": gecam.model.OddsRatioPrior.from_logs,
}
# Fields of earlier versions that such a maker takes.
EARLIER_FIELDS: Mapping[str, frozenset[str]] = {
    "Composition": frozenset({"female", "sex_logit_sd"})
}


@singledispatch
def encode(value: Any) -> Any:
    """Return a value as JSON types.

    Lists come back as tuples, numpy's numbers as Python's; everything else comes back equal: floats
    to the last bit, NaN, dates, tables with their types, mappings with keys of any kind.

    Raises
    ------
    DatabaseError
        If a value of another kind is in it.
    """
    name = type(value).__name__
    if is_dataclass(value) and TYPES.get(name) is type(value):
        return {TAG: name, **{f.name: encode(getattr(value, f.name)) for f in fields(value)}}
    raise DatabaseError(f"a {name} cannot be stored. Known: {', '.join(TYPES)}.")


@encode.register
def _(value: str | int | None) -> Any:
    return value


@encode.register
def _(value: float | np.floating) -> Any:
    number = float(value)
    return number if math.isfinite(number) else {TAG: "float", "value": str(number)}


@encode.register
def _(value: list | tuple) -> Any:  # type: ignore[type-arg]
    return [encode(item) for item in value]


@encode.register
def _(value: Mapping) -> Any:  # type: ignore[type-arg]
    return {TAG: "mapping", "items": [[encode(k), encode(v)] for k, v in value.items()]}


@encode.register
def _(value: pd.DataFrame) -> Any:
    columns = [[str(name), _encode_column(value[name])] for name in value.columns]
    return {TAG: "table", "columns": columns}


@encode.register
def _(value: np.ndarray) -> Any:
    if value.dtype != np.float64 or value.ndim != 1:
        raise DatabaseError("an array is stored if it is one row of floats, shape (n,).")
    return {TAG: "numbers", "values": [encode(v) for v in value.tolist()]}


@encode.register
def _(value: date) -> Any:
    return {TAG: "date", "value": value.isoformat()}


def decode(value: Any) -> Any:
    """Return the value that `encode` was given.

    A field that the installed version has and the document has not takes its default.

    Raises
    ------
    DatabaseError
        If the document holds a type or a field that the installed version does not know.
    """
    if isinstance(value, list):
        return tuple(decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    tag = str(value.get(TAG))
    return _FORMS[tag](value) if tag in _FORMS else _decode_object(tag, value)


_FORMS: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "float": lambda value: float(value["value"]),
    "date": lambda value: date.fromisoformat(value["value"]),
    "mapping": lambda value: {decode(k): decode(v) for k, v in value["items"]},
    "numbers": lambda value: np.array(decode(value["values"]), dtype=np.float64),
    "table": lambda value: pd.DataFrame({n: _decode_column(c) for n, c in value["columns"]}),
}


def _decode_object(name: str, value: Mapping[str, Any]) -> Any:
    """Return an object of one of the stored types, with its fields under the names of now."""
    remedy = "Read it with the version that the release names."
    name = RENAMED_TYPES.get(name, name)
    if name not in TYPES:
        raise DatabaseError(f"a stored {name!r} is not known to this version of gecam. {remedy}")
    kind, renamed = TYPES[name], RENAMED_FIELDS.get(name, {})
    cells = {renamed.get(k, k): decode(v) for k, v in value.items() if k != TAG}
    # what fields mean that earlier versions did not have
    cells = {f.name: f.metadata["unset"] for f in fields(kind) if "unset" in f.metadata} | cells
    for field, names in RENAMED_VALUES.get(name, {}).items():
        cells[field] = names.get(cells.get(field), cells.get(field))
    for field, are_several in MESSAGES.get(name, {}).items():
        cells[field] = _as_messages(cells.get(field), are_several=are_several)
    unknown = set(cells) - {f.name for f in fields(kind)} - EARLIER_FIELDS.get(name, frozenset())
    if unknown:
        raise DatabaseError(
            f"a stored {name} has {', '.join(sorted(unknown))}, which this version of gecam does not "
            f"know. {remedy}"
        )
    return MAKERS.get(name, kind)(**cells)


def _as_messages(value: Any, *, are_several: bool) -> Any:
    """Return a message, or several; a sentence of an earlier version as one that is not translated."""
    if isinstance(value, tuple):
        return tuple(_as_messages(one, are_several=False) for one in value)
    if not isinstance(value, str):
        return value
    said = gecam.results.message("TEXT", text=value)
    if are_several:
        return (said,) if value else ()
    return said if value else None


def _encode_column(column: pd.Series) -> Any:
    if pd.api.types.is_bool_dtype(column):
        return {"flags": [bool(v) for v in column]}
    if pd.api.types.is_numeric_dtype(column):
        return {"numbers": [encode(float(v)) for v in column]}
    if pd.api.types.is_datetime64_any_dtype(column):
        texts = column.dt.strftime("%Y-%m-%d").fillna("")
        return {"dates": _coded(list(texts))}
    return {"texts": _coded(["" if pd.isna(v) else str(v) for v in column])}


def _decode_column(column: Any) -> Any:
    ((kind, values),) = column.items()
    if kind == "flags":
        return np.array(values, dtype=bool)
    if kind == "numbers":
        return np.array(decode(values), dtype=np.float64)
    words, codes = values
    texts = np.array(words, dtype=object)[np.array(codes, dtype=np.int64)]
    if kind == "texts":
        return texts
    return pd.to_datetime(pd.Series(texts).replace("", None), format="ISO8601").to_numpy()


def _coded(texts: list[str]) -> list[Any]:
    """Return each text once, and the position of each row's text among them."""
    position = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    return [list(position), [position[text] for text in texts]]
