"""What commands share: common options, the estimates they ask about, and JSON for programs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from gecam.cli.paths import read_option
from gecam.cli.settings import SETTINGS, say
from gecam.datasets import EDITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

    from gecam.model import CountryPhases, OriginGroup, PhaseTable, SeverityTable
    from gecam.report import Document
    from gecam.results import CompleteEstimates, Dimension, Estimates, PhasedEstimates

MEASURES = ("in_need", "severe")
WITH_REFUGEES = ("all", "union")  # scopes to whose answers people of regional plans are added


def misuse(option: str, words: str) -> typer.BadParameter:
    """Return the error of usage of an option, to be raised."""
    return typer.BadParameter(words, param_hint=option)


def one_of(*words: str) -> Callable[[str | None], str | None]:
    """Return a check of an option that holds one of some words, before anything is computed."""

    def check(word: str | None) -> str | None:
        if word is not None and word not in words:
            near = get_close_matches(word, words, n=1)
            advice = f" Did you mean {near[0]!r}?" if near else ""
            raise typer.BadParameter(f"must be one of {', '.join(words)}: got {word!r}.{advice}")
        return word

    return check


KINDS = ("world", "destination", "origin", "region", "subregion", "crisis", "cell")
OLD_KINDS = {"leaf": "cell"}  # words of earlier versions


def _kind(word: str | None) -> str | None:
    """Return what a target is, in the word of now; a word of earlier versions with a remark."""
    if word in OLD_KINDS:
        say(f"--kind {word} is called {OLD_KINDS[word]}; the earlier word goes with version 0.4.")
        return OLD_KINDS[word]
    return one_of(*KINDS)(word)


def _inside(level: float) -> float:
    """Return a probability, unless it is not between 0 and 1."""
    if not 0 < level < 1:
        advice = f" Write {level / 100:g} for {level:g} %." if 1 < level < 100 else ""
        raise typer.BadParameter(f"must lie between 0 and 1: got {level:g}.{advice}")
    return level


def power_of_two(points: int) -> int:
    """Return a number of points, unless it is neither 0 nor a power of 2."""
    if points & (points - 1):
        raise typer.BadParameter(f"must be a power of 2, such as 2048: got {points}")
    return points


Edition: TypeAlias = Annotated[
    str,
    typer.Option(
        callback=one_of(*EDITIONS), help=f"Packaged figures of a year: {', '.join(EDITIONS)}."
    ),
]
Level: TypeAlias = Annotated[float, typer.Option(callback=_inside, help="Level of the intervals.")]
Draws: TypeAlias = Annotated[int, typer.Option(min=2, help="Number of draws.")]
Seed: TypeAlias = Annotated[int, typer.Option(min=0, help="Seed: same seed, same numbers.")]
SCOPES = ("all", "excluding_refugees", "excluding_border_changes", "union", "micic")
ScopeName: TypeAlias = Annotated[
    str, typer.Option(callback=one_of(*SCOPES), help=f"{', '.join(SCOPES[:-1])} or {SCOPES[-1]}.")
]
MeasureName: TypeAlias = Annotated[
    str, typer.Option(help="in_need (phase 3 and worse), or severe: phases 4 and 5 of them.")
]
PhasesFile: TypeAlias = Annotated[
    Path | None,
    read_option("With --measure severe: people by phase, IPC's or INFORM's; else packaged."),
]
LANGUAGES = ("en", "fr", "es", "ar")
Lang: TypeAlias = Annotated[
    str,
    typer.Option(
        callback=one_of(*LANGUAGES),
        help="Language of the page: en, fr, es or ar; numbers are the same.",
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Kind: TypeAlias = Annotated[
    str | None,
    typer.Option(
        callback=_kind,
        help="What TARGET is, where it could be two: destination, origin, region, crisis, cell.",
    ),
]


def country_option(text: str, option: str) -> str:
    """Return the code of a country that an option names, by code or name; empty where it is not given.

    Raises
    ------
    typer.BadParameter
        If the text is no country, with the nearest candidates.
    """
    from gecam.codes import country_code
    from gecam.errors import CodeError

    try:
        return country_code(text) if text else ""
    except CodeError as error:
        raise misuse(option, str(error)) from None


def row_words(text: str, option: str = "--by") -> tuple[Dimension, ...]:
    """Return the dimensions that an option names, before anything is computed.

    Raises
    ------
    typer.BadParameter
        If a word is no dimension, with the nearest one.
    """
    from gecam.errors import InputError
    from gecam.results import dimension_words

    try:
        return dimension_words(text)
    except InputError as error:
        raise misuse(option, str(error)) from None


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: plain types, and null for a number that does not apply."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not isfinite(value) else value


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain types, names of countries beside their codes."""
    from gecam.results import with_country_names

    return plain(with_country_names(frame).to_dict("records"))  # type: ignore[no-any-return]


def print_json(document: str, *, indent: int | None = 2, **content: Any) -> None:
    """Print a document for programs, with its name and version under ``schema``."""
    from gecam.results import document_schema

    whole = {"schema": document_schema(document), **plain(content)}
    typer.echo(json.dumps(whole, ensure_ascii=False, indent=indent, allow_nan=False))


def print_document(document: Document) -> None:
    """Print a document as text, as wide as the terminal."""
    from gecam.report import write

    typer.echo(write(document, "text", width=terminal_width()), nl=False)


def terminal_width() -> int:
    """Return the width of the terminal, within what reads well."""
    from shutil import get_terminal_size

    return min(max(get_terminal_size((80, 24)).columns, 40), 120)


@contextmanager
def working(words: str) -> Iterator[None]:
    """Say on a terminal that something takes a while; silent elsewhere."""
    import sys

    if SETTINGS.is_quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(words):
        yield


def with_ages_for(est: Estimates, dimensions: Sequence[str]) -> Estimates:
    """Return the answer with packaged ages, of its year or the latest, if rows by age are asked for."""
    if "age" not in dimensions:
        return est
    from gecam.datasets import load_ages
    from gecam.estimation import with_ages

    year = str(max(crisis.reference_date.year for crisis in est.crises))
    return with_ages(est, load_ages(year if year in EDITIONS else EDITIONS[-1]))


def with_regional_plans(
    est: Estimates, edition: str, groups: Sequence[OriginGroup] = ()
) -> CompleteEstimates | None:
    """Return the answer with people of regional plans; None in a scope that leaves refugees out."""
    from gecam.datasets import load_regional_plans
    from gecam.estimation import complete_estimates

    if est.scope not in WITH_REFUGEES:
        return None
    return complete_estimates(est, load_regional_plans(edition).with_groups(*groups))


@dataclass(frozen=True)
class Measured:
    """Which of the people in need are asked for, and by whose phases."""

    measure: str
    phases: Path | None
    needs: tuple[Path, ...] = ()

    def check(self, *, is_read: bool = False) -> None:
        """Refuse an unknown measure, phases without it, and another measure than a release has."""
        if self.measure not in MEASURES:
            raise misuse("--measure", f"must be one of {', '.join(MEASURES)}: got {self.measure!r}")
        if self.phases is not None and self.measure != "severe":
            raise misuse("--phases", "it goes with --measure severe")
        if is_read and self.measure == "severe":
            raise misuse(
                "--measure",
                "a release has the measure that it was made with: release severe need by `gecam "
                "estimate --measure severe --db`",
            )
        if self.phases is not None and not self.tables:
            raise misuse("--phases", "the file holds no people by phase (IPC, INFORM Severity)")

    @cached_property
    def tables(self) -> tuple[PhaseTable | SeverityTable, ...]:
        """People by phase in the file of phases, or without one in the files of people in need."""
        from gecam.io import read_file
        from gecam.model import PhaseTable, SeverityTable

        files = (self.phases,) if self.phases is not None else self.needs
        if self.measure != "severe":
            return ()
        values = (read_file(file).value for file in files)
        return tuple(x for x in values if isinstance(x, (PhaseTable, SeverityTable)))

    @property
    def of_case(self) -> str:
        """Which people the files of a case are read for: of a table without phases the severe ones."""
        return self.measure if self.needs and not self.tables else "in_need"

    def of(
        self, est: Estimates, complete: CompleteEstimates | None, edition: str
    ) -> tuple[Estimates, CompleteEstimates | None]:
        """Return the answer itself, or those of its people who are in phase 4 or 5."""
        if self.measure != "severe" or est.measure == "severe":
            return est, complete
        phased = self.phased(est, edition, complete)
        return phased.severe, phased.complete

    def phased(
        self, est: Estimates, edition: str, complete: CompleteEstimates | None = None
    ) -> PhasedEstimates:
        """Return the answer by phase of severity: those of the files, or packaged ones."""
        from gecam.datasets import load_severity
        from gecam.estimation import by_severity

        phases = self._of_tables(est) if self.tables else load_severity(edition)
        return by_severity(est, phases, complete=complete)

    def _of_tables(self, est: Estimates) -> tuple[CountryPhases, ...]:
        """Return the phases of the files, of a country those of the first, and say which they are."""
        from gecam.model import phases_of_tables

        chosen = () if est.case is None else phases_of_tables(est.case, self.tables)
        for x in chosen:
            say(f"phases of {x.destination}: {x.scale}, {x.as_of}. {x.note}".strip())
        return chosen
