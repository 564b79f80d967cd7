"""Scenario files: what `gecam prepare scenario.toml` reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gecam._arguments import day_alone
from gecam.cli.map_files import MapFiles
from gecam.cli.toml_files import check_keys, read_rows, read_toml
from gecam.codes import country_code
from gecam.errors import CodeError, InputError

if TYPE_CHECKING:
    from gecam.geo import Extent, Shapes
    from gecam.model import Case, Footprint
    from gecam.preparedness import Nobody, ScenarioChange

TOP = {"name", "edition", "alone", "change"}
CIRCLES = {"longitude", "latitude", "radii_km", "levels"}
COMMON = {"crisis", "destination", "as_of", "grade", "need_share", "need_basis"}
KEYS = {  # by the key that tells what kind of change it is
    "copy": {"copy", "destination", "to", "scale", "keep", "edition"},
    "people": {"people", "crisis", "destination", "as_of", "grade", "measure", "pin_scope",
               "denominator"},
    "areas": COMMON | {"areas", "threshold"},
    "map": COMMON | {"map", "hazard", "circles", "threshold", "threshold_sd", "residents", "grid",
                     "crs", "nodata", "area_name", "area_layer"},
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class DrawnMap:
    """A footprint with its shapes: areas, hazard, and the level of the hazard that is outlined."""

    footprint: Footprint
    areas: Shapes
    hazard: Extent
    level: float | None


@dataclass(frozen=True, eq=False)
class ScenarioFile:
    """A scenario as a file states it.

    Parameters
    ----------
    name
        For the title.
    today
        Case that the scenario changes.
    alone
        Whether today's crises are left out.
    changes
        As `gecam.preparedness.estimate_scenario` takes them.
    maps
        Footprints of changes that are drawn on a map, with their areas and hazard.
    """

    name: str
    today: Case
    alone: bool
    changes: tuple[ScenarioChange, ...]
    maps: tuple[DrawnMap, ...] = ()

    @property
    def crises(self) -> tuple[str, ...]:
        """Ids of the changed crises in the estimates."""
        from gecam.preparedness import scenario_case

        case, nobody = scenario_case(self.changes, self.today, alone=self.alone)
        before = set() if self.alone else {id(f) for f in self.today.footprints}
        changed = [f.crisis for f in case.footprints if id(f) not in before]
        return (*changed, *(x.crisis for x in nobody))


def read_scenario(path: Path) -> ScenarioFile:
    """Read a scenario file.

    Raises
    ------
    InputError
        If the file is no TOML, or a key is missing or unknown.
    """
    from gecam.datasets import load_edition, load_world

    document = read_toml(path)
    check_keys(document, TOP, path.name)
    tables = document.get("change", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{path.name}: write each change as a table [[change]]")
    edition, is_alone = str(document.get("edition", "2022")), document.get("alone", False)
    kinds = [_kind(table, f"{path.name}, change {i}") for i, table in enumerate(tables, start=1)]
    today = load_edition(edition)
    places = {table.get("to") or table.get("destination", "") for table in tables}
    if absent := sorted(places - {"", *today.stock.destinations}):
        if not is_alone:
            raise InputError(
                f"{path.name}: edition {edition} has no stock of {', '.join(absent)}. Write alone = "
                "true: it takes the packaged stocks of all countries, which are without origins."
            )
        today = load_world(edition)
    changes, maps = [], []
    for number, (kind, table) in enumerate(zip(kinds, tables, strict=True), start=1):
        try:
            change, drawn = _change(kind, table, today, path.parent)
        except KeyError as error:
            raise InputError(
                f"{path.name}, change {number}: the key {error.args[0]!r} is missing"
            ) from error
        except InputError as error:
            where = f"{path.name}, change {number}: {error.headline}"
            raise InputError(where, error.problems) from error
        changes.append(change)
        maps += drawn
    return ScenarioFile(
        str(document.get("name", path.stem)), today, is_alone, tuple(changes), tuple(maps)
    )


def _kind(table: dict[str, Any], where: str) -> str:
    """Return the key that tells what kind of change a table is; its countries become codes."""
    kind = next((key for key in KEYS if key in table), "")
    if not kind:
        raise InputError(f"{where}: needs one of the keys {', '.join(KEYS)}")
    check_keys(table, KEYS[kind], where)
    check_keys(table.get("circles", {}), CIRCLES, f"{where}, circles")
    for key in ("destination", "to"):
        if table.get(key):
            try:
                table[key] = country_code(table[key])
            except CodeError as error:
                raise InputError(f"{where}, {key}: {error}") from None
    return kind


def _change(
    kind: str, table: dict[str, Any], today: Case, folder: Path
) -> tuple[ScenarioChange, list[DrawnMap]]:
    from gecam.preparedness import CrisisCopy

    if kind == "copy":
        from gecam.datasets import load_edition

        past = load_edition(str(table["edition"])) if "edition" in table else (
            today if today.crises else load_edition("2022"))  # fmt: skip
        copy = CrisisCopy(
            table["copy"], table["destination"], table.get("to", ""), table.get("scale", 1.0),
            table.get("keep", "share"), past,
        )  # fmt: skip
        return copy, []
    if kind == "people":
        return _stated(table), []
    if kind == "areas":
        return _of_areas(table, folder), []
    return _of_map(table, today, folder)


def _stated(table: dict[str, Any]) -> Footprint | Nobody:
    from gecam.model import Footprint
    from gecam.preparedness import Nobody

    people = table["people"]
    if people == 0:
        return Nobody(table["crisis"], table["destination"], "The scenario states 0 people.")
    optional = {
        key: table[key] for key in ("measure", "pin_scope", "grade", "denominator") if key in table
    }
    note = "stated in the scenario file"
    return Footprint(
        table["crisis"], table["destination"], people, _day(table["as_of"]), note=note, **optional
    )


def _of_areas(table: dict[str, Any], folder: Path) -> Footprint | Nobody:
    from gecam.preparedness import hazard_footprint

    areas = read_rows(folder / table["areas"], ("area", "residents", "intensity"))
    return hazard_footprint(areas, table["threshold"], **_common(table))


def _of_map(
    table: dict[str, Any], today: Case, folder: Path
) -> tuple[ScenarioChange, list[DrawnMap]]:
    """Read areas and hazard, and overlay them."""
    import numpy as np

    from gecam.geo import grid_ratio
    from gecam.model import residents_at
    from gecam.preparedness import Nobody, map_footprint

    options = _common(table)
    given = MapFiles(
        folder / table["map"],
        folder / table["grid"] if "grid" in table else None,
        *(table.get(key) for key in ("crs", "nodata", "area_name", "area_layer")),
    )
    areas = given.read_areas(options["destination"])
    threshold = table.get("threshold")
    sd = table.get("threshold_sd", 0.0)
    hazard = _hazard(table, folder, given, threshold, sd)
    residents: Any = None
    grid = given.read_grid()
    if given.unused():
        raise InputError(f"crs is {given.crs!r}, and every file of the map states its own.")
    if "residents" in table:
        rows = read_rows(folder / table["residents"], ("area", "residents"))
        residents = dict(zip(rows["area"], rows["residents"], strict=True))
    else:
        whole = residents_at(today.population, options["destination"], options["as_of"])
        if grid is None:
            residents = whole
        elif whole is not None:
            grid_ratio(grid, areas, whole)  # refuses a grid that does not hold the country's people
    change = map_footprint(
        areas,
        hazard,
        residents=residents,
        population=grid,
        threshold=threshold,
        threshold_sd=sd,
        **options,
    )
    if isinstance(change, Nobody):
        return change, []
    is_mapped = threshold is not None and bool(np.isclose(hazard.levels, threshold).any())
    return change, [DrawnMap(change, areas, hazard, threshold if is_mapped else None)]


def _hazard(
    table: dict[str, Any], folder: Path, given: MapFiles, threshold: float | None, sd: float
) -> Extent:
    """Return the hazard of a file, or of circles that the scenario states."""
    from gecam.preparedness import rings

    if "circles" in table:
        c = table["circles"]
        return rings(c["longitude"], c["latitude"], c["radii_km"], c["levels"])
    return given.hazard(folder / table["hazard"], threshold, sd)


def _common(table: dict[str, Any]) -> dict[str, Any]:
    options = {
        "crisis": table["crisis"],
        "destination": table["destination"],
        "as_of": _day(table["as_of"]),
    }
    return options | {k: table[k] for k in ("grade", "need_share", "need_basis") if k in table}


def _day(value: Any) -> date:
    return date.fromisoformat(day_alone(value))
