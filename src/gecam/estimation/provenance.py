"""Provenance of a run: the hash of everything that went in, and the versions of the software."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import scipy

from gecam._arguments import half_character
from gecam._once import once_for_each
from gecam._version import __version__
from gecam.errors import InputError
from gecam.estimation.method_version import METHOD, METHOD_VERSION
from gecam.model import Case, Population, ProtectedPopulation, Stock
from gecam.results import Provenance, Scope
from gecam.uncertainty import Sampler

_IS_HASHED: ContextVar[bool] = ContextVar("is_hashed", default=True)


def provenance_of(case: Case, seed: int, draws: int, scope: Scope, sampler: Sampler) -> Provenance:
    """Return what a run of a case can be made again from.

    Parameters
    ----------
    case
        All inputs, people in need and stocks among them.
    seed, draws
        Whole numbers, as in `estimate`.
    scope
        A word of `estimate`, such as ``all``.
    sampler
        Its name.
    """
    options: dict[str, Any] = {"draws": draws, "scope": scope, "seed": seed}
    if sampler != "mc":  # only then, so that the hash of independent draws stays what it was
        options["sampler"] = sampler
    return Provenance(
        case.name,
        seed,
        draws,
        _hash(case, options) if _IS_HASHED.get() else "",
        {
            "gecam": __version__,
            METHOD: METHOD_VERSION,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "python": platform.python_version(),
        },
        sampler,
    )


def _hash(case: Case, options: Mapping[str, Any]) -> str:
    # names in the order of the alphabet
    text = f'{{"case":{_case_text(case)},{canonical_text(options)[1:]}'
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def without_hash() -> Iterator[None]:
    """Leave out the hash of the inputs inside a block: for answers of which only a table is kept."""
    token = _IS_HASHED.set(False)
    try:
        yield
    finally:
        _IS_HASHED.reset(token)


@once_for_each
def _case_text(case: Case) -> str:
    """Return a case as text: equal inputs, in any order of crises and footprints, give the same."""
    inputs = _given(case) | {
        "crises": sorted(case.crises, key=lambda c: c.id),
        "footprints": sorted(case.footprints, key=lambda f: (f.crisis, f.destination)),
    }
    tables = (Stock, Population, ProtectedPopulation)
    parts = (
        f'"{name}":{_table_text(x) if isinstance(x, tables) else canonical_text(x)}'
        for name, x in sorted(inputs.items())
    )
    text = f"{{{','.join(parts)}}}"
    if half := half_character(text):
        at = text.index(chr(int(half.removeprefix("U+"), 16)))
        raise InputError(
            f"a text of the case holds half a character, {half}: {text[max(0, at - 40) : at + 1]!a}."
        )
    return text


@once_for_each
def _table_text(table: Stock | Population | ProtectedPopulation) -> str:
    """Return the text that `canonical_text` gives, made a column at a time: tables have many rows."""
    fields_of = {
        name: _frame_text(x) if isinstance(x, pd.DataFrame) else canonical_text(x)
        for name, x in _given(table).items()
    }
    return _joined(fields_of)


def _frame_text(frame: pd.DataFrame) -> str:
    return _joined({str(name): _column_text(frame[name]) for name in frame.columns})


def _joined(texts: Mapping[str, str]) -> str:
    return (
        f"{{{','.join(f'{canonical_text(name)}:{text}' for name, text in sorted(texts.items()))}}}"
    )


def _column_text(column: pd.Series) -> str:
    """Return a column as text; each different word of a column of words is written once."""
    if column.dtype == np.float64:
        numbers = '","'.join(map(float.hex, column.tolist()))
        return f'["{numbers}"]'.replace('"nan"', "null") if len(column) else "[]"
    if column.dtype != np.dtype(object):
        position, words = pd.factorize(column)
        if position.min(initial=0) >= 0 and len(words) < len(column) / 2:
            texts = np.array(
                [_dumped(x) for x in _canonical_column(pd.Series(words))], dtype=object
            )
            return f"[{','.join(texts[position])}]"
    return _dumped(_canonical_column(column))


def canonical_text(value: Any) -> str:
    """Return the text of `canonical`."""
    return _dumped(canonical(value))


_dumped = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def canonical(value: Any) -> Any:
    """Return a value as plain JSON types with a fixed form, so that equal inputs hash alike."""
    if isinstance(value, (float, np.floating)):  # the many come first
        return None if math.isnan(value) else float(value).hex()
    if value is None or isinstance(value, (str, int)):
        return value
    for kinds, form in _FORMS:
        if isinstance(value, kinds):
            return form(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {name: canonical(field) for name, field in _given(value).items()}
    return value


_FORMS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (pd.DataFrame, lambda table: {str(c): _canonical_column(table[c]) for c in table.columns}),
    (Mapping, lambda mapping: {str(k): canonical(v) for k, v in mapping.items()}),
    ((list, tuple), lambda values: [canonical(v) for v in values]),
    ((pd.Timestamp, date), lambda day: day.isoformat()[:10]),
)


def _given(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass by name.

    One added later says what stands for "not given", and one with a new name how it was called, so
    that older inputs keep their hash.
    """
    given: dict[str, Any] = {}
    for f in fields(value):
        x, told = getattr(value, f.name), f.metadata
        if "unset" not in told or x != told["unset"]:
            given[told.get("hashed_as", f.name)] = _given_columns(x, told.get("columns"))
    return given


def _given_columns(value: Any, columns: Mapping[str, Any] | None) -> Any:
    """Return a table without the columns in which nothing but "not given" stands."""
    if not columns:
        return value
    unset = {n: c.unset for n, c in columns.items() if c.unset is not None}
    return (
        value.drop(columns=[n for n, x in unset.items() if value[n].eq(x).all()])
        if unset
        else value
    )


def _canonical_column(column: pd.Series) -> Any:
    if pd.api.types.is_datetime64_dtype(column.dtype):
        days, position = np.unique(column.to_numpy("datetime64[D]"), return_inverse=True)
        return np.datetime_as_string(days).astype(object)[position].tolist()
    values = column.tolist()
    if column.dtype == np.float64:
        texts: list[str | None] = list(map(float.hex, values))
        for i in np.flatnonzero(column.isna()).tolist():
            texts[i] = None
        return texts
    return values if set(map(type, values)) == {str} else canonical(values)
