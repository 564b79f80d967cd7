"""`gecam report`: the answer as one HTML page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gecam.cli.answers import (
    Draws,
    Lang,
    Measured,
    MeasureName,
    PhasesFile,
    Seed,
    misuse,
    with_ages_for,
    working,
)
from gecam.cli.inputs.case_inputs import Inputs
from gecam.cli.inputs.input_options import USUAL_INPUTS, takes_inputs
from gecam.cli.paths import page_to_write
from gecam.cli.settings import say
from gecam.uncertainty import DEFAULT_DRAWS

if TYPE_CHECKING:
    from gecam.evaluation import YearSeries
    from gecam.publish import Published
    from gecam.report import Table
    from gecam.results import AreaEstimates, CompleteEstimates, Estimates

PACKAGED = "Packaged with the library as tables with their sources."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report_command)


@takes_inputs
def report_command(
    out: Annotated[
        Path,
        typer.Option(callback=page_to_write, help="The HTML file, or a folder for report.html."),
    ],
    inputs: Inputs = USUAL_INPUTS,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 2022,
    measure: MeasureName = "in_need",
    phases: PhasesFile = None,
    contact: Annotated[
        str, typer.Option(help="Who answers questions about the page, with an address.")
    ] = "",
    years: Annotated[
        bool, typer.Option(help="Add the figure of all years; with --no-years some seconds less.")
    ] = True,
    all_years: Annotated[
        bool,
        typer.Option(
            "--all-years", help="All packaged years, with a picker of year, country and origin."
        ),
    ] = False,
    area_tables: Annotated[
        bool,
        typer.Option(
            "--area-tables",
            help="Add people in need by area of their country, of an edition; some ten seconds more.",
        ),
    ] = False,
    lang: Lang = "en",
) -> None:
    """Write one self-contained page: a summary for one sheet, method, tables, every number decomposed.

    Figures below 100 people are not shown; where small figures rest on inputs that are not public,
    others are hidden with them, as in an export.
    """
    from gecam.report import in_the_language, page

    measured = Measured(measure, phases)
    measured.check(is_read=inputs.db is not None)
    if area_tables:
        _check_areas(inputs, measured, all_years)
    if all_years:
        with in_the_language(lang):  # type: ignore[arg-type]  # one of them
            text = _all_years(inputs, draws, seed, contact)
        _write(out, text)
        return
    with working("writing the report"), in_the_language(lang):  # type: ignore[arg-type]
        parts: dict[str, Table] = {}
        areas = None
        made_on = date.today()
        if inputs.db is None:
            est, content, parts = _of_case(inputs, draws, seed, measured)
            areas = _areas(inputs, est) if area_tables else None
        else:
            est, content, made_on, parts = _of_release(inputs.db, inputs.release)
        is_of_series = years and inputs.packaged and measure == "in_need"
        shown = _series(min(draws, 1000), seed) if is_of_series else None
        text = page(
            est, content, years=shown, areas=areas, made_on=made_on, contact=contact, **parts
        )
    _write(out, text)


def _write(out: Path, text: str) -> None:
    """Write the page, and say so."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    say(f"wrote {out} ({len(text.encode()) / 1e6:.1f} MB)")


def _all_years(inputs: Inputs, draws: int, seed: int, contact: str) -> str:
    """Return the page of all packaged years."""
    from gecam.cli.answers import with_regional_plans
    from gecam.database import published_answer
    from gecam.datasets import EDITIONS, load_edition
    from gecam.estimation import estimate
    from gecam.report import years_page

    if not inputs.packaged:
        raise misuse("--all-years", "it goes with the packaged figures")
    answers = {}
    with working("estimating all years"):
        for year in EDITIONS:
            est = estimate(load_edition(year), draws=draws, seed=seed)
            answers[year] = published_answer(with_regional_plans(est, year) or est)
    return years_page(answers, made_on=date.today(), contact=contact)


def _of_case(
    inputs: Inputs, draws: int, seed: int, measured: Measured
) -> tuple[Estimates, Published, dict[str, Table]]:
    """Return an answer, its rows, and tables of whom they are, by the options of `page`."""
    from gecam.database import published_answer
    from gecam.report import ON_THIS_PAGE, regional_rates_table

    in_need = inputs.answer(draws=draws, seed=seed)
    est, complete = measured.of(in_need, inputs.complete(in_need), inputs.edition)
    packaged = inputs.packaged
    statements = {**ON_THIS_PAGE, **({8: PACKAGED} if packaged else {})}
    content = published_answer(complete or est, statements=statements)
    if not packaged:
        return est, content, {}
    aged, _ = measured.of(with_ages_for(in_need, ["age"]), None, packaged)
    parts = {"who": _who(aged, complete, packaged)}
    if complete is not None and est.measure == "in_need":
        parts["regional_rates"] = regional_rates_table(complete)
    return est, content, parts


def _check_areas(inputs: Inputs, measured: Measured, all_years: bool) -> None:
    """Refuse tables by area where there are none: they are of people in need of one edition."""
    from gecam.datasets import EDITIONS, load_areas

    if not inputs.packaged or all_years or measured.measure != "in_need":
        problem = "tables by area are of people in need of one packaged edition"
    elif not load_areas(inputs.packaged):
        having = ", ".join(year for year in EDITIONS if load_areas(year))
        problem = f"no areas are packaged for {inputs.packaged}; editions with areas: {having}"
    else:
        return
    raise misuse("--area-tables", problem)


def _areas(inputs: Inputs, est: Estimates) -> AreaEstimates:
    """Return people in need by area of an edition, those of regional plans too."""
    from gecam.cli.by_area import areas_of

    return areas_of(est, inputs.complete(est), inputs.packaged)


def _who(aged: Estimates, complete: CompleteEstimates | None, edition: str) -> Table:
    """Return people by country, sex and age, those in need by phase too."""
    from gecam.datasets import load_ages, load_severity
    from gecam.estimation import by_severity, cells_by_age
    from gecam.report import parts_table
    from gecam.results import MEASURE_WORDS

    answers = {} if complete is None else {MEASURE_WORDS[aged.measure]: complete}
    phased = None
    if aged.measure == "in_need":
        phased = by_severity(aged, load_severity(edition), complete=complete)
        answers |= {} if phased.complete is None else {MEASURE_WORDS["severe"]: phased.complete}
    ages = load_ages(edition)
    cells = {words: cells_by_age(answer, ages) for words, answer in answers.items()}
    return parts_table(aged, phased=phased, cells=cells)


def _series(draws: int, seed: int) -> YearSeries:
    from gecam.datasets import EDITIONS, load_editions, load_regional_plans
    from gecam.evaluation import series

    plans = [load_regional_plans(name) for name in EDITIONS]
    return series(
        load_editions(), regional_plans=plans, draws=draws, seed=seed, by_cause=False
    )  # fmt: skip


def _of_release(db: Path, name: str) -> tuple[Estimates, Published, date, dict[str, Table]]:
    from gecam.database import Database, published
    from gecam.report import ON_THIS_PAGE, regional_rates_table

    release = Database(db, create=False)[name]
    content = published(release, statements=ON_THIS_PAGE)
    est, parts = release.load(), {}
    if est.case is not None and release.has_regional_plans:
        parts["regional_rates"] = regional_rates_table(release.complete())
    return est, content, date.fromisoformat(release.released_on[:10]), parts
