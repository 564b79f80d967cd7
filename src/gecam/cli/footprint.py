"""The case of one map: who is exposed in one country, with packaged stocks and residents."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from gecam.geo import Exposure, PopulationGrid, Shapes
    from gecam.model import Case

_THRESHOLD = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(?:±|\+-|\+/-)\s*(\d+(?:\.\d+)?))?")
_WHOLE = 0.7  # part of the residents in areas that cover a country, at least
_STEP, _REACH = 0.1, 3.5  # levels of an intensity grid, and how many sd about the threshold


def case_of_map(
    edition: str,
    file: Path,
    destination: str,
    *,
    areas: Path | None,
    grid: Path | None,
    threshold: str,
) -> Case:
    """Return the packaged world with one crisis: the people whom a map shows as exposed.

    Refugees are taken to be exposed like residents: the prior of refugees in need is about needs
    plans, not about hazards.
    """
    from gecam.codes import is_iso3
    from gecam.datasets import load_world
    from gecam.geo import footprint
    from gecam.model import Crisis, residents_at

    if not is_iso3(destination):
        raise typer.BadParameter("give --destination, an ISO3 code", param_hint="--destination")
    level, sd = _threshold(threshold)
    world = load_world(edition)
    rows = world.population.people
    mine = rows[rows["place"].eq(destination)]
    if mine.empty:
        raise typer.BadParameter(
            f"no residents of {destination} are packaged", param_hint="--destination"
        )
    when = mine["as_of"].max().date()
    residents = residents_at(world.population, destination, when)
    if residents is None:
        raise AssertionError("a packaged figure stands at its own date")
    exposed = _exposure(file, destination, areas, grid, residents, level, sd)
    name = file.name.split(".")[0]
    found = footprint(
        exposed, crisis=name, destination=destination, as_of=when, threshold=level, threshold_sd=sd,
        residents=residents, assumptions=world.assumptions,
    )  # fmt: skip
    crisis = Crisis(name, f"{destination}, {file.name}", "disaster", when)
    assumptions = replace(world.assumptions, protection_in_need="national")
    return replace(
        world, crises=(crisis,), footprints=(found,), assumptions=assumptions, name=file.name
    )


def _exposure(
    file: Path, destination: str, areas: Path | None, grid: Path | None, residents: float,
    level: float | None, sd: float,
) -> Exposure:  # fmt: skip
    import numpy as np

    from gecam.geo import Extent, exposure
    from gecam.io import read_population_grid
    from gecam.io.readers import find_reader

    reader = find_reader(file)
    if reader.kind == "exposure":
        found: Exposure = reader.read(file)
        return found
    if reader.kind not in {"extent", "intensity", "areas"}:
        raise typer.BadParameter(
            f"{file.name} is a file for {reader.name}, not a map", param_hint="--footprint"
        )
    if areas is None:
        raise typer.BadParameter(
            "a map needs the outline of the country or its areas: --areas FILE",
            param_hint="--areas",
        )
    if reader.kind == "intensity" and level is None:
        raise typer.BadParameter('give --threshold, such as "6+-0.5"', param_hint="--threshold")
    hazard: Any = reader.read(file)
    if reader.kind == "intensity" and level is not None:
        reach = _REACH * max(sd, _STEP)
        hazard = hazard.extent(np.arange(level - reach, level + reach + _STEP / 2, _STEP))
    elif reader.kind == "areas":
        hazard = Extent.of_shapes(hazard)
    shapes = _areas_of(areas, destination)
    people = read_population_grid(grid) if grid is not None else None
    return exposure(
        shapes, hazard, population=people, residents=_residents(shapes, people, residents)
    )


def _areas_of(file: Path, destination: str) -> Shapes:
    """Return the areas of the country: those with its code, or all where no code is given."""
    from gecam.io import read_areas

    shapes = read_areas(file)
    return shapes.where("iso3", destination) if "iso3" in shapes.table else shapes


def _residents(shapes: Shapes, people: PopulationGrid | None, residents: float) -> dict[str, float]:
    """Return residents by area: as the grid has them, else spread evenly over the country.

    Grids miss published residents by some per cent, and are scaled to them. Where a grid has far
    fewer people in the areas, these are a part of the country, and all others live elsewhere.
    """
    from gecam.geo import crisis_zone_sums

    sizes = crisis_zone_sums({}, shapes, population=people)["residents"]
    if sizes.sum() <= 0:
        raise typer.BadParameter("nobody of the grid lives in the areas", param_hint="--grid")
    if people is None or sizes.sum() > _WHOLE * residents:
        sizes = sizes / sizes.sum() * residents
    return dict(sizes.items())


def _threshold(text: str) -> tuple[float | None, float]:
    if not text:
        return None, 0.0
    found = _THRESHOLD.fullmatch(text.strip())
    if not found:
        raise typer.BadParameter(
            f"{text!r} is no threshold: write 6 or 6+-0.5", param_hint="--threshold"
        )
    return float(found[1]), float(found[2] or 0)
