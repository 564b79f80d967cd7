"""People exposed by area at each level of an intensity, and under an uncertain threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from gecam._signature import check_fields, checked
from gecam._typing import FloatArray, NonNegative
from gecam.errors import InputError
from gecam.geo.grids import PopulationGrid
from gecam.geo.outline_coverage import refuse_beyond, refuse_overlap
from gecam.geo.overlay import crisis_zone_sums
from gecam.geo.shapes import Extent, Shapes
from gecam.geo.thresholds import level_weights
from gecam.model import UNKNOWN_SOURCE, Note, Source

NODES = 400  # equally probable thresholds
UNMAPPED = 0.01  # probability below the lowest level that is worth a note


@dataclass(frozen=True, eq=False)
class ExposedPeople:
    """People exposed by area under an uncertain threshold.

    Parameters
    ----------
    people
        Mean over the thresholds, persons, by area.
    total_sd
        Standard deviation of their sum that the threshold causes, persons.
    notes
        What the map does not say.
    """

    people: pd.Series
    total_sd: float
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, eq=False)
class Exposure:
    """People exposed by area at each level, beside all residents.

    Parameters
    ----------
    people
        Persons where the intensity is at least the level; index areas, columns levels, ascending.
    residents
        All residents by area, persons; NaN where the source does not say.
    unit
        Of the levels; empty for inside or outside.
    top
        Level that is reached nowhere.
    weighting
        How people inside were counted: ``"areal"``, ``"grid"``, or ``"published"``.
    source, notes
        Of the hazard.
    countries
        ISO3 codes of the areas, where the source says them.
    """

    people: pd.DataFrame
    residents: pd.Series
    unit: str = ""
    top: float | None = None
    weighting: str = "published"
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()
    countries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        table = self.people.to_numpy()
        if not (np.isfinite(table).all() and (table >= 0).all()):
            raise InputError("people exposed must be numbers of 0 or more in every area and level.")
        if not self.people.index.is_unique or not self.people.index.equals(self.residents.index):
            raise InputError("people exposed and residents must have the same areas, each once.")

    @property
    def levels(self) -> FloatArray:
        """Levels, ascending."""
        return np.asarray(self.people.columns, dtype=np.float64)

    @checked
    def at(self, threshold: float | None = None, *, sd: NonNegative = 0.0) -> ExposedPeople:
        r"""Return the people above a threshold that is not known exactly.

        Parameters
        ----------
        threshold
            Level from which people count as exposed; None for a hazard mapped as inside or outside.
        sd
            Standard deviation of the threshold, >= 0, in its unit: 0.5 for "6 plus or minus 0.5".

        Returns
        -------
        ExposedPeople
            The mean, not the figure at the central threshold: people rise faster below it than they
            fall above it.

        Raises
        ------
        InputError
            If the threshold lies outside the levels mapped (above `top` where its distribution does
            not reach below), or one is given where there are none.

        Notes
        -----
        :math:`E[f(T)]` and :math:`sd[f(T)]` with :math:`T \sim N(t, s^2)` over 400 equally probable
        thresholds, and :math:`f` linear between levels. One threshold holds for all areas. Below the
        lowest level the map says nothing: people there are those of the lowest level, and a note says
        how probable that is; so above the highest one, unless a level is known that is reached
        nowhere: then nobody is exposed from there on.
        """
        scores = ndtri((np.arange(NODES) + 0.5) / NODES)
        weights = level_weights(self, threshold, sd, scores)
        people = self.people.to_numpy() @ weights.T
        return ExposedPeople(
            pd.Series(people.mean(axis=1), self.people.index),
            float(people.sum(axis=0).std()),
            self._beyond(threshold, sd),
        )

    def _beyond(self, threshold: float | None, sd: float) -> tuple[Note, ...]:
        """Return how probable it is that the threshold lies where the map says nothing."""
        if threshold is None or not sd:
            return ()
        below = float(ndtr((self.levels[0] - threshold) / sd))
        above = float(ndtr((threshold - self.levels[-1]) / sd)) if self.top is None else 0.0
        where = {
            "BELOW_THE_MAP": (
                below,
                "lies below the lowest level mapped; people there are not counted",
            ),
            "ABOVE_THE_MAP": (
                above,
                "lies above the highest level mapped; its people are counted still",
            ),
        }
        return tuple(
            Note(code, f"with probability {probability:.0%} the threshold {text}", 1)
            for code, (probability, text) in where.items()
            if probability > UNMAPPED
        )


@checked
def exposure(
    areas: Shapes,
    extent: Extent,
    *,
    population: PopulationGrid | None = None,
    residents: Mapping[str, float] | None = None,
) -> Exposure:
    """Return the people of each area inside each level of an extent.

    Parameters
    ----------
    areas
        Areas with a name each.
    extent
        Where the intensity reaches each level, in longitude and latitude, degrees.
    population
        Where people live. Without it they are taken to live evenly over each area.
    residents
        Residents by name of the area. With a grid as well, the grid says where they live and
        `residents` how many they are. Needed without a grid.

    Raises
    ------
    InputError
        If neither is given, `residents` lacks an area, areas overlap, or the grid does not reach areas
        where people are asked for.

    Notes
    -----
    Whether areas are those of a country is another question: `area_coverage`.

    Examples
    --------
    >>> import shapely
    >>> from gecam.geo import Extent, Shapes, exposure
    >>> areas = Shapes.of(["W", "E"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> extent = Extent.of_shapes(Shapes.of(["flood"], [shapely.box(0.5, 0, 1.1, 1)]))
    >>> exposure(areas, extent, residents={"W": 1000, "E": 500}).at().people.round().to_dict()
    {'W': 500.0, 'E': 50.0}
    """
    if population is None and residents is None:
        raise InputError(
            "people exposed need a grid of people (population=), or residents by area (residents=)."
        )
    refuse_overlap(areas)
    if population is not None:
        refuse_beyond(population, areas, extent.geometry[0], is_told=residents is not None)
    labels = [f"level {i}" for i in range(len(extent.levels))]
    sums = crisis_zone_sums(
        dict(zip(labels, extent.geometry, strict=True)), areas, population=population
    )
    whole, notes = sums["residents"], [*extent.notes, *areas.notes]
    if residents is not None:
        told = pd.Series(residents, dtype="float64").reindex(sums.index)
        if told.isna().any():
            raise InputError(
                f"residents lack {int(told.isna().sum())} area(s): "
                f"{list(told.index[told.isna()])[:5]}."
            )
        empty = whole.le(0) & told.gt(0)
        if empty.any():
            some = ", ".join(map(str, sums.index[empty][:5]))
            text = f"areas without people in the grid, taken as not exposed: {some}"
            notes.append(Note("AREA_OUTSIDE_GRID", text, int(empty.sum())))
        scale = (told / whole.where(whole > 0)).fillna(0.0)
        sums, whole = sums.mul(scale, axis=0), told
    people = sums[labels].set_axis(extent.levels, axis=1)
    weighting = "areal" if population is None else "grid"
    source = extent.source
    return Exposure(
        people, whole.rename("residents"), extent.unit, extent.top, weighting, source, tuple(notes)
    )
