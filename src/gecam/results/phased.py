"""Estimates divided by phase of severity: rows of each phase add to people in need in every draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress
from typing import Literal, get_args

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError
from gecam.model import ATTRIBUTES
from gecam.results.breakdown import Breakdown
from gecam.results.columns import Dimension
from gecam.results.complete import CompleteEstimates
from gecam.results.estimates import Estimates

Phase = Literal["3", "4", "5", "3 or worse"]
PHASE_ROWS: tuple[Phase, ...] = get_args(Phase)


@dataclass(frozen=True, eq=False)
class PhasedEstimates:
    """People in need, those of them in phase 4 or 5, and each phase by itself.

    Parameters
    ----------
    in_need
        The answer that was divided, persons in phase 3 and worse.
    severe
        Phase 4 and worse, measure ``severe``: in every draw at most those in need, row by row.
    phases
        People of each phase alone; ``3 or worse`` are those of countries without published phases.
    complete
        `severe` with people of regional plans; None where they were not given.
    regional
        Each of `phases` with people of regional plans; empty where they were not given.
    """

    in_need: Estimates
    severe: Estimates
    phases: Mapping[Phase, Estimates]
    complete: CompleteEstimates | None = None
    regional: Mapping[Phase, CompleteEstimates] = field(default_factory=dict)

    @checked
    def by(self, *dimensions: Dimension) -> Breakdown:
        """Return people in need by phase along some dimensions.

        Parameters
        ----------
        *dimensions
            As of `Estimates.by`; rows by origin or sex are those with draws.

        Returns
        -------
        Breakdown
            Rows of the dimensions times ``phase``: ``3``, ``4``, ``5``, or ``3 or worse`` where no
            phases were published. Over phases they add to ``in_need.by(*dimensions)`` in every
            draw.
        """
        drawn = {"draws": "corridor"} if {"origin", *ATTRIBUTES} & {*dimensions} else {}
        return self._stacked(
            {phase: part.by(*dimensions, **drawn) for phase, part in self.phases.items()}  # type: ignore[arg-type]
        )

    @checked
    def by_cell(self, *, in_crisis: bool) -> Breakdown:
        """Return people of regional plans by phase.

        Parameters
        ----------
        in_crisis
            As of `CompleteEstimates.by_cell`: True for cells in countries in crisis, False for others.

        Returns
        -------
        Breakdown
            Rows of plan, host, origin, group and name times ``phase``, as in `by`. Over phases they
            add to the cells of the answer that was divided, in every draw.

        Raises
        ------
        InputError
            If the answer was divided without people of regional plans.
        """
        if not self.regional:
            raise InputError(
                "people of regional plans were not given: by_severity(..., complete=...)"
            )
        return self._stacked(
            {phase: part.by_cell(in_crisis=in_crisis) for phase, part in self.regional.items()}
        )

    def total(self) -> Breakdown:
        """Return the two world totals by phase; see `Estimates.total`."""
        return self._stacked({phase: part.total() for phase, part in self.phases.items()})

    def _stacked(self, parts: Mapping[Phase, Breakdown]) -> Breakdown:
        """Stack the rows of all phases that have people; a row without a figure stands once."""
        shown = {phase: part.is_estimated.copy() for phase, part in parts.items()}
        keys = {
            phase: [*part.labels.itertuples(index=False, name=None)]
            for phase, part in parts.items()
        }
        with_figure = {key for phase in parts for key in compress(keys[phase], shown[phase])}
        last = PHASE_ROWS[-1]
        shown[last] |= np.array([key not in with_figure for key in keys[last]], dtype=bool)
        chosen = [(phase, part, shown[phase]) for phase, part in parts.items()]
        return Breakdown(
            pd.concat(
                [x.labels[rows].assign(phase=phase) for phase, x, rows in chosen], ignore_index=True
            ),
            np.concatenate([x.draws[rows] for _, x, rows in chosen]),
            pd.concat([x.facts[rows] for _, x, rows in chosen], ignore_index=True),
            parts[last].is_additive,
            self.in_need.level,
            about=self.in_need.about,
        )

    def __repr__(self) -> str:
        """Return one line that is the same on every run."""
        places = {cell.destination for cell in self.severe.cells if cell.status != "not_estimated"}
        return f"PhasedEstimates({self.in_need!r}; phases of {len(places)} destinations)"
