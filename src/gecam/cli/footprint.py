"""The case of maps: who is exposed in one country, with packaged stocks and residents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from gecam.geo import Exposure, Extent, PopulationGrid, Shapes
    from gecam.model import Case, Relation

_THRESHOLD = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(?:±|\+-|\+/-)\s*(\d+(?:\.\d+)?))?")
_WHOLE = 0.7  # part of the residents in areas that cover a country, at least
_STEP, _REACH = 0.1, 3.5  # levels of an intensity grid, and how many sd about the threshold


@dataclass(frozen=True)
class Map:
    """One hazard over the country: people exposed, and where it is drawn, its shape."""

    name: str
    exposed: Exposure
    threshold: float | None
    threshold_sd: float
    hazard: Extent | None = None

    def outline(self) -> float | None:
        """Return the mapped level that is nearest to the threshold."""
        if self.hazard is None or self.threshold is None:
            return None
        return float(min(self.hazard.levels, key=lambda level: abs(level - self.threshold)))


@dataclass(frozen=True)
class Country:
    """What all maps of a run share: areas of the country, its people, and perhaps a threshold."""

    code: str
    areas: Shapes | None
    people: PopulationGrid | None
    residents: Mapping[str, float] | None
    is_threshold_common: bool


@dataclass(frozen=True)
class MappedCase:
    """A case of maps, and what it was made from."""

    case: Case
    maps: Sequence[Map]
    areas: Shapes | None

    def draw(self, out: Path) -> None:
        """Write a map of each footprint that has a shape."""
        from gecam.report.footprint_map import footprint_map

        if self.areas is None:
            return
        for found, one in zip(self.case.footprints, self.maps, strict=True):
            if one.hazard is not None:
                drawn = footprint_map(found, self.areas, extent=one.hazard, level=one.outline())
                figure: Any = drawn.ax.figure
                figure.savefig(out / f"map_{one.name}.png", dpi=160)


def case_of_maps(
    edition: str,
    files: Sequence[Path],
    destination: str,
    *,
    areas: Path | None,
    grid: Path | None,
    thresholds: Sequence[str],
) -> MappedCase:
    """Return the packaged world with a crisis per map: the people whom it shows as exposed.

    Refugees are taken to be exposed like residents: the prior of refugees in need is about needs
    plans, not about hazards. How far two maps with shapes share people is measured; a file that only
    states people exposed shows nothing of it, and its overlap stays an assumption.
    """
    from gecam.codes import is_iso3
    from gecam.datasets import load_world
    from gecam.geo import footprint
    from gecam.model import Crisis, residents_at

    if not is_iso3(destination):
        raise typer.BadParameter("give --destination, an ISO3 code", param_hint="--destination")
    names = [file.name.split(".")[0] for file in files]
    if len(set(names)) < len(names):
        raise typer.BadParameter(
            f"maps need names of their own: got {', '.join(names)}", param_hint="--footprint"
        )
    levels = _thresholds(thresholds, len(files))
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
    is_common = len(thresholds) == 1 < len(files)
    country = _country(areas, grid, destination, residents, is_common=is_common)
    maps = [
        _map(file, name, country, level, sd)
        for file, name, (level, sd) in zip(files, names, levels, strict=True)
    ]
    footprints = tuple(
        footprint(
            m.exposed, crisis=m.name, destination=destination, as_of=when, threshold=m.threshold,
            threshold_sd=m.threshold_sd, residents=residents, assumptions=world.assumptions,
        )
        for m in maps
    )  # fmt: skip
    relations = _relations(maps, country)
    crises = tuple(
        Crisis(name, f"{destination}, {file.name}", "disaster", when, relations=relations[name])
        for name, file in zip(names, files, strict=True)
    )
    assumptions = replace(world.assumptions, protection_in_need="national")
    case = replace(
        world, crises=crises, footprints=footprints, assumptions=assumptions,
        name=" + ".join(file.name for file in files),
    )  # fmt: skip
    return MappedCase(case, maps, country.areas)


def _map(file: Path, name: str, country: Country, level: float | None, sd: float) -> Map:
    import numpy as np

    from gecam.geo import Extent, exposure
    from gecam.io.readers import find_reader

    reader = find_reader(file)
    if reader.kind == "exposure":
        found: Exposure = reader.read(file)
        if found.countries and country.code not in found.countries:
            raise typer.BadParameter(
                f"{file.name} is of {', '.join(found.countries)}, not of {country.code}",
                param_hint="--destination",
            )
        return Map(name, found, *_of_unit(found.unit, level, sd, country))
    if reader.kind not in {"extent", "intensity", "areas"}:
        raise typer.BadParameter(
            f"{file.name} is a file for {reader.name}, not a map", param_hint="--footprint"
        )
    if country.areas is None:
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
    exposed = exposure(
        country.areas, hazard, population=country.people, residents=country.residents
    )
    return Map(name, exposed, *_of_unit(hazard.unit, level, sd, country), hazard)


def _of_unit(
    unit: str, level: float | None, sd: float, country: Country
) -> tuple[float | None, float]:
    """Return the threshold of a map; none where one threshold is for all and this map has no levels."""
    return (level, sd) if unit or not country.is_threshold_common else (None, 0.0)


def _relations(maps: Sequence[Map], country: Country) -> dict[str, tuple[Relation, ...]]:
    """Return how each map stands to the ones before it, where both have shapes."""
    from gecam.geo import footprint_overlap

    drawn = {m.name: m for m in maps if m.hazard is not None}
    relations: dict[str, tuple[Relation, ...]] = {m.name: () for m in maps}
    if len(drawn) < 2 or country.areas is None:
        return relations
    found = footprint_overlap(
        {name: m.hazard for name, m in drawn.items()},
        country.areas,
        thresholds={
            name: (m.threshold, m.threshold_sd)
            for name, m in drawn.items()
            if m.threshold is not None
        },
        population=country.people,
        residents=country.residents,
    )
    size = found.both.diagonal()
    for i, j in found.pairs():
        small, large = (i, j) if size[i] <= size[j] else (j, i)
        name, other = found.crises[small], found.crises[large]
        relations[name] += (found.relation(name, other),)
    return relations


def _country(
    areas: Path | None, grid: Path | None, destination: str, residents: float, *, is_common: bool
) -> Country:
    if areas is None:
        return Country(destination, None, None, None, is_common)
    from gecam.io import read_population_grid

    shapes = _areas_of(areas, destination)
    people = read_population_grid(grid) if grid is not None else None
    known = _residents(shapes, people, residents)
    return Country(destination, shapes, people, known, is_common)


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


def _thresholds(texts: Sequence[str], n: int) -> list[tuple[float | None, float]]:
    """Return a threshold per map: those given, in the order of the maps, or one for all."""
    given = [_threshold(text) for text in texts] or [(None, 0.0)]
    if len(given) not in {1, n}:
        raise typer.BadParameter(
            f"give one threshold for all maps, or one for each of the {n}", param_hint="--threshold"
        )
    return given if len(given) == n else given * n


def _threshold(text: str) -> tuple[float | None, float]:
    if not text:
        return None, 0.0
    found = _THRESHOLD.fullmatch(text.strip())
    if not found:
        raise typer.BadParameter(
            f"{text!r} is no threshold: write 6 or 6+-0.5", param_hint="--threshold"
        )
    return float(found[1]), float(found[2] or 0)
