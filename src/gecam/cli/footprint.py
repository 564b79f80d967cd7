"""A case made from maps of hazards: people exposed in one country, and packaged stocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from gecam.cli.answers import country_option, misuse
from gecam.cli.map_files import MapFiles

if TYPE_CHECKING:
    from gecam.geo import Exposure, Extent, PopulationGrid, Shapes
    from gecam.model import Case, Note, Relation

_THRESHOLD = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(?:±|\+-|\+/-)\s*(\d+(?:\.\d+)?))?")


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
        from gecam.report import footprint_map

        if self.areas is None:
            return
        for footprint, one in zip(self.case.footprints, self.maps, strict=True):
            if one.hazard is not None:
                drawn = footprint_map(footprint, self.areas, extent=one.hazard, level=one.outline())
                drawn.save(out / f"map_{one.name}.png")


def case_of_maps(
    edition: str,
    files: Sequence[Path],
    destination: str,
    *,
    given: MapFiles,
    thresholds: Sequence[str],
) -> MappedCase:
    """Return the packaged world with a crisis per map: the people whom it shows as exposed.

    Refugees are exposed by an odds ratio against residents, as no rule of needs plans speaks of
    hazards. How far two maps with shapes share people is measured; a file that only states people
    exposed shows nothing of it, and its overlap stays an assumption.
    """
    from gecam.datasets import load_world
    from gecam.geo import footprint
    from gecam.model import Crisis

    destination = country_option(destination, "--destination")
    if not destination:
        raise misuse("--destination", "a map needs its country, by ISO3 code or name")
    names = _names(files)
    _check(given)
    levels = _thresholds(thresholds, len(files))
    world = load_world(edition)
    when, residents = _latest_residents(world, destination)
    is_common = len(thresholds) == 1 < len(files)
    country = _country(given, destination, residents, is_common=is_common)
    maps = [
        _map(file, name, country, given, level, sd)
        for file, name, (level, sd) in zip(files, names, levels, strict=True)
    ]
    if given.unused():
        raise misuse("--crs", "every file states its own")
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
    case = replace(
        world, crises=crises, footprints=footprints,
        name=" + ".join(file.name for file in files),
    )  # fmt: skip
    return MappedCase(case, maps, country.areas)


def _names(files: Sequence[Path]) -> list[str]:
    """Return the name of each map: that of its file up to the first point."""
    names = [file.name.split(".")[0] for file in files]
    if len(set(names)) < len(names):
        raise misuse("--footprint", f"maps need names of their own: got {', '.join(names)}")
    return names


def _latest_residents(world: Case, destination: str) -> tuple[date, float]:
    """Return the last day with residents of a country, and how many they are."""
    from gecam.model import residents_at

    rows = world.population.people
    mine = rows[rows["place"].eq(destination)]
    if mine.empty:
        raise misuse("--destination", f"no residents of {destination} are packaged")
    when = mine["as_of"].max().date()
    residents = residents_at(world.population, destination, when)
    if residents is None:
        raise AssertionError("a packaged figure stands at its own date")
    return when, residents


def _check(given: MapFiles) -> None:
    """Refuse what belongs to a file that is not given."""
    for option, value, file in (
        ("--grid", given.grid, given.areas),
        ("--nodata", given.nodata, given.grid),
        ("--area-name", given.area_name, given.areas),
        ("--area-layer", given.area_layer, given.areas),
    ):
        if value is not None and file is None:
            needed = "--grid" if option == "--nodata" else "--areas"
            raise misuse(option, f"it goes with {needed} FILE")


def _map(
    file: Path, name: str, country: Country, given: MapFiles, level: float | None, sd: float
) -> Map:
    from gecam.geo import exposure
    from gecam.io import find_reader

    reader = find_reader(file)
    if reader.kind == "exposure":
        exposed: Exposure = reader.read(file)
        if exposed.countries and country.code not in exposed.countries:
            raise misuse(
                "--destination",
                f"{file.name} is of {', '.join(exposed.countries)}, not of {country.code}",
            )
        return Map(name, exposed, *_of_unit(exposed.unit, level, sd, country))
    if reader.kind not in {"extent", "intensity", "areas"}:
        raise misuse("--footprint", f"{file.name} is a file for {reader.name}, not a map")
    if country.areas is None:
        raise misuse("--areas", "a map needs the outline of the country or its areas: --areas FILE")
    if reader.kind == "intensity" and level is None:
        raise misuse("--threshold", 'give --threshold, such as "6+-0.5"')
    hazard = given.hazard(file, level, sd)
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
    overlap = footprint_overlap(
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
    size = overlap.both.diagonal()
    for i, j in overlap.pairs():
        small, large = (i, j) if size[i] <= size[j] else (j, i)
        name, other = overlap.crises[small], overlap.crises[large]
        relations[name] += (overlap.relation(name, other),)
    return relations


def _country(given: MapFiles, destination: str, residents: float, *, is_common: bool) -> Country:
    """Return the areas of the country, checked against its outline, with their people."""
    if given.areas is None:
        return Country(destination, None, None, None, is_common)
    from gecam.geo import area_coverage

    shapes, people = given.read_areas(destination), given.read_grid()
    coverage = area_coverage(shapes, destination, is_part=people is not None)
    if people is None or coverage.is_whole:
        by_area, note = _of_all(shapes, people, residents)
    else:
        by_area, note = _of_part(shapes, people, destination, residents)
    notes = (*shapes.notes, coverage.note(), note)
    return Country(destination, replace(shapes, notes=notes), people, by_area, is_common)


def _of_all(
    shapes: Shapes, people: PopulationGrid | None, residents: float
) -> tuple[dict[str, float], Note]:
    """Return all residents of the country by area: as a grid has them, else spread evenly."""
    from gecam.geo import crisis_zone_sums, grid_ratio
    from gecam.model import Note

    sizes = crisis_zone_sums({}, shapes, population=people)["residents"]
    text = "residents of the country are spread evenly over its areas"
    if people is not None:
        text = (
            f"the grid holds {grid_ratio(people, shapes, residents):.1%} of the residents of the "
            "country, and is scaled to them"
        )
    by_area = sizes / sizes.sum() * residents
    return dict(by_area.items()), Note("RESIDENTS_SCALED", text, 1)


def _of_part(
    shapes: Shapes, people: PopulationGrid, destination: str, residents: float
) -> tuple[dict[str, float], Note]:
    """Return residents of a part of the country by area, as a grid has them; others live elsewhere."""
    from gecam.geo import country_ratio, crisis_zone_sums
    from gecam.model import Note

    sizes = crisis_zone_sums({}, shapes, population=people)["residents"]
    if sizes.sum() <= 0:
        raise misuse("--grid", "nobody of the grid lives in the areas")
    ratio = country_ratio(people, destination, residents)
    text = (
        f"the areas are a part of the country with {sizes.sum() / residents:.1%} of its residents"
    )
    text += (
        "; whether the grid holds those of the rest was not checked, as it ends before"
        if ratio is None
        else f"; within its outline the grid holds {ratio:.0%} of them, and is taken as it is"
    )
    return dict(sizes.items()), Note("PART_OF_COUNTRY", text, 1)


def _thresholds(texts: Sequence[str], n: int) -> list[tuple[float | None, float]]:
    """Return a threshold per map: those given, in the order of the maps, or one for all."""
    given = [_threshold(text) for text in texts] or [(None, 0.0)]
    if len(given) not in {1, n}:
        raise misuse("--threshold", f"give one threshold for all maps, or one for each of the {n}")
    return given if len(given) == n else given * n


def _threshold(text: str) -> tuple[float | None, float]:
    if not text:
        return None, 0.0
    parts = _THRESHOLD.fullmatch(text.strip())
    if not parts:
        raise misuse("--threshold", f"{text!r} is no threshold: write 6 or 6+-0.5")
    return float(parts[1]), float(parts[2] or 0)
