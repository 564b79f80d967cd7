"""`gecam multiverse`: what other defensible choices would give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gecam.cli.answers import AsJson, Seed, misuse, print_document, print_json, records, working
from gecam.cli.inputs.case_inputs import Inputs
from gecam.cli.inputs.input_options import USUAL_INPUTS, takes_inputs
from gecam.cli.paths import figure_option
from gecam.cli.settings import say

if TYPE_CHECKING:
    from gecam.evaluation import Multiverse


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("multiverse")(multiverse_command)


@takes_inputs
def multiverse_command(
    target: Annotated[
        str, typer.Argument(help="world, a country (ISO3 or name), or a region.")
    ] = "world",
    inputs: Inputs = USUAL_INPUTS,
    figures: Annotated[
        bool, typer.Option(help="Vary published figures too: other editions and tables.")
    ] = True,
    modelled: Annotated[
        bool,
        typer.Option(
            "--modelled",
            help="Ask what countries without a plan would add, with modelled shares; only the two "
            "largest other choices vary.",
        ),
    ] = False,
    draws_of_each: Annotated[  # not those of a saved case
        int, typer.Option("--draws", min=2, help="Draws of each specification.")
    ] = 1000,
    seed: Seed = 2022,
    figure: Annotated[
        Path | None, figure_option("File for the specification curve (PNG, SVG, PDF).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run every combination of defensible choices; takes about a minute for the world."""
    from gecam.datasets import load_alternatives
    from gecam.evaluation import coverage_choices, multiverse

    edition = _varied_edition(inputs, figures=figures, modelled=modelled)
    case = inputs.case()
    other = load_alternatives(edition, modelled=modelled) if edition else None
    choices = coverage_choices(case, other) if other is not None and modelled else None
    with working("running every combination of choices"):
        outcome = multiverse(
            case, target, choices=choices, alternatives=other, draws=draws_of_each, seed=seed
        )
    if figure is not None:
        from gecam.report import specification_curve

        specification_curve(outcome).save(figure)
    if as_json:
        print_json("multiverse", **_record(outcome))
        return
    from gecam.report import multiverse_document

    print_document(multiverse_document(outcome))


def _varied_edition(inputs: Inputs, *, figures: bool, modelled: bool) -> str:
    """Return the edition whose other published figures vary; empty where choices of method alone do."""
    if modelled and not (figures and inputs.packaged):
        needed = "the packaged figures" if figures else "--figures"
        raise misuse("--modelled", f"it goes with {needed}")
    if figures and not inputs.packaged:
        say("no other published figures of these inputs are packaged: choices of method alone vary")
    return inputs.packaged if figures else ""


def _record(outcome: Multiverse) -> dict[str, Any]:
    return {
        "target": {"kind": outcome.target.kind, "id": outcome.target.id},
        "statistical": {
            name: getattr(outcome, name) for name in ("mean", "lower", "upper", "level")
        },
        "methods": {"low": outcome.low, "high": outcome.high, "specifications": len(outcome.table)},
        "choices": records(outcome.shares.to_frame()),
        "specifications": records(outcome.table),
    }  # fmt: skip
