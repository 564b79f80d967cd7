"""`gecam sensitivity`: what makes a number uncertain, and what to collect next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gecam.cli.answers import (
    AsJson,
    Kind,
    ScopeName,
    Seed,
    power_of_two,
    print_document,
    print_json,
    records,
    working,
)
from gecam.cli.inputs.case_inputs import Inputs
from gecam.cli.inputs.input_options import USUAL_INPUTS, takes_inputs

if TYPE_CHECKING:
    from gecam.evaluation import Sensitivity


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sensitivity")(sensitivity_command)


@takes_inputs
def sensitivity_command(
    target: Annotated[
        str, typer.Argument(help="world, a country (ISO3 or name), a region, or a crisis.")
    ] = "world",
    inputs: Inputs = USUAL_INPUTS,
    kind: Kind = None,
    points: Annotated[
        int, typer.Option(min=2, callback=power_of_two, help="Points, a power of 2.")
    ] = 4096,
    cost_under: Annotated[
        float, typer.Option(help="Cost of each person left out of a plan of this size.")
    ] = 1.0,
    cost_over: Annotated[float, typer.Option(help="Cost of each place planned in vain.")] = 1.0,
    figures: Annotated[int, typer.Option(min=0, help="Figures to weigh; 0: none.")] = 10,
    seed: Seed = 2022,
    scope: ScopeName = "all",
    as_json: AsJson = False,
) -> None:
    """Divide the variance of a number among its inputs, and rank figures and surveys to collect."""
    from gecam.evaluation import sensitivity

    answer = inputs.read()
    with working(f"varying the inputs of {target}"):
        outcome = sensitivity(
            answer, target, kind=kind, n=points, cost_under=cost_under, cost_over=cost_over,  # type: ignore[arg-type]  # `sensitivity` checks the words
            scope=None if inputs.release else scope,  # type: ignore[arg-type]
            figures=figures, seed=seed,
        )  # fmt: skip
    if as_json:
        print_json("sensitivity", **_record(outcome))
        return
    from gecam.report import sensitivity_document

    print_document(sensitivity_document(outcome))


def _record(outcome: Sensitivity) -> dict[str, Any]:
    return {
        "target": {"kind": outcome.target.kind, "id": outcome.target.id},
        "mean": outcome.mean,
        "sd": outcome.sd,
        "is_converged": outcome.is_converged,
        "interaction": outcome.interaction,
        "groups": records(outcome.to_frame()),
        "loss": {"cost_under": outcome.loss.cost_under, "cost_over": outcome.loss.cost_over},
        "figures": [] if outcome.figures is None else records(outcome.figures.to_frame()),
        "surveys": [] if outcome.surveys is None else records(outcome.surveys),
    }
