"""A case as text and as notebooks show it: what goes into an estimate, counted."""
# ruff: noqa: D102 -- the members are documented where they are defined

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

import numpy as np

from gecam._notebook import block, folded_table, paragraph, table
from gecam.codes import name

if TYPE_CHECKING:
    from gecam.model.crisis import Crisis
    from gecam.model.footprint import Footprint
    from gecam.model.source import Source
    from gecam.model.stock import ProtectedPopulation, Stock


class ShownCase(Protocol):
    """What is read of a case to show it."""

    @property
    def name(self) -> str: ...
    @property
    def stock(self) -> Stock: ...
    @property
    def crises(self) -> tuple[Crisis, ...]: ...
    @property
    def footprints(self) -> tuple[Footprint, ...]: ...
    @property
    def protected(self) -> ProtectedPopulation | None: ...

    @property
    def destinations(self) -> list[str]: ...
    @property
    def sources(self) -> tuple[Source, ...]: ...


def case_facts(case: ShownCase) -> dict[str, str]:
    """Return what a case holds, counted: countries, crises, people in need, stock, sources."""
    days = [crisis.reference_date.isoformat() for crisis in case.crises]
    figures = [f.people for f in case.footprints if f.destination]
    stock = case.stock.people
    dates = [str(day)[:10] for day in stock["as_of"]]
    return {
        "countries": f"{len(case.destinations)}",
        "crises": f"{len(days)}{_span(days)}",
        "people in need": f"{np.nansum(figures):,.0f} in {len(figures)} figures that may share people",
        "migrant stock": f"of {stock['origin'].nunique()} origins{_span(dates)}",
        "refugees": "by origin, UNHCR" if case.protected is not None else "not told apart",
    }


def _span(days: Collection[str]) -> str:
    """Return the first and last of some days, to follow a comma; empty for none."""
    ends = sorted({min(days), max(days)}) if days else []
    return f", {' to '.join(ends)}" if ends else ""


def case_text(case: ShownCase) -> str:
    """Return a case in a few lines."""
    facts = case_facts(case)
    width = max(map(len, facts)) + 2
    lines = [f"  {fact + ':':<{width}}{value}" for fact, value in facts.items() if value]
    return "\n".join([f"Case {case.name!r}", *lines])


def case_html(case: ShownCase) -> str:
    """Return what a case holds; crises, countries and sources folded."""
    crises = [
        (c.id, c.name, c.kind, c.plan_type, c.reference_date.isoformat()) for c in case.crises
    ]
    figures = [
        (name(f.destination) if f.destination else "several", f.crisis, f"{f.people:,.0f}")
        for f in case.footprints
    ]
    sources = [(s.publisher, s.title, str(s.edition)) for s in case.sources]
    return block(
        f"Case {case.name}",
        table(("", ""), [(fact, value) for fact, value in case_facts(case).items() if value]),
        folded_table("Crises", ("id", "name", "kind", "plan", "date"), crises),
        folded_table("People in need", ("country", "crisis", "people"), figures, numbers=2),
        folded_table("Sources", ("publisher", "title", "edition"), sources),
        paragraph("gc.estimate(case) estimates it."),
    )
