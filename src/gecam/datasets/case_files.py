"""A case from files: each goes to the reader that takes it, and packaged figures fill the gaps."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import pandas as pd

from gecam._signature import checked
from gecam.datasets.edition_names import EDITIONS
from gecam.datasets.editions import load_edition, load_world
from gecam.datasets.plan_registry import with_plan_facts
from gecam.errors import CoverageWarning, InputError, LayoutError, Problem, caller_level
from gecam.io import FileRead, read_file
from gecam.io.door import File
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
    """Read a case from files, publishers' or your own, and report the problems of all at once.

    Parameters
    ----------
    files
        Files of any of the four kinds, each once; each goes to its reader by its content.
    stock, population, needs, protected
        The same by name: a file of another kind is an error. Without a file, the packaged stock,
        residents and registered people of the year of the needs serve; without `protected` beside a
        stock of your own, the whole stock is one group.
    accept
        By country whose national people in need the file's own areas contradict: ``"areas"`` takes their
        sum. Other countries with such a fault are left out, with a warning.
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
    >>> text = (b"Country ISO3,Cluster,Category,Population,In Need,Targeted\\n"
    ...         b"SDN,ALL,,50990034,24786370,14657114\\n")
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
        Files of any kind.
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
    places = sorted({f.destination for f in footprints if f.destination})
    packaged = _Packaged.of(crises, places)
    values = {kind: part.value for kind, part in parts.items()}
    values |= {kind: getattr(packaged, kind) for kind in _KINDS[1:3] if kind not in parts}
    if "protected" not in parts and "stock" not in parts:
        values["protected"] = packaged.protected
    left_out = {
        f"{_year(crises)}-{code}": f"Refused: {fault}" for code, fault in refused.items()
    } | dict(options.pop("left_out_of_totals", {}))
    lost = tuple(
        Crisis(f"{_year(crises)}-{code}", code, "complex", crises[0].reference_date, "country_plan",
               located_in=(code,))
        for code in refused
    )  # fmt: skip
    types = {place: packaged.types[place] for place in places if place in packaged.types}
    case = Case(
        values["stock"], values["population"], (*crises, *lost), footprints, values.get("protected"),
        name=name, left_out_of_totals=left_out,
        **{"country_types": types, **options},
    )  # fmt: skip
    return CaseFromFiles(case, tuple(_told(parts, packaged, case)), refused)


def _parts(
    files: Sequence[tuple[str, File]], name: str, encoding: str | None
) -> dict[str, FileRead]:
    """Return what each file holds by its kind; the problems of all of them are one error."""
    problems: list[Problem] = []
    parts: dict[str, FileRead] = {}
    for kind, file in files:
        try:
            part = read_file(file, kind=kind, encoding=encoding)
            if part.kind not in _KINDS:
                raise LayoutError(
                    f"{part.file} is for {part.reader} ({part.kind}); a case takes {', '.join(_KINDS)}."
                )
            if part.kind in parts:
                raise InputError(f"{parts[part.kind].file} and {part.file} are both {part.kind}.")
            parts[part.kind] = part
        except InputError as error:
            problems += error.problems or [Problem(error.headline, code=type(error).__name__)]
    if problems:
        raise InputError(f"case {name!r} has {len(problems)} problem(s)", problems)
    return parts


def _needs(
    value: Any, accept: Mapping[str, Accepted], as_of: date | None
) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...], dict[str, Problem]]:
    """Return crises, footprints and refused countries of a needs table, or of a table of the user's."""
    if not isinstance(value, NeedsTable):
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
    return crises, footprints, refused


@dataclass(frozen=True, eq=False)
class _Packaged:
    """Packaged figures of the edition nearest to a year, for some countries."""

    edition: str
    stock: Stock
    population: Any
    protected: ProtectedPopulation
    types: Mapping[str, Any]

    @classmethod
    def of(cls, crises: Sequence[Crisis], places: Sequence[str]) -> _Packaged:
        """Load them: by origin where the edition has the country, else its total."""
        year = _year(crises)
        name = min(EDITIONS, key=lambda edition: (abs(int(edition) - year), edition))
        edition, world = load_edition(name), load_world(name)
        assert edition.protected is not None  # every edition has them
        assert world.protected is not None
        chosen = set(places)

        def of_both(by_origin: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
            own = by_origin[by_origin["destination"].isin(chosen)]
            others = chosen - set(by_origin["destination"])
            return pd.concat([own, totals[totals["destination"].isin(others)]], ignore_index=True)

        return cls(
            name,
            Stock(
                of_both(edition.stock.people, world.stock.people),
                of_both(edition.stock.basis, world.stock.basis),
                edition.stock.source,
            ),
            world.population,
            ProtectedPopulation(
                of_both(edition.protected.people, world.protected.people), edition.protected.source
            ),
            edition.country_types,
        )


def _year(crises: Sequence[Crisis]) -> int:
    """Return the year of most of the reference dates, of two as frequent the later."""
    counts = Counter(crisis.reference_date.year for crisis in crises)
    return max(counts, key=lambda year: (counts[year], year))


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
