"""`gecam estimate`: how many migrants each crisis affects, with intervals."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from gecam.cli.answers import (
    WITH_REFUGEES,
    AsJson,
    Draws,
    Edition,
    Level,
    Measured,
    MeasureName,
    PhasesFile,
    ScopeName,
    Seed,
    misuse,
    one_of,
    row_words,
    with_ages_for,
    with_regional_plans,
)
from gecam.cli.by_area import AreasAsked
from gecam.cli.inputs.case_file import CaseFile, compare_with_saved, save_case
from gecam.cli.inputs.case_inputs import case_of_options, is_whole_edition
from gecam.cli.paths import database_to_write, folder_to_write, read_option
from gecam.cli.settings import SETTINGS, say
from gecam.datasets import DEFAULT_EDITION
from gecam.results import Dimension
from gecam.uncertainty import DEFAULT_DRAWS, DEFAULT_LEVEL, DEFAULT_SAMPLER, Sampler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from gecam.cli.footprint import MappedCase
    from gecam.model import OriginGroup
    from gecam.results import CompleteEstimates, Estimates


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("estimate")(estimate_command)


def estimate_command(
    edition: Edition = DEFAULT_EDITION,
    month: Annotated[
        str,
        typer.Option(
            help="In place of an edition: the figures that were public in a month, YYYY-MM, carried "
            "forward; intervals are of the next published figures."
        ),
    ] = "",
    outside_plans: Annotated[
        bool,
        typer.Option(
            help="In place of an edition: crises of its year that INFORM Severity lists and no plan "
            "covers, with modelled shares; apart from all totals."
        ),
    ] = False,
    needs: Annotated[
        list[Path] | None,
        read_option(
            "People in need: OCHA's needs overviews, HAPI or plans, INFORM Severity, IPC, or a table "
            "of your own; repeat it: of a country the first file holds."
        ),
    ] = None,
    by_area: Annotated[
        list[Path] | None,
        read_option(
            "With --needs: migrants by area (DTM, or `gecam template by_area`), residents by area "
            "(COD-PS); repeat it."
        ),
    ] = None,
    stock: Annotated[
        Path | None,
        read_option("With --needs: migrant stocks, UN DESA's or your own; else the packaged ones."),
    ] = None,
    population: Annotated[
        Path | None,
        read_option("With --needs: residents, a publisher's or your own; else the packaged ones."),
    ] = None,
    protected: Annotated[
        Path | None,
        read_option("With --needs: UNHCR's file; else packaged, unless --stock is given."),
    ] = None,
    groups: Annotated[
        Path | None,
        read_option(
            "People of one origin in a country (`gecam template groups`), in place of what regional "
            "plans say of them; with a packaged edition."
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            help="MMR=areas: the sum over a country's areas in place of its national figure, where "
            "the file contradicts itself; repeat it."
        ),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Reference date of --needs, where the file does not say it."
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of text files that are not UTF-8, such as cp1252.")
    ] = None,
    footprint: Annotated[
        list[Path] | None,
        read_option(
            "A map of a hazard, with --destination (extra geo); several maps of one country: "
            "repeat it, and how far they share people is measured."
        ),
    ] = None,
    destination: Annotated[
        str,
        typer.Option(
            help="One country alone, by ISO3 code or name: that of the map, with --footprint."
        ),
    ] = "",
    areas: Annotated[
        Path | None,
        read_option("Areas that cover that country; with --by area and --out, drawn as a map."),
    ] = None,
    grid: Annotated[Path | None, read_option("Raster of people per cell.")] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="Reference system of files that state none, such as EPSG:4326."),
    ] = None,
    nodata: Annotated[
        float | None, typer.Option(help="Mark of cells of --grid that hold no data.")
    ] = None,
    area_name: Annotated[
        str | None, typer.Option(help="Column of --areas with their names or codes.")
    ] = None,
    area_layer: Annotated[
        str | None, typer.Option(help="Layer of --areas, in a file with several.")
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(help="Intensity from which: 6 or 6+-0.5; one for all maps, or one per map."),
    ] = None,
    by: Annotated[
        str,
        typer.Option(help=f"Rows: {', '.join(get_args(Dimension))}; or area."),
    ] = "crisis",
    with_rates: Annotated[
        bool,
        typer.Option(
            "--rates",
            help="Also people per 100 migrants beside residents; with --by destination, group, region.",
        ),
    ] = False,
    draws: Draws = DEFAULT_DRAWS,
    sampler: Annotated[
        str,
        typer.Option(
            callback=one_of(*get_args(Sampler), "sobol"),
            help="latin (Latin hypercube samples of 200 draws) or mc (independent draws).",
        ),
    ] = DEFAULT_SAMPLER,
    seed: Seed = 2022,
    level: Level = DEFAULT_LEVEL,
    scope: ScopeName = "all",
    measure: MeasureName = "in_need",
    phases: PhasesFile = None,
    out: Annotated[
        Path | None,
        typer.Option(
            callback=folder_to_write, help="Folder for the tables (CSV), the figure, and maps."
        ),
    ] = None,
    db: Annotated[
        Path | None, typer.Option(callback=database_to_write, help="Database to release into.")
    ] = None,
    release: Annotated[str, typer.Option(help="Name of the release, with --db.")] = "",
    reason: Annotated[str, typer.Option(help="Why there is a new release, with --db.")] = "",
    supersedes: Annotated[str, typer.Option(help="Name of the release that it replaces.")] = "",
    case: CaseFile = None,
    save_to: Annotated[
        Path | None,
        typer.Option(
            "--save-case",
            callback=folder_to_write,
            help="Folder for everything that this run used: options, copies of files, hashes.",
        ),
    ] = None,
    as_json: AsJson = False,
    strict: Annotated[
        bool, typer.Option(help="Leave with 1 if a row could not be estimated.")
    ] = False,
) -> None:
    """Estimate how many migrants each crisis affects.

    Uses a packaged edition, or files of a publisher or your own (see `gecam template`): each goes to
    its reader by its content, and what was taken from where is printed.
    """
    asked = dict(locals())
    from gecam.estimation import estimate, rates

    measured = Measured(measure, phases, tuple(needs or ()))
    measured.check()
    into = ReleaseInto(db, release, reason, supersedes)
    by_areas, options = AreasAsked.of(asked)
    dimensions = row_words(options["by"])
    into.check()
    rated = _rated(dimensions, measure) if with_rates else None
    further = _groups(options)
    case_made, mapped = case_of_options(options | {"measure": measured.of_case})
    with _progress(is_shown=not as_json) as progress:
        est = estimate(
            case_made,
            draws=draws,
            seed=seed,
            scope=scope,  # type: ignore[arg-type]  # `estimate` checks the words
            level=level,
            sampler=sampler,  # type: ignore[arg-type]
            progress=progress,
        )
    compare_with_saved(case, est)
    complete = with_regional_plans(est, edition, further) if is_whole_edition(options) else None
    into.store(est, complete, partial(measured.of, edition=edition))
    if save_to is not None:
        save_case(save_to, asked, est)
    if by_areas is not None:
        by_areas.show(est)
        return
    table = None if rated is None else rates(est, *rated)
    est, complete = measured.of(with_ages_for(est, dimensions), complete, edition)
    answer = Answer(est, dimensions, complete, table)
    if out is not None:
        answer.write(out, mapped)
    answer.show(as_json=as_json)
    if strict and est.by(*dimensions).summary()["status"].eq("not_estimated").any():
        raise typer.Exit(1)


@dataclass(frozen=True)
class Answer:
    """An answer as it is printed or written: its rows, people of regional plans, and rates."""

    est: Estimates
    dimensions: tuple[Dimension, ...]
    complete: CompleteEstimates | None
    rates: pd.DataFrame | None

    def show(self, *, as_json: bool) -> None:
        """Print the answer, or its document for programs."""
        from gecam.report import print_estimates, to_json

        if as_json:
            typer.echo(to_json(self.est, self.dimensions, complete=self.complete, rates=self.rates))
        else:
            print_estimates(self.est, self.dimensions, complete=self.complete, rates=self.rates)

    def write(self, out: Path, mapped: MappedCase | None) -> None:
        """Write tables, figure, and maps; people of regional plans in tables of their own."""
        from gecam.report import intervals
        from gecam.results import CELL_ROWS

        out.mkdir(parents=True, exist_ok=True)
        est, complete = self.est, self.complete
        tables = {"total": est.total(), f"by_{'_'.join(self.dimensions)}": est.by(*self.dimensions)}
        if complete is not None:
            tables["total"] = complete.headline()
            tables |= {name: complete.by_cell(in_crisis=x) for name, x in CELL_ROWS.items()}
        for name, breakdown in tables.items():
            breakdown.to_csv(out / f"{name}.csv")
        intervals(est).save(out / "intervals.png")
        if self.rates is not None:
            self._write_rates(self.rates, out)
        if mapped is not None:
            mapped.draw(out)

    def _write_rates(self, rates: pd.DataFrame, out: Path) -> None:
        """Write rates at full precision, with names of countries; those of regional plans apart."""
        from gecam.estimation import regional_rates
        from gecam.results import with_country_names

        tables = {"rates": rates}
        if self.complete is not None:
            tables["regional_rates"] = regional_rates(self.complete)
        for name, rows in tables.items():
            with_country_names(rows).to_csv(out / f"{name}.csv", index=False)


@dataclass(frozen=True)
class ReleaseInto:
    """The database that an answer is released into, and what the release says of itself."""

    db: Path | None
    name: str
    reason: str
    supersedes: str

    def check(self) -> None:
        """Refuse a part of a release without the others."""
        if len({self.db is None, not self.name, not self.reason}) > 1:
            raise misuse("--release", "--db, --release and --reason go together")
        if self.supersedes and self.db is None:
            raise misuse("--supersedes", "it goes with --db and --release")

    def store(
        self, est: Estimates, complete: CompleteEstimates | None, measured: Callable[..., Any]
    ) -> None:
        """Release an answer, of the measure that was asked for, if a database is given."""
        if self.db is None:
            return
        from gecam.database import Database

        est, complete = measured(est, complete)
        stored = Database(self.db).release(
            complete or est, name=self.name, reason=self.reason, supersedes=self.supersedes
        )
        if not stored.is_replayable:
            say("the release holds no inputs: it can be read, and not made again")
        say(f"released {self.name} into {self.db}; root {stored.root}")


def _groups(options: Mapping[str, Any]) -> tuple[OriginGroup, ...]:
    """Return the groups of one origin that a file holds; none without a file."""
    if options["groups"] is None:
        return ()
    if not is_whole_edition(options) or options["scope"] not in WITH_REFUGEES:
        raise misuse(
            "--groups",
            f"it goes with a whole packaged edition and --scope {' or '.join(WITH_REFUGEES)}, whose "
            "totals have people of regional plans",
        )
    from gecam.io import read_origin_groups

    return read_origin_groups(options["groups"], encoding=options["encoding"]).groups


def _rated(dimensions: tuple[Dimension, ...], measure: str) -> tuple[Dimension, ...]:
    """Return the dimensions of rates: those of the rows, or countries for rows by crisis."""
    if measure == "severe":
        raise misuse("--rates", "rates are of people in need: leave out --measure severe")
    from gecam.results import PLACES

    asked = ("destination",) if dimensions == ("crisis",) else dimensions
    if other := [word for word in asked if word not in PLACES]:
        raise misuse("--rates", f"rates are by {', '.join(PLACES)}: got {', '.join(other)}")
    return asked


@contextmanager
def _progress(*, is_shown: bool) -> Iterator[Any]:
    """Show a bar on a terminal; nothing elsewhere."""
    if not is_shown or SETTINGS.is_quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("destinations", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
