"""What a question is about (a country, region, crisis or origin), and its people in a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import numpy as np

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.codes import name, origin_code, region, subregion
from gecam.errors import CodeError, InputError, NotEstimatedError
from gecam.estimation import DestinationDraws
from gecam.model import Case, Crisis
from gecam.results import GROUP_WORDS, SELECTIONS, Estimates, Message, message

TargetKind = Literal["world", "region", "subregion", "destination", "crisis", "cell", "origin"]
WORLD = "world"


@dataclass(frozen=True, slots=True)
class Target:
    """What a question is about.

    Parameters
    ----------
    kind
        Which sort of row.
    id
        Its label: ``world``, a region, ISO3, the id of a crisis or a cell.
    words_message
        The same in words.
    destinations
        The countries it needs, sorted; none for a plan that spans countries.
    """

    kind: TargetKind
    id: str
    words_message: Message
    destinations: tuple[str, ...]

    @property
    def words(self) -> str:
        """The same in words."""
        return str(self.words_message)


@checked
def find_target(case: Case, target: str, kind: TargetKind | None = None) -> Target:
    """Return what a question is about, given as a text that a user writes.

    Parameters
    ----------
    case
        Inputs with the countries, crises and origins that the text can name, by id, code or name.
    target
        ``world``, a country of destination (ISO3 or name), a region, a crisis, an estimation cell
        (``crisis/destination/group``), or a country of origin.
    kind
        Which of these it is, where a text could be two; by default the first in this order.

    Returns
    -------
    Target
        Its kind, id and destinations.

    Raises
    ------
    InputError
        If the case has nothing of that name.

    Examples
    --------
    >>> from gecam.evaluation import find_target
    >>> case = gc.load_edition("2022")
    >>> find_target(case, "yemen").words, find_target(case, "SOM", "origin").kind
    ('Yemen (YEM)', 'origin')
    """
    text = target.strip()
    readings = [reading for reading in _readings(case, text) if kind in {None, reading.kind}]
    if readings:
        return min(readings, key=lambda reading: reading.id != text)  # its exact id before all
    raise InputError(
        f"nothing in case {case.name!r} is called {target!r}{f' as a {kind}' if kind else ''}. "
        f"{_nearest(case, text)}Give 'world', a country (code or name), a region, a crisis (id or "
        "name), a cell (crisis/destination/group) or an origin. Countries: "
        f"{', '.join(case.destinations)}."
    )


def _readings(case: Case, text: str) -> Iterator[Target]:
    """Yield everything that a text can mean, in the order of preference."""
    everywhere = tuple(case.destinations)
    if text.lower() == WORLD:
        yield Target("world", WORLD, message("THE_WORLD"), everywhere)
    code = _country(text)
    if code in everywhere:
        yield Target("destination", code, _named(f"{name(code)} ({code})"), (code,))
    yield from _regions(everywhere, text.lower())
    crisis, _, rest = text.partition("/")
    for same in (c for c in case.crises if c.id.lower() == crisis.lower()):
        yield from _of_crisis(case, same, rest)
    for same in (c for c in case.crises if c.name.casefold() == text.casefold()):
        yield from _of_crisis(case, same, "")
    if code and code in _origins(case):
        words = message("PEOPLE_FROM", place=f"{name(code)} ({code})")
        yield Target("origin", code, words, everywhere)


def _nearest(case: Case, text: str) -> str:
    """Return a question after what a text comes nearest to, by its name; empty for nothing."""
    names = {
        **{crisis.name: crisis.id for crisis in case.crises},
        **{region(code): region(code) for code in case.destinations},
        **{name(code): f"{name(code)} ({code})" for code in case.destinations},
    }
    folded = {words.casefold(): label for words, label in names.items()}
    near = get_close_matches(text.casefold(), folded, n=1, cutoff=0.75)
    return f"Did you mean {folded[near[0]]}? " if near else ""


def _regions(everywhere: tuple[str, ...], text: str) -> Iterator[Target]:
    """Yield the region and the subregion of a name, in lower case."""
    kinds: tuple[tuple[TargetKind, Callable[[str], str]], ...] = (
        ("region", region),
        ("subregion", subregion),
    )
    for kind, region_of in kinds:
        places = tuple(d for d in everywhere if region_of(d).lower() == text)
        if places:
            yield Target(kind, region_of(places[0]), _named(region_of(places[0])), places)


def _named(text: str) -> Message:
    return message("TEXT", text=text)


def _of_crisis(case: Case, crisis: Crisis, rest: str) -> Iterator[Target]:
    """Yield a crisis, or its cell of what follows its id: ``destination/group``."""
    footprints = (f for f in case.footprints if f.crisis == crisis.id and f.destination)
    places = tuple(sorted(f.destination for f in footprints))
    if not rest:
        yield Target("crisis", crisis.id, _named(crisis.name), places)
    destination, _, group = rest.partition("/")
    if destination in places and group in GROUP_WORDS:
        words = words_of_cell(crisis, destination, group)
        yield Target("cell", f"{crisis.id}/{rest}", words, (destination,))


def words_of_cell(crisis: Crisis, destination: str, group: str) -> Message:
    """Return a crisis, its country (once if the crisis is named after it) and a group."""
    country = name(destination)
    where = crisis.name if country in crisis.name else f"{crisis.name}, {country}"
    return message("PLACE_AND_GROUP", place=where, group=GROUP_WORDS[group])


def _country(text: str) -> str:
    """Return the code of a country or origin, given as code or name; empty if there is none."""
    try:
        return origin_code(text)
    except CodeError:
        return ""


def _origins(case: Case) -> set[str]:
    rows = case.stock.people
    origins = set(rows["origin"][rows["destination"].isin(case.destinations)])
    if case.protected is not None:
        origins |= set(case.protected.people["origin"])
    return origins


def people_of(target: Target, results: Iterable[DestinationDraws]) -> FloatArray:
    """Return the draws of a target in a run: people in at least one crisis, or in its own crisis.

    Raises
    ------
    NotEstimatedError
        If nothing of it could be estimated.
    """
    if target.kind in {"crisis", "cell"}:
        people = [
            draws
            for result in results
            for cell_id, draws in result.draws.items()
            if target.id in {cell_id, cell_id.split("/")[0]}
        ]
    else:
        people = [
            union.draws
            for result in results
            for (selection, _), union in result.unions.items()
            if selection == SELECTIONS[1]
        ]
    if not people:
        raise NotEstimatedError(
            f"nothing of {target.words} could be estimated: gc.explain(est, {target.id!r}) says why."
        )
    return np.asarray(np.sum(people, axis=0))


def case_of(answer: Estimates | Case, case: Case | None = None) -> Case:
    """Return the case behind estimates, or the case itself.

    Raises
    ------
    InputError
        If the answer does not hold its inputs and none were given.
    """
    inputs = answer if isinstance(answer, Case) else answer.case or case
    if inputs is None:
        raise InputError(
            "this answer does not hold its inputs, and the question needs another run. Give `case`; "
            "from a database: db[release].case()."
        )
    return inputs
