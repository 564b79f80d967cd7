"""Objects of the model and of results as JSON documents, and back, without loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

import gecam.model
import gecam.results
from gecam.aggregation import Composition
from gecam.errors import DatabaseError

# Everything that a case or an answer is made of, by the name it is stored under.
TYPES: Mapping[str, Any] = {
    "Composition": Composition,
    **{
        name: kind
        for room in (gecam.model, gecam.results)
        for name in room.__all__
        if isinstance(kind := getattr(room, name), type) and is_dataclass(kind)
    },
}
TAG = "is"  # the key that tells what a JSON object stands for
# Fields that earlier versions stored under another name, by type.
RENAMED: Mapping[str, Mapping[str, str]] = {
    "OddsRatioPrior": {"mean": "log_median", "sd": "log_scale"},
}
# Types that are not made from their fields by their constructor.
MAKERS: Mapping[str, Callable[..., Any]] = {"OddsRatioPrior": gecam.model.OddsRatioPrior.from_logs}


def encode(value: Any) -> Any:
    """Return a value as JSON types.

    Lists come back as tuples, numpy's numbers as Python's; everything else comes back equal: floats
    to the last bit, NaN, dates, tables with their types, mappings with keys of any kind.

    Raises
    ------
    DatabaseError
        If a value of another kind is in it.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return number if math.isfinite(number) else {TAG: "float", "value": str(number)}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {TAG: "mapping", "items": [[encode(k), encode(v)] for k, v in value.items()]}
    if isinstance(value, pd.DataFrame):
        columns = [[str(name), _encode_column(value[name])] for name in value.columns]
        return {TAG: "table", "columns": columns}
    if isinstance(value, np.ndarray) and value.dtype == np.float64 and value.ndim == 1:
        return {TAG: "numbers", "values": [encode(v) for v in value.tolist()]}
    if isinstance(value, date):
        return {TAG: "date", "value": value.isoformat()}
    name = type(value).__name__
    if is_dataclass(value) and TYPES.get(name) is type(value):
        return {TAG: name, **{f.name: encode(getattr(value, f.name)) for f in fields(value)}}
    raise DatabaseError(f"a {name} cannot be stored. Known: {', '.join(TYPES)}.")


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
    match value.get(TAG):
        case "float":
            return float(value["value"])
        case "date":
            return date.fromisoformat(value["value"])
        case "mapping":
            return {decode(k): decode(v) for k, v in value["items"]}
        case "numbers":
            return np.array(decode(value["values"]), dtype=np.float64)
        case "table":
            return pd.DataFrame({name: _decode_column(c) for name, c in value["columns"]})
        case str(name) if name in TYPES:
            kind, renamed = TYPES[name], RENAMED.get(name, {})
            held = {renamed.get(k, k): v for k, v in value.items() if k != TAG}
            unknown = set(held) - {f.name for f in fields(kind)}
            if not unknown:
                return MAKERS.get(name, kind)(**{k: decode(v) for k, v in held.items()})
            raise DatabaseError(
                f"a stored {name} has {', '.join(sorted(unknown))}, which this version of gecam "
                "does not know. Read it with the version that the release names."
            )
        case other:
            raise DatabaseError(
                f"a stored {other!r} is not known to this version of gecam. Read it with the version "
                "that the release names."
            )


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
