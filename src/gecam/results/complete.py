"""Estimates with the people whom country plans leave to regional plans: three totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from gecam._signature import check_fields
from gecam._typing import BoolArray, FloatArray
from gecam.model import Grade, Group
from gecam.results.breakdown import Breakdown
from gecam.results.columns import FACTS
from gecam.results.estimates import SELECTIONS, Estimates
from gecam.results.facts import SMALL_PART, Facts
from gecam.results.messages import join_flags, message
from gecam.results.read_only import make_read_only
from gecam.results.trace import SHOWN

CellTotal = Literal["country plan", "country in crisis", "host country", "none"]
CellBasis = Literal["country plan", "published", "register", "none"]
CompleteTotal = Literal[
    "countries in crisis, complete", "all country-level plans",
    "countries in crisis and hosts of regional plans",
]  # fmt: skip
COMPLETE_TOTALS: tuple[CompleteTotal, ...] = get_args(CompleteTotal)
# Which cells each total adds to the country-level plans.
ADDED: Mapping[CompleteTotal, tuple[CellTotal, ...]] = {
    COMPLETE_TOTALS[0]: ("country in crisis",),
    COMPLETE_TOTALS[1]: (),
    COMPLETE_TOTALS[2]: ("country in crisis", "host country"),
}
EVIDENCE: Mapping[CellBasis, int] = {"published": 1, "register": 3}


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


@dataclass(frozen=True, eq=False)
class CompleteEstimates:
    """Estimates, and beside them the people whom regional plans follow: each person in one cell.

    Parameters
    ----------
    estimates
        The answer of country-level plans; nothing in it is changed.
    cells
        People of regional plans, by plan, host, origin and group.
    draws
        Persons, shape ``(cell, draw)``; NaN rows for cells that the country plan has, and for those
        without a figure. The same draw as in `estimates`.
    plans
        One row per regional plan: ``crisis``, ``plan``, ``published`` (refugees and migrants in need,
        persons, NaN where not published), ``by_country`` (mean of its cells), ``not_by_country``.
    """

    estimates: Estimates
    cells: tuple[RegionalCell, ...]
    draws: FloatArray
    plans: pd.DataFrame

    def __post_init__(self) -> None:
        """Make the draws read-only."""
        check_fields(self)
        make_read_only(self, "draws")

    def totals(self) -> Breakdown:
        """Return the three totals: countries in crisis, complete; country-level plans; with hosts.

        The first answers how many migrants are in need in the countries in crisis. The second is
        `Estimates.total`, of which the first adds what country plans leave to regional plans. The
        third adds people in need in countries without a country plan, because of the crisis that
        they fled: another estimand.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022"), draws=400, seed=1)
        >>> totals = gc.complete_estimates(est, gc.load_regional_plans("2022")).totals()
        >>> for total in totals.summary()["total"]:
        ...     print(total)
        countries in crisis, complete
        all country-level plans
        countries in crisis and hosts of regional plans
        """
        rows = [self._row(total) for total in COMPLETE_TOTALS]
        est = self.estimates
        return Breakdown(
            pd.DataFrame({"total": list(COMPLETE_TOTALS)}),
            np.stack([draws for draws, _ in rows]),
            pd.DataFrame([facts for _, facts in rows], columns=list(FACTS)),
            is_additive=False,
            level=est.level,
            replicates=est.replicates,
        )

    def table(self) -> pd.DataFrame:
        """Return one row per cell: its fields, and ``lower`` and ``upper`` of its interval, persons."""
        fields = RegionalCell.__dataclass_fields__
        rows = pd.DataFrame(
            [{name: getattr(cell, name) for name in fields} for cell in self.cells],
            columns=list(fields),
        )
        rows["flags"] = [" ".join(cell.flags) for cell in self.cells]
        tail = (1 - self.estimates.level) / 2
        ends = np.full((2, len(rows)), np.nan)
        drawn = ~np.isnan(self.draws[:, 0])
        if drawn.any():
            ends[:, drawn] = np.quantile(self.draws[drawn], [tail, 1 - tail], axis=1)
        return rows.assign(lower=ends[0], upper=ends[1])

    def _row(self, total: CompleteTotal) -> tuple[FloatArray, Facts]:
        """Return draws and facts of a total."""
        base = self.estimates.total().row(total=SELECTIONS[1])
        added = np.array([cell.total in ADDED[total] for cell in self.cells], dtype=bool)
        facts = dict(base.facts.iloc[0])
        if not added.any():
            return base.draws[0], facts
        draws = np.nansum([base.draws[0], self.draws[added].sum(axis=0)], axis=0)
        return draws, facts | self._facts_with(facts, added)

    def _left(self) -> str:
        """Return the countries with a group that no country-level plan estimates."""
        leaves = self.estimates.leaves
        left = {leaf.destination for leaf in leaves if leaf.status not in SHOWN and leaf.stock > 0}
        return ", ".join(sorted(left)) or "none"

    def _facts_with(self, facts: Facts, added: BoolArray) -> Facts:
        """Return what changes in the facts of a total when cells are added to it."""
        cells = [cell for cell, is_added in zip(self.cells, added, strict=True) if is_added]
        at_one = np.nansum([facts["odds_ratio_1"], sum(cell.people for cell in cells)])
        large = [cell for cell in cells if cell.people >= SMALL_PART * at_one]
        own = [facts["evidence_level"]] if facts["status"] == "estimated" else []
        levels = [*own, *(EVIDENCE[cell.basis] for cell in large)]
        flags = [*str(facts["flags"]).split(), *(code for cell in cells for code in cell.flags)]
        return {
            "odds_ratio_1": float(at_one),
            "evidence_level": max(levels, default=3),
            "cap": max([facts["cap"], *(cell.grade for cell in large)]),
            "flags": join_flags(flags),
            "status": "estimated",
            "reason": str(message("REGIONAL_PLANS_ADDED", added=_listed(cells), left=self._left())),
            "lower_bound": np.nan, "upper_bound": np.nan, "double_count": np.nan,
        }  # fmt: skip


def _listed(cells: list[RegionalCell]) -> str:
    """Return the host countries of some cells, each once."""
    return ", ".join(sorted({cell.destination for cell in cells}))
