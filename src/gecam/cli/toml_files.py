"""TOML files that a user writes, and the tables that they name: keys, kinds of values, columns."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gecam.cli.paths import to_read
from gecam.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 1 << 20  # bytes; such files are written by hand


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_number, value))


Kind = tuple[Callable[[Any], bool], str]
TEXT: Kind = (lambda value: isinstance(value, str), 'text in quotation marks, such as "SDN"')
NUMBER: Kind = (_is_number, "a number")
NUMBERS: Kind = (_are_numbers, "numbers in brackets, such as [50, 100]")
FLAG: Kind = (lambda value: isinstance(value, bool), "true or false")
DAY: Kind = (lambda value: isinstance(value, str | date), "a day, such as 2022-07-01")
BY_AGE: Kind = (
    lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
    'a table of numbers, such as { "0-17" = 300, "18-59" = 200, "60+" = 250 }',
)
TABLE: Kind = (lambda value: isinstance(value, dict), "a table, such as { longitude = 37 }")
YEAR: Kind = (
    lambda value: isinstance(value, str | int) and not isinstance(value, bool),
    'text in quotation marks, such as "2022"',
)
ANY: Kind = (lambda _: True, "")
KINDS = {
    "unit_cost_by_age": BY_AGE,
    "alone": FLAG, "as_of": DAY, "circles": TABLE, "edition": YEAR, "change": ANY,
    **dict.fromkeys(("radii_km", "levels"), NUMBERS),
    **dict.fromkeys(
        ("people", "threshold", "threshold_sd", "scale", "need_share", "denominator", "nodata",
         "longitude", "latitude", "in_need", "targeted", "stated_migrants", "requirements",
         "unit_cost", "cost_under", "cost_over", "reach"),
        NUMBER,
    ),
}  # fmt: skip
"""What keys hold; others hold text."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds.

    Raises
    ------
    FileAccessError, InputError
        If it cannot be read, is no TOML, or is too large or too deep for a file written by hand.
    """
    to_read(path)
    if path.stat().st_size > LARGEST:
        raise InputError(f"{path.name} has more than {LARGEST:,} bytes.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not a TOML file: {error}") from error
    except RecursionError:
        raise InputError(f"{path.name} nests too deeply.") from None


def check_keys(table: dict[str, Any], allowed: Iterable[str], where: str) -> None:
    """Raise `InputError` for a key that is not allowed, or a value of another kind."""
    if unknown := sorted(set(table) - set(allowed)):
        raise InputError(
            f"{where}: unknown key {unknown[0]!r}. Keys: {', '.join(sorted(allowed))}."
        )
    for key, value in table.items():
        is_right, words = KINDS.get(key, TEXT)
        if not is_right(value):
            raise InputError(f"{where}: {key} must be {words}: got {value!r:.60}.")


def read_rows(path: Path, columns: Iterable[str]) -> pd.DataFrame:
    """Return a CSV file of areas that has some columns.

    Raises
    ------
    FileAccessError, InputError
        If it cannot be read, is no table, or lacks a column.
    """
    import pandas as pd

    try:
        rows = pd.read_csv(
            to_read(path), dtype={"area": str}, keep_default_na=False, na_values=[""]
        )
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path.name} cannot be read as CSV: {error}".rstrip()) from None
    if missing := [name for name in columns if name not in rows]:
        raise InputError(f"{path.name} lacks the columns {', '.join(missing)}.")
    return rows
