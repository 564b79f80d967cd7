"""Packaged figures for what the files of a case do not hold, of the edition nearest to its year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from gecam.datasets.edition_names import EDITIONS
from gecam.datasets.editions import load_edition
from gecam.datasets.other_tables import load_world
from gecam.model import Crisis, ProtectedPopulation, Stock


@dataclass(frozen=True, eq=False)
class PackagedFigures:
    """Packaged figures of the edition nearest to a year, for some countries."""

    edition: str
    stock: Stock
    population: Any
    protected: ProtectedPopulation | None
    types: Mapping[str, Any]

    @classmethod
    def of(cls, crises: Sequence[Crisis], places: AbstractSet[str]) -> PackagedFigures:
        """Load them: by origin where the edition has the country, else its total."""
        year = crises[0].reference_date.year  # a case of two years is refused
        name = min(EDITIONS, key=lambda edition: (abs(int(edition) - year), edition))
        edition, world = load_edition(name), load_world(name)

        def of_both(by_origin: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
            own = by_origin[by_origin["destination"].isin(places)]
            others = places - set(by_origin["destination"])
            return pd.concat([own, totals[totals["destination"].isin(others)]], ignore_index=True)

        own, others = edition.population.people, world.population.people
        residents = pd.concat([own, others[~others["place"].isin(own["place"])]])
        return cls(
            name,
            Stock(
                of_both(edition.stock.people, world.stock.people),
                of_both(edition.stock.basis, world.stock.basis),
                edition.stock.source,
            ),
            replace(world.population, people=residents),
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
