"""A case from files: each goes to the reader that takes it, and packaged figures fill the gaps."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gecam._signature import checked
from gecam.datasets.area_evidence import AreaEvidence
from gecam.datasets.file_roles import KINDS, files_by_role
from gecam.datasets.needs_of_tables import NeedMeasure
from gecam.datasets.packaged_gaps import PackagedFigures
from gecam.datasets.people_in_need import Accepted, PeopleInNeed
from gecam.datasets.published_groups import with_published_groups
from gecam.errors import CoverageWarning, InputError, Problem, caller_level
from gecam.io import File, FileRead
from gecam.model import Case, Crisis, Footprint, NeedsTable, Source
from gecam.uncertainty import significant

_SMALL = 0.02  # of a row: a guess that changes it by less is named and no more
_DRAWS = 1_000  # of an answer beside an alternative
_WORDS = {
    "needs": "people in need", "stock": "migrant stock", "population": "residents",
    "protected": "registered refugees and asylum-seekers", "by_area": "counts by area",
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
    not_used
        In words, what of the files is not used, and why: plans of no one country, countries that an
        earlier file has, figures by area that do not fit together.
    undated
        Ids of crises whose onset neither the files nor the registry of plans state.
    counted
        By country: migrants counted by area in a file, and by which one.
    """

    case: Case
    taken: tuple[str, ...]
    refused: Mapping[str, Problem]
    not_used: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    counted: Mapping[str, tuple[float, str]] = field(default_factory=dict)

    def other_stocks(self) -> tuple[str, ...]:
        """Say what changes with the migrants counted by area in place of the stock of their country.

        Returns
        -------
        tuple of str
            One line for each country of which a file counts migrants by area.
        """
        from gecam.estimation import ScaleStock, estimate
        from gecam.evaluation import scenario

        lines = []
        for country, (people, what) in self.counted.items():
            case = self.case.restrict(country)
            figures = case.stock.by_place[country].figures
            stock = figures[max(figures)]
            answer = estimate(case, draws=_DRAWS)
            other = scenario(answer, ScaleStock(people / stock, (country,)))
            means = [
                float(est.by("destination").summary()["mean"].item()) for est in (answer, other)
            ]
            counts = f"{what} counts {people:,.0f} migrants, the stock has {stock:,.0f}"
            change = f"{_rounded(means[0])}; with that count {_rounded(means[1])}"
            lines.append(f"other stock: {country}: {counts}: {change}")
        return tuple(lines)

    def guesses(self) -> tuple[str, ...]:
        """Say which rows run on guesses, and what each alternative changes (`cost_of_guesses`).

        Returns
        -------
        tuple of str
            One line for each guess, those that move their row most first; guesses that change it by
            less than a fiftieth are named in the last.
        """
        from gecam.evaluation import cost_of_guesses

        table = cost_of_guesses(self.case, undated=self.undated)
        largest = table["change"].abs().groupby([table["crisis"], table["what"]]).transform("max")
        is_small = largest < _SMALL * table["people"]
        lines: dict[tuple[str, str, str], str] = {}
        for row in table[~is_small].to_dict("records"):
            key = row["crisis"], row["destination"], row["what"]
            begin = (
                f"guess: {row['crisis']}: {row['what']}: {row['guess']}: {_rounded(row['people'])}"
            )
            lines[key] = (
                lines.get(key, begin) + f"; if {row['alternative']}: {_rounded(row['other'])}"
            )
        others = dict.fromkeys(f"{r.crisis} ({r.what})" for r in table[is_small].itertuples())
        rest = f"guesses that change their row by less than {_SMALL:.0%}: {', '.join(others)}"
        return (*lines.values(), *([rest] if others else []))


def _rounded(people: float) -> str:
    """Write a mean to the digits of printed estimates."""
    return f"{significant(people):,.0f}" if people == people else "no estimate"  # noqa: PLR0124


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
    measure: NeedMeasure = "in_need",
    name: str = "user",
    encoding: str | None = None,
    **options: Any,
) -> Case:
    r"""Read a case from files, publishers' or your own, and report the problems of all at once.

    Parameters
    ----------
    files
        Paths, bytes or open files of any kind; each goes to its reader by its content. People in need
        may come from several files (OCHA's needs overviews, HAPI, plans, INFORM Severity, IPC, a table
        of your own): of a country the first one holds. So may counts by area (DTM's migrants, a
        table of `template("by_area")`, residents of COD-PS).
    stock, population, needs, protected
        The same by name: a file of another kind is an error. Without a file, the packaged stock,
        residents and registered people of the year of the needs serve; without `protected` beside a
        stock of your own, the whole stock is one group.
    accept
        By country whose national people in need the file's own areas contradict: ``"areas"`` takes
        their sum. Other countries with such a fault are left out, with a warning.
    as_of
        Reference date of people in need, for a file that does not say it, and the day for which a file
        of several years is read.
    measure
        ``in_need``, or ``severe`` (levels or phases 4 and above; INFORM, IPC, a table of your own).
        Such a case is estimated by itself, and its draws need not be below those of people in need. To
        have severe need as a part of them, as ``gecam estimate --needs FILE --measure severe`` has it,
        read people in need, and divide their estimate with `gecam.read_phases` and `gecam.by_severity`.
    name
        Name of the case.
    encoding
        Of text files that are not UTF-8, such as ``"cp1252"`` of Windows.
    **options
        Further fields of `gecam.model.Case`.

    Returns
    -------
    Case
        Plans in OCHA's files have kind, onset, scope and relations from the packaged registry (see
        `gecam.datasets.with_plan_facts`); tables of your own have what they state. Where migrants are
        counted by area, and people in need and residents are too, footprints have `areas`.

    Raises
    ------
    InputError
        One error with every problem of all files.

    Warns
    -----
    CoverageWarning
        If the figure of a country is at fault, or something of the files is not used.

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
        as_of=as_of, measure=measure, name=name, encoding=encoding, **options,
    )  # fmt: skip
    if lines := [*map(str, made.refused.values()), *made.not_used]:
        text = f"left out: {'; '.join(lines)}"
        warnings.warn(text, CoverageWarning, stacklevel=caller_level())
    return made.case


@checked
def case_from_files(
    files: Sequence[File],
    by_kind: Mapping[str, File | Sequence[File]] | None = None,
    *,
    accept: Mapping[str, Accepted] | None = None,
    as_of: date | None = None,
    measure: NeedMeasure = "in_need",
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
        Files by kind: ``stock``, ``population``, ``needs``, ``protected``, ``by_area``; of ``needs``
        and ``by_area`` also several in a sequence.
    accept, as_of, measure, name, encoding, **options
        As in `read_case`.

    Returns
    -------
    CaseFromFiles
        The case, what was taken from where, refused countries, and what is not used.

    Raises
    ------
    InputError
        One error with every problem of all files.
    """
    parts = files_by_role(
        [("", file) for file in files] + list(_by_kind(by_kind or {})), name, encoding
    )
    if not parts.get("needs"):
        raise InputError(
            "a case needs a file of people in need: OCHA's needs overviews, or a table of your own "
            "(`gecam template needs`)."
        )
    people = PeopleInNeed.of(parts["needs"], accept or {}, as_of, measure)
    by_area = _by_area(parts, people.footprints)
    packaged = PackagedFigures.of(people.crises, {f.destination for f in by_area.footprints} - {""})
    values = {kind: parts[kind][0].value for kind in KINDS[1:] if kind in parts}
    values = packaged.beside(values) | values
    footprints, groups = _with_groups(parts["needs"], by_area.footprints, values)
    lost = _refused_crises(people.crises[0].reference_date, people.refused)
    left_out = {c.id: f"Refused: {people.refused[c.name]}" for c in lost}
    case = Case(
        crises=(*people.crises, *lost),
        footprints=footprints,
        name=name,
        left_out_of_totals=left_out | options.pop("left_out_of_totals", {}),
        further_sources=by_area.sources,
        **{"country_types": packaged.types} | values | options,
    )
    told = (*_told(parts, packaged, case), *by_area.told, *groups)
    return CaseFromFiles(
        case, told, people.refused, (*people.not_used, *by_area.not_used), people.undated,
        by_area.counted,
    )  # fmt: skip


def _by_kind(
    given: Mapping[str, File | Sequence[File]],
) -> Iterator[tuple[str, File]]:
    """Yield each file with the kind that it has to be."""
    for kind, files in given.items():
        for file in files if isinstance(files, list | tuple) else [files]:
            yield kind, file  # type: ignore[misc]  # an element of a sequence of files


def _refused_crises(when: date, refused: Mapping[str, Problem]) -> tuple[Crisis, ...]:
    """Return plans without a figure, one for each country whose figure is at fault, by its code."""
    return tuple(
        Crisis(f"{when.year}-{code}", code, "complex", when, "country_plan", located_in=(code,))
        for code in refused
    )


def _with_groups(
    parts: Sequence[FileRead], footprints: tuple[Footprint, ...], values: Mapping[str, Any]
) -> tuple[tuple[Footprint, ...], list[str]]:
    """Return footprints with the counts of groups that needs overviews publish, and their reasons."""
    told: list[str] = []
    for part in parts:
        if isinstance(part.value, NeedsTable):
            footprints, lines = with_published_groups(
                footprints, part.value, values.get("protected"), values["stock"]
            )
            told += lines
    return footprints, told


@dataclass(frozen=True)
class _ByArea:
    """Footprints with the evidence by area that there is, and what is said of it."""

    footprints: tuple[Footprint, ...]
    told: tuple[str, ...]
    not_used: tuple[str, ...]
    sources: tuple[Source, ...]
    counted: Mapping[str, tuple[float, str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        joined: Sequence[tuple[Footprint, str, tuple[Source, ...]]],
        others: AbstractSet[str],
    ) -> _ByArea:
        """Gather what was joined; `others` are counted by area and have no people in need."""
        said = [text for _, text, _ in joined if text]
        if others:
            of = "migrants or refugees by area of countries without people in need"
            said.append(f"not used: {of}: {', '.join(sorted(others))}")
        return cls(
            tuple(footprint for footprint, _, _ in joined),
            tuple(text for text in said if not text.startswith("not used")),
            tuple(text for text in said if text.startswith("not used")),
            tuple({s.id: s for _, _, sources in joined for s in sources}.values()),
        )


def _by_area(parts: Mapping[str, list[FileRead]], footprints: Sequence[Footprint]) -> _ByArea:
    """Join groups, residents and people in need by area to the footprints of their countries."""
    files = [*parts.get("by_area", ()), *parts.get("population", ())]
    evidence = AreaEvidence.of(value for part in files for value in (part.value, *part.further))
    counted = evidence.countries()
    if not counted:
        return _ByArea(tuple(footprints), (), (), ())
    evidence = evidence.beside(part.value for part in parts["needs"])
    joined = [evidence.joined(footprint) for footprint in footprints]
    places = {f.destination for f in footprints}
    totals = {place: evidence.counted(place) for place in sorted(counted & places)}
    migrants = {place: total for place, total in totals.items() if total[1]}
    return replace(_ByArea.of(joined, counted - places), counted=migrants)


def _told(
    parts: Mapping[str, Sequence[FileRead]], packaged: PackagedFigures, case: Case
) -> list[str]:
    """Say in words what was taken from where."""
    lines = [
        f"{_WORDS[role]}: {part.file}, {part.reader} ({part.publisher}), SHA-256 {part.sha256[:12]}"
        for role, of_role in sorted(parts.items())
        for part in of_role
    ]
    for kind in KINDS[1:]:
        used = getattr(case, kind)
        if kind not in parts:
            source = (
                f"packaged, {used.source.title}, edition {packaged.edition}" if used else "none"
            )
            lines.append(f"{_WORDS[kind]}: {source}")
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
    lines = [
        f"onsets and scopes: of files, and the registry of plans; {dated} crises have an onset"
    ]
    if carried:
        lines.append(f"scopes carried over from another year: {', '.join(carried)}")
    if unknown:
        lines.append(f"scope unknown, so the interval holds every reading: {', '.join(unknown)}")
    return lines
