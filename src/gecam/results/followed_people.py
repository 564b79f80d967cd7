"""People whom a regional plan follows in a host country, and what rows say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gecam.codes import region, subregion
from gecam.model import FIXED, Grade, Group
from gecam.results.columns import FACTS, IN_COUNTRY_PLAN
from gecam.results.facts import Facts
from gecam.results.flags import join_flags
from gecam.results.messages import Message, message

CellTotal = Literal["country plan", "country in crisis", "host country", "none"]
CellBasis = Literal["country plan", "published", "register", "none"]
EVIDENCE: Mapping[CellBasis, int] = {"published": 1, "register": 3}
CELL_LABELS = ("crisis", "destination", "origin", "group", "name")
SECOND_READING = "PRESENT_SECOND_READING"  # flag of cells by another count than the register


@dataclass(frozen=True, slots=True)
class RegionalCell:
    """People of one origin in one host country whom a regional plan follows.

    Parameters
    ----------
    crisis, plan
        Id and name of the plan.
    destination, origin
        Host country and origin (ISO3; ``various`` for an origin that is not told).
    group
        ``protection`` (refugees, asylum-seekers and others in need of protection) or ``other``.
    name
        Who they are, as the chapter names them; empty where the plan has no chapter.
    total
        Where they stand: ``country plan`` (in the figure of a country plan, and nowhere else),
        ``country in crisis``, ``host country``, or ``none`` (no figure).
    basis
        Which figure it is: ``published`` in need, ``register`` times the plan's share, or that of the
        ``country plan``.
    people
        People in need, the mean, persons; NaN where the country plan has them or there is no figure.
    present, next_present
        People present by the register or, for a published figure, by its chapter, and the register of
        the next year-end; persons, NaN where not reported.
    year_end
        Year at whose end they were present.
    share
        People in need over people present; NaN for a published figure.
    grade
        Of the figure, before the spread is known.
    flags
        Codes (`gecam.results.FLAGS`).
    """

    crisis: str
    plan: str
    destination: str
    origin: str
    group: Group
    name: str
    total: CellTotal
    basis: CellBasis
    people: float
    present: float
    next_present: float
    year_end: int
    share: float
    grade: Grade
    flags: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """Origin, group and name: whom of a host country the cell holds."""
        return "/".join(filter(None, (self.origin, self.group, self.name)))


def facts_with_cells(facts: Facts, cells: Sequence[RegionalCell], said: Message) -> Facts:
    """Return what changes in the facts of a row when cells are added to it."""
    at_one = float(np.nansum([facts["odds_ratio_1"], sum(cell.people for cell in cells)]))
    large = [cell for cell in cells if cell.people >= FIXED.counts_in_sum * at_one]
    own = [facts["evidence_level"]] if facts["status"] == "estimated" else []
    levels = [*own, *(EVIDENCE[cell.basis] for cell in large)]
    flags = [*str(facts["flags"]).split(), *(code for cell in cells for code in cell.flags)]
    return {
        "odds_ratio_1": at_one,
        "evidence_level": max(levels, default=3),
        "cap": max([facts["cap"], *(cell.grade for cell in large)]),
        "flags": join_flags(flags),
        "status": "estimated",
        "reason": "; ".join(filter(None, (str(said), facts["reason"]))),
        "lower_bound": np.nan, "upper_bound": np.nan, "double_count": np.nan,
    }  # fmt: skip


def followed_plan_facts(row: Mapping[str, Any]) -> Facts:
    """Return the facts of a regional plan: what it publishes, by country and not."""
    by_country, published = float(row["by_country"]), float(row["published"])
    if np.isnan(published):
        said = message("REGIONAL_NOT_PUBLISHED", by_country=by_country)
        return {**FACTS, "reason": str(said)}
    said = message(
        "REGIONAL_BY_COUNTRY", by_country=by_country, rest=float(row["not_by_country"])
    )  # fmt: skip
    return {**FACTS, "status": "published", "published": published, "reason": str(said)}


def followed_facts(cell: RegionalCell) -> Facts:
    """Return the facts of a cell as a row of its own."""
    facts: Facts = {**FACTS, "flags": join_flags(cell.flags), "cap": cell.grade}
    if cell.total in ("country plan", "none"):
        in_plan = cell.total == "country plan"
        said = message("REGIONAL_IN_COUNTRY_PLAN") if in_plan else message(
            "REGIONAL_NOBODY", plan=cell.plan
        )  # fmt: skip
        return facts | {"status": IN_COUNTRY_PLAN if in_plan else "not_estimated",
                        "reason": str(said)}  # fmt: skip
    said = message("REGIONAL_PUBLISHED", plan=cell.plan)
    if cell.basis == "register":
        said = message(
            "REGIONAL_SECOND_READING" if SECOND_READING in cell.flags else "REGIONAL_REGISTER",
            present=cell.present, year=str(cell.year_end), plan=cell.plan, share=cell.share,
        )  # fmt: skip
    return facts | {
        "odds_ratio_1": cell.people,
        "evidence_level": EVIDENCE[cell.basis],
        "status": "estimated",
        "reason": str(said),
    }


def followed_labels(cell: RegionalCell) -> Mapping[str, str]:
    """Return the labels of a cell along all dimensions."""
    place = cell.destination
    return {
        "destination": place, "origin": cell.origin, "group": cell.group, "region": region(place),
        "subregion": subregion(place),
    }  # fmt: skip
