"""Files of a map (areas, people, hazard), and what the user states where a file does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gecam.geo import Extent, PopulationGrid, Shapes

HAZARDS = ("extent", "intensity", "areas")  # kinds of readers that show where a hazard is


@dataclass(frozen=True)
class MapFiles:
    """Files that all maps of a run share, and what is told of those that do not say enough.

    Parameters
    ----------
    areas, grid
        Files of the areas of the country and of its people; None where there are none.
    crs
        Coordinate reference system of the files that state none.
    nodata
        Mark of cells of the grid without data.
    area_name, area_layer
        Column of the areas with their names or codes, and their layer in a file with several.
    """

    areas: Path | None = None
    grid: Path | None = None
    crs: str | None = None
    nodata: float | None = None
    area_name: str | None = None
    area_layer: str | None = None
    _told: set[str] = field(default_factory=set, init=False, compare=False)  # files that took crs

    def read_areas(self, destination: str) -> Shapes:
        """Return the areas of a country: those with its code, or all where no code is given."""
        from gecam.io import read_areas

        if self.areas is None:
            raise AssertionError("areas are read where a file of them is given")
        shapes: Shapes = self._read(
            read_areas, self.areas, name=self.area_name, layer=self.area_layer
        )
        return shapes.where("iso3", destination) if "iso3" in shapes.table else shapes

    def read_grid(self) -> PopulationGrid | None:
        """Return the grid of people, chunk by chunk where it is too large to be read at once."""
        from gecam.errors import HostileFileError
        from gecam.io import GRID_CHUNK, read_population_grid

        if self.grid is None:
            return None
        grid: PopulationGrid
        try:
            grid = self._read(read_population_grid, self.grid, nodata=self.nodata)
        except HostileFileError:
            grid = self._read(
                read_population_grid, self.grid, nodata=self.nodata, chunks=GRID_CHUNK
            )
        return grid

    def hazard(self, file: Path, threshold: float | None, sd: float) -> Extent:
        """Return where a file shows a hazard; of a grid of intensities, levels about the threshold."""
        from gecam.errors import InputError
        from gecam.geo import Extent
        from gecam.io import find_reader

        reader = find_reader(file)
        if reader.kind not in HAZARDS:
            raise InputError(f"{file.name} is a file for {reader.name}, not a map of a hazard")
        if reader.kind == "areas":
            return Extent.of_shapes(self._read(reader.read, file))
        hazard: Any = reader.read(file)
        if reader.kind == "intensity":
            if threshold is None:
                raise InputError(f"{file.name} is a grid of intensities: state a threshold")
            hazard = hazard.about(threshold, sd)
        extent: Extent = hazard
        return extent

    def unused(self) -> bool:
        """Return whether a reference system was told and every file stated its own."""
        return self.crs is not None and not self._told

    def _read(self, reader: Callable[..., Any], file: Path, **options: Any) -> Any:
        """Return what a reader makes of a file, with the reference system told if it states none."""
        from gecam.errors import ReferenceSystemError

        try:
            return reader(file, **options)
        except ReferenceSystemError:
            if self.crs is None:
                raise
            self._told.add(str(file))
            return reader(file, crs=self.crs, **options)
