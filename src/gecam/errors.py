"""Errors and warnings: what broke which rule, where, and what to do about it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

SHOWN = 100  # causes written out in a message; all of them are in `InputError.problems`


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, and its place as the publisher labels it.

    Parameters
    ----------
    what
        What is wrong, with the offending value: ``"people is negative: -5"``.
    remedy
        What the user can do about it; empty where the rule speaks for itself.
    file, sheet, row, column
        The place; ``row`` is the line or row number a spreadsheet program shows (1 is the first),
        or a label such as ``"SDN x ERI"`` where the input is a table in memory.
    code
        A short stable name for programs, such as ``"NEGATIVE"``.
    """

    what: str
    remedy: str = ""
    file: str = ""
    sheet: str = ""
    row: int | str = ""
    column: str = ""
    code: str = "INPUT"

    def __str__(self) -> str:
        """Return the place, what is wrong there, and the remedy, in one line."""
        place = ", ".join(
            f"{name} {value!r}" if isinstance(value, str) and name != "file" else f"{name} {value}"
            for name, value in (
                ("file", self.file),
                ("sheet", self.sheet),
                ("row", self.row),
                ("column", self.column),
            )
            if value != ""
        )
        text = f"{place}: {self.what}" if place else self.what
        if not self.remedy:
            return text
        end = "" if text.endswith((".", "!", "?", ":", ";")) else "."
        return f"{text}{end} {self.remedy}"


class GecamError(Exception):
    """Root of all errors that gecam raises on purpose."""


class InputError(GecamError, ValueError):
    """An input breaks a rule; the message says which, where, and what to do.

    Parameters
    ----------
    message
        The message, or the headline above the listed problems.
    problems
        All problems; the message lists every cause, up to a hundred. What is wrong with many rows of
        one column in the same way is one cause, shown at its first row with the number of the others.

    Examples
    --------
    >>> from gecam.errors import InputError, Problem
    >>> print(InputError("stock has 1 problem", [Problem("people is negative: -5", row=3)]))
    stock has 1 problem
      row 3: people is negative: -5
    """

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.headline = message
        super().__init__(self.text(SHOWN))

    def text(self, most: int | None = None) -> str:
        """Return the headline and the first causes, one a line; all of them where `most` is None."""
        causes, rest = distinct_problems(self.problems, most)
        more = [f"  ... and {rest} more (see .problems)"] if rest else []
        return "\n".join([self.headline, *(f"  {cause}" for cause in causes), *more])

    def __reduce__(self) -> tuple[type[InputError], tuple[str, tuple[Problem, ...]]]:
        """Rebuild from the parts, so that the error survives a process pool."""
        return type(self), (self.headline, self.problems)


def distinct_problems(problems: Iterable[Problem], most: int | None) -> tuple[list[str], int]:
    """Return the first causes as text (None: all), and the number of problems of all others.

    What is wrong with many rows of one column in the same way is one cause.

    Examples
    --------
    >>> from gecam.errors import Problem, distinct_problems
    >>> problems = [Problem("no month: ''", row=row, column="month") for row in range(2, 141)]
    >>> distinct_problems(problems, 5)
    (["row 2, column 'month': no month: '' (and in 138 more rows)"], 0)
    """
    same: dict[Problem, list[Problem]] = {}
    for problem in problems:
        same.setdefault(replace(problem, row=""), []).append(problem)
    groups = list(same.values())
    texts = [
        f"{first} (and in {len(others):,} more row{'s' * (len(others) > 1)})"
        if others
        else f"{first}"
        for first, *others in groups[:most]
    ]
    return texts, sum(map(len, groups[len(texts) :]))


class CodeError(InputError):
    """A place or group code is unknown or ambiguous."""


class HostileFileError(InputError):
    """A file would be dangerous to parse (an archive bomb, an external entity, absurd sizes)."""


class LayoutError(InputError):
    """A file is not in the publisher's layout that the reader knows."""


class ReferenceSystemError(InputError):
    """A file of shapes or a raster states no coordinate reference system, and none was given."""


class FileAccessError(GecamError, OSError):
    """A file or folder is of the other kind, or the system does not let it be read or written."""

    @classmethod
    def of(cls, path: str | Path, error: OSError) -> FileAccessError:
        """Return the error of gecam that says in a line what the system reports of a path.

        Examples
        --------
        >>> from gecam.errors import FileAccessError
        >>> print(FileAccessError.of("figures/2022.csv", FileNotFoundError()))
        figures/2022.csv does not exist.
        """
        if isinstance(error, FileNotFoundError):
            return MissingFileError(f"{path} does not exist.")
        reasons = {
            IsADirectoryError: "is a folder, not a file",
            NotADirectoryError: "leads through a file as if it were a folder",
            PermissionError: "may not be read or written: permission denied",
        }
        other = f"cannot be used: {error.strerror or error}"
        return cls(f"{path} {reasons.get(type(error), other)}.")


class MissingFileError(FileAccessError, FileNotFoundError):
    """A file or folder is not there."""


class MissingExtraError(GecamError, ImportError):
    """An optional dependency is not installed; the message names the extra to install."""


class NotEstimatedError(GecamError, LookupError):
    """A number was asked for that could not be estimated; the message gives the reason."""


class DatabaseError(GecamError):
    """A database of estimates is damaged, in use in a way that forbids the action, or too new."""


class GecamWarning(UserWarning):
    """Root of all warnings: the answer is right but narrower than asked."""


class CoverageWarning(GecamWarning):
    """Part of the people asked about is left out of the answer; the message says how many."""


class AdditivityWarning(GecamWarning):
    """Rows that overlap were added."""


class PrecisionWarning(GecamWarning):
    """A result is less precise than asked (Monte Carlo error, convergence, small samples)."""


def caller_level() -> int:
    """Return the ``stacklevel`` at which a warning names the line that called gecam."""
    level, frame = 0, inspect.currentframe()
    while frame is not None and f"{frame.f_globals.get('__name__')}.".startswith("gecam."):
        level, frame = level + 1, frame.f_back
    return level
