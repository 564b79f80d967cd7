"""Rows by area of the country: `gecam estimate --by area`, and the section of `gecam prepare`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gecam.cli.answers import country_option, misuse, print_json, records, with_regional_plans
from gecam.cli.inputs.case_inputs import OF_MAPS, is_packaged
from gecam.cli.map_files import MapFiles
from gecam.cli.settings import say
from gecam.datasets import EDITIONS

if TYPE_CHECKING:
    import pandas as pd

    from gecam.results import AreaEstimates, CompleteEstimates, Estimates

ROWS = ({"area"}, {"area", "destination"})


@dataclass(frozen=True)
class AreasAsked:
    """Rows by area, and the shapes of a map of them."""

    edition: str
    destination: str
    maps: MapFiles
    out: Path | None
    as_json: bool
    is_packaged: bool

    @classmethod
    def of(cls, options: dict[str, Any]) -> tuple[AreasAsked | None, dict[str, Any]]:
        """Return what options of `gecam estimate` ask of areas, and those of the estimate.

        The first is None where rows are others.
        """
        words = {word.strip() for word in options["by"].split(",")}
        if "area" not in words or options.get("footprint"):
            return None, options
        country = country_option(options["destination"], "--destination")
        maps = MapFiles(*(options.get(name) for name in OF_MAPS))
        _check(words, options, maps=maps)
        asked = cls(
            options["edition"], country, maps, options["out"], options["as_json"],
            is_packaged(options),
        )  # fmt: skip
        return asked, options | dict.fromkeys(OF_MAPS) | {"by": "destination"}

    def show(self, est: Estimates) -> None:
        """Print or write rows, and a map where there are shapes."""
        complete = with_regional_plans(est, self.edition) if self.is_packaged else None
        areas = areas_of(est, complete, self.edition)
        rows = self._rows(areas, est)
        if self.out is not None:
            self._write(areas, rows, self.out)
        if self.as_json:
            print_json(
                "areas", case=est.provenance.case, measure=est.measure, level=est.level,
                rows=records(rows), place=records(areas.place),
            )  # fmt: skip
        else:
            self._print(areas, rows)

    def _rows(self, areas: AreaEstimates, est: Estimates) -> pd.DataFrame:
        """Return the rows of the countries asked for; hosts of regional plans alone are told."""
        from gecam.publish import rows_by_area

        rows = rows_by_area(areas)
        here = {self.destination} if self.destination else {place for place, _ in est.places}
        others = sorted(set(rows["destination"]) - here)
        if others and not self.destination:
            say(
                f"not by area, and not in these rows: people of regional plans in {len(others)} "
                "host countries without a plan of their own."
            )
        return rows[rows["destination"].isin(here)].reset_index(drop=True)

    def _write(self, areas: AreaEstimates, rows: pd.DataFrame, out: Path) -> None:
        from gecam.report import area_map
        from gecam.results import with_country_names

        out.mkdir(parents=True, exist_ok=True)
        for name, table in {"by_area": rows, "effect_of_place": areas.place}.items():
            with_country_names(table).to_csv(out / f"{name}.csv", index=False)
        if self.maps.areas is not None:
            shapes = self.maps.read_areas(self.destination)
            drawn = area_map(areas, shapes, destination=self.destination)
            drawn.save(out / "by_area.png")

    def _print(self, areas: AreaEstimates, rows: pd.DataFrame) -> None:
        from rich.console import Console

        from gecam.report import print_areas

        print_areas(areas, rows, Console(highlight=False))


def areas_of(est: Estimates, complete: CompleteEstimates | None, edition: str) -> AreaEstimates:
    """Return people in need by area: of the areas of the case, else of those packaged for its year.

    Parameters
    ----------
    est, complete
        The answer, and that with people of regional plans or None.
    edition
        Name of the packaged figures; another word for none.
    """
    from gecam.datasets import load_areas
    from gecam.estimation import by_area

    packaged = load_areas(edition) if edition in EDITIONS else ()
    return by_area(est, packaged, complete=complete)


def _check(words: set[str], options: Mapping[str, Any], *, maps: MapFiles) -> None:
    """Refuse rows and options that do not go with areas."""
    has_map = maps.areas is not None
    others = [options.get(name) for name in ("grid", "nodata", "threshold")]
    faults = (
        (words not in ROWS, "--by", "rows by area are of all people of a country: write --by area"),
        (
            options["measure"] != "in_need" or options["with_rates"],
            "--by",
            "rows by area are of people in need, and have their rates beside them: leave out "
            "--measure and --rates",
        ),
        (any(others), "--grid", "it goes with --footprint"),
        (
            has_map and not (options["destination"] and options["out"]),
            "--areas",
            "a map of areas goes with --destination COUNTRY and --out FOLDER",
        ),
        (not has_map and maps != MapFiles(), "--area-name", "it goes with --areas FILE"),
    )
    for is_so, option, what in faults:
        if is_so:
            raise misuse(option, what)
