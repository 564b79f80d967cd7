"""Checks that refuse tables with personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError, Problem

# Names of columns that locate or identify single persons or incidents.
COLUMN = re.compile(
    r"(lat|latitude|lon|long|lng|longitude|(location_)?coord(inate)?s?|gps.*|geometry|geopoint"
    r"|(full|first|last|given|family|middle|sur|fore|nick|maiden)_?names?|name_of_.*"
    r"|respondent|interviewee|victim|(tele)?phone.*|mobile(_.*)?|e_?mail.*|(home_|postal_)?address"
    r"|passport.*|(national_|identity_|registration_|case_|alien_)(id|number|no)|id_number"
    r"|dob|birth_?(date|day)|date_of_birth|fingerprints?|iris|biometrics?|photos?|ip_address)"
)
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "an e-mail address": re.compile(r"[\w.+-]@[\w-]+\.[\w.-]*[a-zA-Z]"),
    "a telephone number": re.compile(r"(?<![\w.,])\+\d{1,3}[\s().-]*(?:\d[\s().-]*){6,12}(?![\d,])"),
    "coordinates": re.compile(
        r"(?<![\d.])-?\d{1,3}\.\d{4,}\s*(?:[°NS]\s*)?(?:[,;/]\s*|(?<=\s))-?\d{1,3}\.\d{4,}"
        r"|\d{1,3}\s*°\s*\d{1,2}\s*['′]"
    ),
}  # fmt: skip


@checked
def personal_data(frame: pd.DataFrame, *, table: str) -> list[Problem]:
    """Return the columns and cells of a table that look like personal data.

    Parameters
    ----------
    frame
        Any table; names of its columns and cells that hold text are looked at.
    table
        Its name, for the problems.

    Returns
    -------
    list of Problem
        One per column whose name or first matching cell tells; the cell's value is not repeated.

    Examples
    --------
    >>> from gecam.publish import personal_data
    >>> frame = pd.DataFrame({"Latitude": [35.1], "note": ["call +249 91 234 5678"]})
    >>> [str(problem) for problem in personal_data(frame, table="incidents")]
    ["sheet 'incidents', column 'Latitude': the column locates or names persons",
     "sheet 'incidents', row 1, column 'note': the cell holds a telephone number"]
    """
    return list(_found(frame, table))


@checked
def refuse_personal_data(frame: pd.DataFrame, *, table: str) -> None:
    """Raise `InputError` with everything in a table that looks like personal data.

    Parameters
    ----------
    frame
        Any table; names of its columns and cells that hold text are looked at.
    table
        Its name, for the problems.
    """
    _refuse(personal_data(frame, table=table))


def refuse_personal_texts(texts: Mapping[str, str]) -> None:
    """Raise `InputError` if one of some named texts holds an address, number or coordinates."""
    _refuse(
        Problem(f"the text holds {what}", column=name, code="PERSONAL_DATA")
        for name, text in texts.items()
        for what in _kinds(text)
    )


def _refuse(problems: Iterable[Problem]) -> None:
    all_problems = list(problems)
    if all_problems:
        raise InputError(
            "personal data are not taken in: sum them up by area and period, or leave them out",
            all_problems,
        )


def _found(frame: pd.DataFrame, table: str) -> Iterator[Problem]:
    for at, name in enumerate(frame.columns):
        column = frame.iloc[:, at]  # by place: two columns may have one name
        plain = re.sub(r"[^a-z0-9]+", "_", str(name).lower()).strip("_")
        if COLUMN.fullmatch(plain):
            yield Problem(
                "the column locates or names persons",
                sheet=table,
                column=str(name),
                code="PERSONAL_DATA",
            )
            continue
        if column.dtype != object and not pd.api.types.is_string_dtype(column):
            continue
        for row, cell in enumerate(column, start=1):
            kinds = _kinds(cell) if isinstance(cell, str) else []
            if kinds:
                yield Problem(
                    f"the cell holds {kinds[0]}",
                    sheet=table,
                    row=row,
                    column=str(name),
                    code="PERSONAL_DATA",
                )
                break


def _kinds(text: str) -> list[str]:
    return [kind for kind, pattern in PATTERNS.items() if pattern.search(text)]
