"""Inputs of a command: packaged figures, files, maps, a saved case, or a release of a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gecam.cli.answers import country_option, misuse, with_regional_plans
from gecam.cli.inputs.case_file import saved_options
from gecam.cli.map_files import MapFiles
from gecam.cli.settings import say
from gecam.datasets import DEFAULT_EDITION
from gecam.uncertainty import DEFAULT_LEVEL

if TYPE_CHECKING:
    from gecam.model import Case
    from gecam.results import CompleteEstimates, Estimates

OUTSIDE = "no plan covers it: a share that plans of other countries suggest"
NO_REGISTER = (
    "Beside a stock of your own, UNHCR's packaged figures are not used: refugees in it are counted as "
    "other migrants. To tell them apart, give UNHCR's file: --protected FILE."
)
KINDS = ("needs", "by_area", "stock", "population", "protected")
OF_MAPS = ("areas", "grid", "crs", "nodata", "area_name", "area_layer")


@dataclass(frozen=True)
class FilesOfCase:
    """The files of a case; none where the packaged figures are asked for.

    Parameters
    ----------
    files
        By kind: ``stock``, ``population``, ``needs``, ``protected``, ``by_area``.
    encoding
        Of text files.
    accept
        Such as ``MMR=areas``.
    as_of
        Reference date of people in need.
    measure
        ``in_need`` or ``severe``.
    month
        In place of an edition, such as ``2026-03``; empty without.
    outside_plans
        Whether crises outside plans are asked for in place of an edition.
    """

    files: Mapping[str, Path | list[Path]]
    encoding: str | None
    accept: Sequence[str]
    as_of: date | None
    measure: str
    month: str = ""
    outside_plans: bool = False

    @property
    def is_edition(self) -> bool:
        """Whether an edition is asked for as it is packaged."""
        return not (self.files or self.month or self.outside_plans)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> FilesOfCase:
        """Return the files that options of `gecam estimate` name."""
        day: Any = options.get("as_of")
        return cls(
            {kind: options[kind] for kind in KINDS if options.get(kind)},
            options.get("encoding"),
            options.get("accept") or (),
            day.date() if isinstance(day, datetime) else day,
            options.get("measure") or "in_need",
            options.get("month") or "",
            outside_plans=bool(options.get("outside_plans")),
        )

    def check(self, *, has_maps: bool) -> None:
        """Refuse files that would not be read, and options and files that need people in need."""
        alone = _given({"--month": self.month, "--outside-plans": self.outside_plans})
        if alone and (self.files or has_maps or len(alone) > 1):
            raise misuse(alone[-1], "it goes with the packaged figures alone")
        if has_maps and self.files:
            raise misuse(
                "--footprint", "maps go with the packaged figures, not with files of your own"
            )
        with_needs = _given({
            "--encoding": self.encoding, "--accept": self.accept, "--as-of": self.as_of,
            **{f"--{kind.replace('_', '-')}": kind for kind in self.files},
        })  # fmt: skip
        if with_needs and "needs" not in self.files:
            raise misuse(with_needs[0], "it goes with --needs")

    def case(self, edition: str, country: str) -> Case:
        """Read the files; without any load the month or the edition; of all countries or of one."""
        case = self._read() if self.files else self._packaged(edition)
        return case.restrict(country) if country else case

    def _packaged(self, edition: str) -> Case:
        from gecam.datasets import case_at, case_outside_plans, load_edition

        if self.is_edition:
            return load_edition(edition)
        if self.outside_plans:
            case = case_outside_plans(edition)
            return replace(case, left_out_of_totals={c.id: OUTSIDE for c in case.crises})
        case = case_at(self.month)
        say(
            f"Carried forward to {self.month}, no nowcast: the latest figures published by then; "
            "intervals are of the next published figures of country plans."
        )
        return case

    def _read(self) -> Case:
        """Read the files, and say what was taken from where and which countries are refused."""
        from gecam.datasets import case_from_files

        made = case_from_files(
            (), self.files, accept=self._accepted(), as_of=self.as_of, encoding=self.encoding,
            measure=self.measure,  # type: ignore[arg-type]  # it checks the words
        )  # fmt: skip
        for line in made.taken:
            say(line)
        for problem in made.refused.values():
            say(f"refused: {problem}")
        for line in made.not_used:
            say(line if line.startswith("not used") else f"not used: {line}")
        if made.case.protected is None and "stock" in self.files:
            say(NO_REGISTER)
        for line in (*made.guesses(), *made.other_stocks()):
            say(line)
        return made.case

    def _accepted(self) -> dict[str, Any]:
        """Return which figure of which country is accepted."""
        parts = [text.partition("=") for text in self.accept]
        if odd := [country for country, _, which in parts if which != "areas"]:
            raise misuse("--accept", f"write COUNTRY=areas, such as MMR=areas: got {odd[0]!r}")
        return {country: which for country, _, which in parts}


def _given(options: Mapping[str, Any]) -> list[str]:
    """Return the options that have a value."""
    return [option for option, value in options.items() if value]


def case_of_options(options: Mapping[str, Any]) -> tuple[Case, Any]:
    """Return the case that options of `gecam estimate` name, and the maps it was made from, or None.

    Parameters
    ----------
    options
        By name; those that are not given may be absent.

    Raises
    ------
    typer.BadParameter
        If options do not go together; nothing is read then.
    """
    tables = FilesOfCase.of(options)
    maps = MapFiles(*(options.get(name) for name in OF_MAPS))
    footprint, edition = options.get("footprint"), options.get("edition", DEFAULT_EDITION)
    tables.check(has_maps=bool(footprint))
    destination = str(options.get("destination") or "")
    if footprint:
        from gecam.cli.footprint import case_of_maps

        thresholds = options.get("threshold") or ()
        mapped = case_of_maps(edition, footprint, destination, given=maps, thresholds=thresholds)
        return mapped.case, mapped
    if maps != MapFiles() or options.get("threshold"):
        raise misuse("--footprint", "files of a country and a threshold go with --footprint FILE")
    return tables.case(edition, country_option(destination, "--destination")), None


def is_whole_edition(options: Mapping[str, Any]) -> bool:
    """Return whether options name an edition as it is packaged, all countries of it."""
    return is_packaged(options) and not options.get("destination")


def is_packaged(options: Mapping[str, Any]) -> bool:
    """Return whether options name an edition as it is packaged, all countries of it or one."""
    others = ("month", "outside_plans", "footprint", *KINDS)
    return not any(options.get(name) for name in others)


@dataclass(frozen=True)
class Inputs:
    """What a command answers about.

    Parameters
    ----------
    edition
        Name of the packaged figures.
    db, release
        A release in a database; None and empty for none.
    case_file
        A saved case; None for none.
    files
        Files by kind: ``needs``, ``stock``, ``population``, ``protected``.
    """

    edition: str
    db: Path | None = None
    release: str = ""
    case_file: Path | None = None
    files: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Refuse inputs that do not go together, before anything is read."""
        if (self.db is None) != (not self.release):
            raise misuse("--release", "--db and --release go together")
        if sum(self._given) > 1:
            raise typer.BadParameter("give one of --db, --case and files of your own: not several")
        FilesOfCase.of(self._files).check(has_maps=False)

    @property
    def _given(self) -> list[bool]:
        return [self.db is not None, self.case_file is not None, bool(self._files)]

    @property
    def are_own(self) -> bool:
        """Whether a release, a saved case or files are given in place of an edition."""
        return any(self._given)

    @property
    def _files(self) -> dict[str, Any]:
        return {kind: file for kind, file in (self.files or {}).items() if file}

    @property
    def options(self) -> dict[str, Any]:
        """Options of `gecam estimate` that name the same inputs; of no release."""
        if self.case_file is not None:
            return saved_options(self.case_file)
        return {"edition": self.edition, **self._files}

    def read(self) -> Estimates | Case:
        """Return a release with its inputs, or a case."""
        if self.db is not None:
            from gecam.database import Database

            stored = Database(self.db, create=False)[self.release]
            return replace(stored.load(), case=stored.case())
        return case_of_options(self.options)[0]

    def case(self) -> Case:
        """Return the case, of a release too."""
        inputs = self.read()
        return inputs.case if hasattr(inputs, "case") and inputs.case is not None else inputs  # type: ignore[return-value]

    def answer(
        self, *, draws: int, seed: int, scope: str = "all", level: float = DEFAULT_LEVEL
    ) -> Estimates:
        """Estimate the case, or read the release."""
        from gecam.estimation import estimate
        from gecam.model import Case

        inputs = self.read()
        if isinstance(inputs, Case):
            return estimate(inputs, draws=draws, seed=seed, scope=scope, level=level)  # type: ignore[arg-type]  # `estimate` checks the word
        return inputs

    def complete(self, est: Estimates) -> CompleteEstimates | None:
        """Return the answer with people of regional plans; None but for a whole packaged edition."""
        return with_regional_plans(est, self.packaged) if self.packaged else None

    @property
    def packaged(self) -> str:
        """Name of the edition, where it is answered about as it is packaged; else empty."""
        is_whole = self.db is None and is_whole_edition(self.options)
        return str(self.options["edition"]) if is_whole else ""

    def words(self) -> str:
        """Return the options that name these inputs, for a command that makes a number again."""
        if self.db is not None:
            return f"--db {self.db} --release {self.release}"
        if self.case_file is not None:
            return f"--case {self.case_file.name}"
        files = (
            f"--{kind} {path.name}"
            for kind, value in self._files.items()
            for path in (value if isinstance(value, list) else [value])
        )
        return " ".join([*files] or [f"--edition {self.edition}"])
