"""A case from files: each goes to the reader that takes it, and packaged figures fill the gaps."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Literal

import pandas as pd

from gecam._signature import checked
from gecam.datasets.edition_names import EDITIONS
from gecam.datasets.editions import load_edition
from gecam.datasets.other_tables import load_world
from gecam.datasets.plan_registry import with_plan_facts
from gecam.errors import CoverageWarning, InputError, Problem, caller_level
from gecam.io import File, FileRead, read_file
from gecam.model import Case, Crisis, Footprint, NeedsTable, ProtectedPopulation, Stock

Accepted = Literal["areas"]
_KINDS = ("needs", "stock", "population", "protected")
_WORDS = {
    "needs": "people in need", "stock": "migrant stock", "population": "residents",
    "protected": "registered refugees and asylum-seekers",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class CaseFromFiles:
    """A case, and where its parts are from.

    Parameters
    ----------
    case
        Countries whose figure is at fault are crises without a footprint in it, so that their rows say
        why they have no estimate.
    taken
        In words, what was taken from where: files with their readers and hashes, packaged figures, and
        the registry of plans.
    refused
        By country: what is wrong with its figure.
    """

    case: Case
    taken: tuple[str, ...]
    refused: Mapping[str, Problem]


@checked
def read_case(
    files: Sequence[File] = (),
    *,
    stock: File | None = None,
    population: File | None = None,
    needs: File | None = None,
    protected: File | None = None,
    accept: Mapping[str, Accepted] | None = None,
    as_of: date | None = None,
    name: str = "user",
    encoding: str | None = None,
    **options: Any,
) -> Case:
    r"""Read a case from files, publishers' or your own, and report the problems of all at once.

    Parameters
    ----------
    files
        Paths, bytes or open files of any of the four kinds, each kind once; each goes to its reader by
        its content.
    stock, population, needs, protected
        The same by name: a file of another kind is an error. Without a file, the packaged stock,
        residents and registered people of the year of the needs serve; without `protected` beside a
        stock of your own, the whole stock is one group.
    accept
        By country whose national people in need the file's own areas contradict: ``"areas"`` takes
        their sum. Other countries with such a fault are left out, with a warning.
    as_of
        Reference date of people in need, for a file that does not say it.
    name
        Name of the case.
    encoding
        Of tables of your own that are not UTF-8, such as ``"cp1252"`` of Windows.
    **options
        Further fields of `gecam.model.Case`.

    Returns
    -------
    Case
        Plans in OCHA's files have kind, onset, scope and relations from the packaged registry (see
        `gecam.datasets.with_plan_facts`); tables of your own have what they state.

    Raises
    ------
    InputError
        One error with every problem of all files.

    Warns
    -----
    CoverageWarning
        If the figure of a country is at fault.

    Examples
    --------
    >>> text = (b"Country ISO3,Cluster,Category,Population,In Need,Targeted\n"
    ...         b"SDN,ALL,,50990034,24786370,14657114\n")
    >>> case = gc.read_case([text], as_of=date(2025, 7, 1))
    >>> case.crises[0].onset.isoformat(), case.stock.source.id
    ('2023-04-15', 'undesa-ims-2024')
    """
    given = {"stock": stock, "population": population, "needs": needs, "protected": protected}
    made = case_from_files(
        files, {kind: file for kind, file in given.items() if file is not None}, accept=accept or {},
        as_of=as_of, name=name, encoding=encoding, **options,
    )  # fmt: skip
    if made.refused:
        text = "; ".join(str(problem) for problem in made.refused.values())
        warnings.warn(f"left out: {text}", CoverageWarning, stacklevel=caller_level())
    return made.case


@checked
def case_from_files(
    files: Sequence[File],
    by_kind: Mapping[str, File] | None = None,
    *,
    accept: Mapping[str, Accepted] | None = None,
    as_of: date | None = None,
    name: str = "user",
    encoding: str | None = None,
    **options: Any,
) -> CaseFromFiles:
    """Read a case as `read_case` does, and say what was taken from where.

    Parameters
    ----------
    files
        Paths, bytes or open files of any kind.
    by_kind
        Files by kind: ``stock``, ``population``, ``needs``, ``protected``.
    accept, as_of, name, encoding, **options
        As in `read_case`.

    Returns
    -------
    CaseFromFiles
        The case, what was taken from where, and refused countries.

    Raises
    ------
    InputError
        One error with every problem of all files.
    """
    parts = _parts([("", file) for file in files] + list((by_kind or {}).items()), name, encoding)
    if "needs" not in parts:
        raise InputError(
            "a case needs a file of people in need: OCHA's needs overviews, or a table of your own "
            "(`gecam template needs`)."
        )
    crises, footprints, refused = _needs(parts["needs"].value, accept or {}, as_of)
    packaged = _Packaged.of(crises, {f.destination for f in footprints} - {""})
    values = {kind: part.value for kind, part in parts.items() if kind != "needs"}
    lost = _refused_crises(crises[0].reference_date, refused)
    left_out = {c.id: f"Refused: {refused[c.name]}" for c in lost}
    case = Case(
        crises=(*crises, *lost),
        footprints=footprints,
        name=name,
        left_out_of_totals=left_out | options.pop("left_out_of_totals", {}),
        **{"country_types": packaged.types} | packaged.beside(values) | values | options,
    )
    return CaseFromFiles(case, tuple(_told(parts, packaged, case)), refused)


def _refused_crises(when: date, refused: Mapping[str, Problem]) -> tuple[Crisis, ...]:
    """Return plans without a figure, one for each country whose figure is at fault, by its code."""
    return tuple(
        Crisis(f"{when.year}-{code}", code, "complex", when, "country_plan", located_in=(code,))
        for code in refused
    )


def _parts(
    files: Sequence[tuple[str, File]], name: str, encoding: str | None
) -> dict[str, FileRead]:
    """Return what each file holds by its kind; the problems of all of them are one error."""
    problems: list[Problem] = []
    parts: dict[str, FileRead] = {}
    for kind, file in files:
        try:
            part = read_file(file, kind=kind, encoding=encoding)
        except InputError as error:
            problems += error.problems or [Problem(error.headline, code=type(error).__name__)]
            continue
        place = partial(Problem, file=part.file)
        if part.kind not in _KINDS:
            what = f"{part.reader} reads this file ({part.kind})"
            remedy = (
                f"A case takes {', '.join(_KINDS)}: make a table of one row per crisis and country "
                "from it (`gecam template needs`)."
            )
            problems.append(place(what, remedy, code="KIND"))
        elif part.kind in parts:
            what = f"{parts[part.kind].file} is a file of {part.kind} too"
            problems.append(place(what, "Give one of each kind.", code="DUPLICATE"))
        else:
            parts[part.kind] = part
    if problems:
        raise InputError(f"case {name!r} has {len(problems)} problem(s)", problems)
    return parts


def _needs(
    value: Any, accept: Mapping[str, Accepted], as_of: date | None
) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...], dict[str, Problem]]:
    """Return crises, footprints and refused countries of a needs table, or of a table of the user's."""
    if not isinstance(value, NeedsTable):
        if as_of is not None:
            raise InputError("a table of your own says its dates itself: leave as_of out.")
        if accept:
            raise InputError(
                "there is nothing to accept in a table of your own: correct its figures."
            )
        return value.crises, value.footprints, {}
    table = value.accepting(accept) if accept else value
    crises, footprints = with_plan_facts(*table.crises_and_footprints(as_of))
    refused = {
        code: replace(
            fault, remedy=f"{fault.remedy} Or accept the sum of the areas: --accept {code}=areas."
        )
        for code, fault in sorted(table.faults.items())
    }
    if not crises:
        raise InputError("the figure of every country is at fault", refused.values())
    return crises, footprints, refused


@dataclass(frozen=True, eq=False)
class _Packaged:
    """Packaged figures of the edition nearest to a year, for some countries."""

    edition: str
    stock: Stock
    population: Any
    protected: ProtectedPopulation | None
    types: Mapping[str, Any]

    @classmethod
    def of(cls, crises: Sequence[Crisis], places: AbstractSet[str]) -> _Packaged:
        """Load them: by origin where the edition has the country, else its total."""
        year = crises[0].reference_date.year  # a case of two years is refused
        name = min(EDITIONS, key=lambda edition: (abs(int(edition) - year), edition))
        edition, world = load_edition(name), load_world(name)

        def of_both(by_origin: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
            own = by_origin[by_origin["destination"].isin(places)]
            others = places - set(by_origin["destination"])
            return pd.concat([own, totals[totals["destination"].isin(others)]], ignore_index=True)

        return cls(
            name,
            Stock(
                of_both(edition.stock.people, world.stock.people),
                of_both(edition.stock.basis, world.stock.basis),
                edition.stock.source,
            ),
            world.population,
            _protected(edition.protected, world.protected, of_both),
            {
                place: edition.country_types[place]
                for place in places & edition.country_types.keys()
            },
        )

    def beside(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parts that are not given; no registered people beside a stock that is given."""
        parts: dict[str, Any] = {
            "stock": self.stock, "population": self.population, "protected": self.protected,
        }  # fmt: skip
        withheld = {"protected"} if "stock" in given else set()
        return {kind: part for kind, part in parts.items() if kind not in withheld | given.keys()}


def _protected(
    by_origin: ProtectedPopulation | None,
    totals: ProtectedPopulation | None,
    of_both: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame],
) -> ProtectedPopulation | None:
    if by_origin is None or totals is None:
        return None
    return ProtectedPopulation(of_both(by_origin.people, totals.people), by_origin.source)


def _told(parts: Mapping[str, FileRead], packaged: _Packaged, case: Case) -> list[str]:
    """Say in words what was taken from where."""
    lines = [
        f"{_WORDS[kind]}: {part.file}, {part.reader} ({part.publisher}), SHA-256 {part.sha256[:12]}"
        for kind, part in sorted(parts.items())
    ]
    for kind in _KINDS[1:]:
        used = getattr(case, kind)
        if kind not in parts:
            source = (
                f"packaged, {used.source.title}, edition {packaged.edition}" if used else "none"
            )
            lines.append(f"{_WORDS[kind]}: {source}")
    if isinstance(parts["needs"].value, NeedsTable):
        lines += _told_of_plans(case)
    lines += [
        f"accepted: {f.destination}: {f.note}" for f in case.footprints if "accepted" in f.note
    ]
    return lines


def _told_of_plans(case: Case) -> list[str]:
    """Say which scopes and onsets are known, and which rows run on guesses."""
    carried = [
        f"{f.destination} ({f.pin_scope_year})"
        for f in case.footprints
        if f.pin_scope_year is not None
    ]
    unknown = [f.destination for f in case.footprints if f.pin_scope == "unknown"]
    dated = sum(crisis.onset is not None for crisis in case.crises)
    lines = [f"onsets and scopes: registry of plans; {dated} plans have an onset"]
    if carried:
        lines.append(f"scopes carried over from another year: {', '.join(carried)}")
    if unknown:
        lines.append(f"scope unknown, so the interval holds every reading: {', '.join(unknown)}")
    return lines
