"""`gecam series`: all years as one series, and what moved between them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gecam.cli.answers import AsJson, Draws, Seed, print_document, print_json, records, working
from gecam.cli.inputs.case_inputs import Inputs
from gecam.cli.inputs.input_options import USUAL_INPUTS, takes_inputs
from gecam.cli.paths import figure_option
from gecam.cli.settings import say
from gecam.datasets import EDITIONS
from gecam.uncertainty import DEFAULT_LEVEL


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("series")(takes_inputs(series_command, has_edition=False))


def series_command(
    editions: Annotated[
        list[str] | None,
        typer.Argument(help=f"Years, at least two: {', '.join(EDITIONS)}; none are all."),
    ] = None,
    inputs: Inputs = USUAL_INPUTS,
    revision: Annotated[
        str, typer.Option(help="UN DESA's revision of the stocks, one for all years.")
    ] = "2024",
    draws: Draws = 2000,
    seed: Seed = 2022,
    level: Annotated[float, typer.Option(help="Level of the intervals.")] = DEFAULT_LEVEL,
    by_cause: Annotated[bool, typer.Option(help="Divide changes among their causes.")] = True,
    figure: Annotated[Path | None, figure_option("File for the figure (PNG, SVG, PDF).")] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate years as one series: totals, and the change of the same countries with its causes.

    A release, a saved case or tables of your own are a further year, or stand in place of the
    packaged one; people of regional plans are in no year then.
    """
    from gecam.datasets import EDITIONS, load_editions, load_regional_plans
    from gecam.evaluation import series

    names, own = list(editions or EDITIONS), []
    if inputs.are_own:
        own = [inputs.case()]
        year = str(own[0].crises[0].reference_date.year)
        say(f"{year} is that of {inputs.words()}; people of regional plans are in no year")
        names = [name for name in names if name != year]
    packaged = load_editions(*names, revision=revision) if names else ()  # type: ignore[arg-type]  # it checks the word
    plans = [] if own else [load_regional_plans(name) for name in names]
    with working("estimating the years, and mixtures of two years"):
        years = series(
            [*packaged, *own],
            regional_plans=plans,
            draws=draws,
            seed=seed,
            level=level,
            by_cause=by_cause,
        )
    if figure is not None:
        from gecam.report import series_lines

        series_lines(years).ax.figure.savefig(figure, dpi=160)  # type: ignore[union-attr]
    if as_json:
        print_json(
            "series", level=years.level, totals=records(years.totals), rows=records(years.rows),
            changes=records(years.changes), since_last=records(years.since_last()),
            count=years.count,
        )  # fmt: skip
        return
    from gecam.report import series_document

    print_document(series_document(years))
