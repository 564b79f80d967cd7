"""Where a table of results comes from: case, crises, sources, provenance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gecam.codes import is_origin_code, name

if TYPE_CHECKING:
    from gecam.model import Crisis, Measure, Source
    from gecam.results.trace import EstimationCell, Provenance


@dataclass(frozen=True, slots=True, eq=False)
class AboutAnswer:
    """The answer that rows are of.

    Parameters
    ----------
    measure, scope
        What was estimated.
    crises
        Crises and plans by id.
    places
        Countries (ISO3) of each crisis by its id.
    sources
        Sources of all inputs, each once.
    provenance
        Case, seed, number of draws, hash of the configuration, versions.
    dates
        Reference dates of the crises that are estimated; of all crises where none is.
    """

    measure: Measure
    scope: str
    crises: Mapping[str, Crisis]
    places: Mapping[str, tuple[str, ...]]
    sources: tuple[Source, ...]
    provenance: Provenance
    dates: tuple[date, ...] = ()

    @property
    def count(self) -> str:
        """Which of the IASC's counts it is, of which dates, and which it is not; one sentence."""
        from gecam.results.counted import count_sentence

        return count_sentence(self.measure, self.dates)


def places_of_crises(
    crises: Iterable[Crisis], cells: Iterable[EstimationCell]
) -> dict[str, tuple[str, ...]]:
    """Return the countries of each crisis by its id: where it is located, and those of its rows."""
    places = {crisis.id: set(crisis.located_in) for crisis in crises}
    for cell in cells:
        places.setdefault(cell.crisis, set()).add(cell.destination)
    return {crisis: tuple(sorted(codes)) for crisis, codes in places.items()}


NAMES_OF_CODES: Mapping[str, str] = {
    "destination": "country", "iso3": "country", "origin": "origin_name",
}  # fmt: skip


def with_country_names(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with names beside its codes of countries and origins.

    Parameters
    ----------
    table
        Any rows; those of ``destination``, ``iso3`` and ``origin`` are codes.

    Examples
    --------
    >>> from gecam.results import with_country_names
    >>> with_country_names(pd.DataFrame({"destination": ["SDN", "all"]})).to_numpy().tolist()
    [['SDN', 'Sudan'], ['all', 'all']]
    """
    named = table.copy()
    for column, of_name in NAMES_OF_CODES.items():
        if column in named and of_name not in named:
            names = [label_name("origin", code, None) for code in named[column].astype(str)]
            named.insert(int(np.flatnonzero(named.columns == column)[0]) + 1, of_name, names)
    return named


def label_name(column: str, label: str, about: AboutAnswer | None) -> str:
    """Return the name of a label: of a country, an origin, a crisis; others are words already.

    Parameters
    ----------
    column
        Name of the dimension.
    label
        What stands there, such as ``"SDN"``.
    about
        Of the answer, for the names of crises; None where it is not at hand.

    Examples
    --------
    >>> from gecam.results import label_name
    >>> label_name("origin", "SDN", None), label_name("group", "other", None)
    ('Sudan', 'other')
    """
    if column == "crisis" and about is not None and label in about.crises:
        return about.crises[label].name
    return name(label) if column in {"destination", "origin"} and is_origin_code(label) else label
