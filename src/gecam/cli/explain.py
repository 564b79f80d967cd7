"""`gecam explain`: every number of one row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gecam.cli.answers import (
    AsJson,
    Draws,
    Kind,
    Measured,
    MeasureName,
    PhasesFile,
    ScopeName,
    Seed,
    one_of,
    power_of_two,
    print_json,
    terminal_width,
    working,
)
from gecam.cli.inputs.case_inputs import Inputs
from gecam.cli.inputs.input_options import USUAL_INPUTS, takes_inputs
from gecam.cli.paths import figure_option
from gecam.uncertainty import DEFAULT_DRAWS

if TYPE_CHECKING:
    from gecam.evaluation import Explanation
    from gecam.model import Case
    from gecam.results import Estimates, PhasedEstimates


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain_command)


@takes_inputs
def explain_command(
    target: Annotated[
        str,
        typer.Argument(
            help="world, a country (ISO3 or name), a region, a crisis, or crisis/destination/group."
        ),
    ],
    inputs: Inputs = USUAL_INPUTS,
    kind: Kind = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", callback=one_of("text", "markdown", "html"), help="text, markdown or html."
        ),
    ] = "text",
    points: Annotated[
        int,
        typer.Option(
            min=0,
            callback=power_of_two,
            help="Points of the shares of the variance, a power of 2; 0: none.",
        ),
    ] = 2048,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 2022,
    scope: ScopeName = "all",
    measure: MeasureName = "in_need",
    phases: PhasesFile = None,
    figure: Annotated[
        Path | None, figure_option("File for the figure of the steps (PNG, SVG, PDF).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain one number: where it comes from, what drives it, what would change it."""
    from gecam.estimation import estimate_part
    from gecam.evaluation import explain, find_target
    from gecam.model import Case
    from gecam.report import render

    measured = Measured(measure, phases)
    measured.check(is_read=inputs.db is not None)
    est: Estimates | Case | PhasedEstimates = inputs.read()
    with working(f"explaining {target}"):
        if isinstance(est, Case):  # what the target does not need is not drawn
            needed = find_target(est, target, kind).destinations  # type: ignore[arg-type]  # it checks the word
            est = estimate_part(est, needed, draws=draws, seed=seed, scope=scope)  # type: ignore[arg-type]
            if measure == "severe":
                est = measured.phased(est, inputs.edition)
        explanation = explain(est, target, kind=kind, points=points)  # type: ignore[arg-type]  # `explain` checks the word
    if measure == "in_need":
        explanation = _with_regional_plan(explanation, est, inputs)  # type: ignore[arg-type]  # no phases
    if figure is not None:
        from gecam.report import plot

        plot.explanation(explanation).save(figure)
    if as_json:
        print_json("explain", **explanation.to_dict())
    else:
        typer.echo(render(explanation, form, width=terminal_width()), nl=False)  # type: ignore[arg-type]  # `render` checks the word


def _with_regional_plan(explanation: Explanation, est: Estimates, inputs: Inputs) -> Explanation:
    """Say where a country without an estimate has people of regional plans in the first total."""
    from gecam.results import message

    target = explanation.target
    if explanation.is_estimated or target.kind != "destination":
        return explanation
    complete = inputs.complete(est)
    cells = () if complete is None else complete.cells
    if (target.id, "country in crisis") not in {(x.destination, x.total) for x in cells}:
        return explanation
    note = message("IN_REGIONAL_PLAN", place=target.id, inputs=inputs.words())
    return replace(explanation, notes_messages=(*explanation.notes_messages, note))
