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
from gecam.datasets import DEFAULT_EDITION
from gecam.errors import CodeError, InputError

if TYPE_CHECKING:
    from gecam.estimation import CaseEdit, TouchNobody
    from gecam.geo import Extent, Shapes
    from gecam.model import Case, Footprint

TOP = {"name", "edition", "alone", "change"}
CIRCLES = {"longitude", "latitude", "radii_km", "levels"}
COMMON = {"crisis", "destination", "as_of", "grade", "need_share", "need_basis"}
KEYS = {  # by the key that tells what kind of change it is
    "copy": {"copy", "destination", "to", "scale", "keep", "edition"},
    "people": {"people", "crisis", "destination", "as_of", "grade", "measure", "pin_scope",
               "denominator", "source_kind", "area"},
    "areas": COMMON | {"areas", "threshold"},
    "map": COMMON | {"map", "hazard", "circles", "threshold", "threshold_sd", "residents", "grid",
                     "crs", "nodata", "area_name", "area_layer"},
}  # fmt: skip

STATED = ("measure", "pin_scope", "grade", "denominator", "source_kind")


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
    is_alone
        Whether today's crises are left out.
    edits
        Changes of that case, as `gecam.scenario` takes them.
    maps
        Footprints of changes that are drawn on a map, with their areas and hazard.
    """

    name: str
    today: Case
    is_alone: bool
    edits: tuple[CaseEdit | Footprint, ...]
    maps: tuple[DrawnMap, ...] = ()

    @property
    def crises(self) -> tuple[str, ...]:
        """Ids of the changed crises in the estimates."""
        from gecam.estimation import apply_edits, nobody_touched

        before = {id(f) for f in self.today.footprints}
        after = apply_edits(self.today, self.edits).footprints
        nobody = nobody_touched(self.today, self.edits)
        return (*(f.crisis for f in after if id(f) not in before), *(x.crisis for x in nobody))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the scenario changes, and what its footprints rest on."""
        from gecam.estimation import TouchNobody, edit_words
        from gecam.model import Footprint

        said = [x for x in self.edits if not isinstance(x, TouchNobody)]  # told where it is zero
        notes = (x.note if isinstance(x, Footprint) else edit_words([x])[0] for x in said)
        return tuple(filter(None, notes))


def read_scenario(path: Path) -> ScenarioFile:
    """Read a scenario file.

    Raises
    ------
    InputError
        If the file is no TOML, or a key is missing or unknown.
    """
    from gecam.estimation import WithoutCrises

    document = read_toml(path)
    check_keys(document, TOP, path.name)
    tables = document.get("change", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{path.name}: write each change as a table [[change]]")
    is_alone = document.get("alone", False)
    kinds = [_kind(table, f"{path.name}, change {i}") for i, table in enumerate(tables, start=1)]
    today = _today(
        str(document.get("edition", DEFAULT_EDITION)), tables, path.name, is_alone=is_alone
    )
    edits: list[CaseEdit | Footprint] = [WithoutCrises()] if is_alone else []
    maps = []
    for number, (kind, table) in enumerate(zip(kinds, tables, strict=True), start=1):
        try:
            edit, drawn = _change(kind, table, today, path.parent)
        except KeyError as error:
            raise InputError(
                f"{path.name}, change {number}: the key {error.args[0]!r} is missing"
            ) from error
        except InputError as error:
            where = f"{path.name}, change {number}: {error.headline}"
            raise InputError(where, error.problems) from error
        edits.append(edit)
        maps += drawn
    if not tables:
        edits += _nothing(today)
    return ScenarioFile(
        str(document.get("name", path.stem)), today, is_alone, tuple(edits), tuple(maps)
    )


def _today(edition: str, tables: list[dict[str, Any]], where: str, *, is_alone: bool) -> Case:
    """Return the case that a scenario changes: of an edition, or of all countries if it needs them."""
    from gecam.datasets import load_edition, load_world

    today = load_edition(edition)
    places = {table.get("to") or table.get("destination", "") for table in tables}
    absent = sorted(places - {"", *today.stock.destinations})
    if absent and not is_alone:
        raise InputError(
            f"{where}: edition {edition} has no stock of {', '.join(absent)}. Write alone = "
            "true: it takes the packaged stocks of all countries, which are without origins."
        )
    return load_world(edition) if absent else today


def _nothing(today: Case) -> list[TouchNobody]:
    """Return the edits of a file without changes: nobody is touched anywhere."""
    from gecam.estimation import TouchNobody

    places = today.destinations or today.stock.destinations
    return [TouchNobody("scenario", place, "The scenario has no footprint.") for place in places]


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
) -> tuple[CaseEdit | Footprint, list[DrawnMap]]:
    from gecam.estimation import CopyCrisis

    if kind == "copy":
        from gecam.datasets import load_edition

        past = load_edition(str(table["edition"])) if "edition" in table else (
            today if today.crises else load_edition(DEFAULT_EDITION))  # fmt: skip
        copy = CopyCrisis(
            table["copy"], table["destination"], table.get("to", ""), table.get("scale", 1.0),
            table.get("keep", "share"), past,
        )  # fmt: skip
        return copy, []
    if kind == "people":
        return _stated(table), []
    if kind == "areas":
        return _of_areas(table, folder), []
    return _of_map(table, today, folder)


def _stated(table: dict[str, Any]) -> Footprint | TouchNobody:
    from gecam.estimation import TouchNobody
    from gecam.model import Footprint

    people = table["people"]
    if people == 0:
        return TouchNobody(table["crisis"], table["destination"], "The scenario states 0 people.")
    optional = {key: table[key] for key in table if key in STATED}
    area = tuple(name.strip() for name in str(table.get("area", "")).split("|") if name.strip())
    note = "stated in the scenario file"
    return Footprint(
        table["crisis"],
        table["destination"],
        people,
        _day(table["as_of"]),
        note=note,
        area=area,
        **optional,
    )


def _of_areas(table: dict[str, Any], folder: Path) -> Footprint | TouchNobody:
    from gecam.preparedness import hazard_footprint

    areas = read_rows(folder / table["areas"], ("area", "residents", "intensity"))
    return hazard_footprint(areas, table["threshold"], **_common(table))


def _of_map(
    table: dict[str, Any], today: Case, folder: Path
) -> tuple[CaseEdit | Footprint, list[DrawnMap]]:
    """Read areas and hazard, and overlay them."""
    import numpy as np

    from gecam.estimation import TouchNobody
    from gecam.geo import grid_ratio
    from gecam.preparedness import map_footprint

    options = _common(table)
    given = MapFiles(
        folder / table["map"],
        folder / table["grid"] if "grid" in table else None,
        *(table.get(key) for key in ("crs", "nodata", "area_name", "area_layer")),
    )
    areas = given.read_areas(options["destination"])
    threshold = table.get("threshold")
    hazard = _hazard(table, folder, given)
    grid = given.read_grid()
    if given.unused():
        raise InputError(f"crs is {given.crs!r}, and every file of the map states its own.")
    residents = _residents(table, folder, today)
    if grid is not None and "residents" not in table:
        if residents is not None:
            grid_ratio(
                grid, areas, residents
            )  # refuses one that does not hold the country's people
        residents = None
    change = map_footprint(
        areas, hazard, residents=residents, population=grid, threshold=threshold,
        threshold_sd=table.get("threshold_sd", 0.0), **options,
    )  # fmt: skip
    if isinstance(change, TouchNobody):
        return change, []
    is_mapped = threshold is not None and bool(np.isclose(hazard.levels, threshold).any())
    return change, [DrawnMap(change, areas, hazard, threshold if is_mapped else None)]


def _residents(table: dict[str, Any], folder: Path, today: Case) -> Any:
    """Return residents by area as a file has them, or of the whole country; None where unknown."""
    from gecam.model import residents_at

    if "residents" not in table:
        return residents_at(today.population, table["destination"], _day(table["as_of"]))
    rows = read_rows(folder / table["residents"], ("area", "residents"))
    return dict(zip(rows["area"], rows["residents"], strict=True))


def _hazard(table: dict[str, Any], folder: Path, given: MapFiles) -> Extent:
    """Return the hazard of a file, or of circles that the scenario states."""
    from gecam.preparedness import rings

    if "circles" in table:
        c = table["circles"]
        return rings(c["longitude"], c["latitude"], c["radii_km"], c["levels"])
    return given.hazard(
        folder / table["hazard"], table.get("threshold"), table.get("threshold_sd", 0.0)
    )


def _common(table: dict[str, Any]) -> dict[str, Any]:
    options = {
        "crisis": table["crisis"],
        "destination": table["destination"],
        "as_of": _day(table["as_of"]),
    }
    return options | {k: table[k] for k in ("grade", "need_share", "need_basis") if k in table}


def _day(value: Any) -> date:
    return date.fromisoformat(day_alone(value))
