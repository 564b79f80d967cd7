"""`gecam scenario`: estimates under other assumptions, compared with those under the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gecam.cli.answers import (
    SCOPES,
    AsJson,
    Draws,
    ScopeName,
    Seed,
    one_of,
    print_document,
    print_json,
    records,
    row_words,
)
from gecam.cli.inputs.case_inputs import Inputs
from gecam.cli.inputs.input_options import USUAL_INPUTS, takes_inputs
from gecam.uncertainty import DEFAULT_DRAWS

if TYPE_CHECKING:
    from gecam.model import Assumptions


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scenario")(scenario_command)


@takes_inputs
def scenario_command(
    changes: Annotated[
        list[str],
        typer.Argument(
            help="What to assume instead: odds_ratio=2, protection_in_need=one, "
            "stock_log_sd.measured=0.1, undercount=2,18."
        ),
    ] = [],  # noqa: B006 -- typer reads the default and never changes it
    to_scope: Annotated[
        str | None,
        typer.Option("--to-scope", callback=one_of(*SCOPES), help="The scope instead."),
    ] = None,
    by: Annotated[str, typer.Option(help="Rows, as in gecam estimate.")] = "destination",
    inputs: Inputs = USUAL_INPUTS,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 2022,
    scope: ScopeName = "all",
    as_json: AsJson = False,
) -> None:
    """Compare the answer with one under other assumptions, draw by draw."""
    from gecam.evaluation import compare, scenario

    if not changes and to_scope is None:
        raise typer.BadParameter("nothing is changed: give NAME=VALUE or --to-scope")
    rows = row_words(by)
    before = inputs.answer(draws=draws, seed=seed, scope=scope)
    wanted = _assumptions(changes, before.assumptions)
    after = scenario(before, scope=to_scope, **wanted)  # type: ignore[arg-type]  # `estimate` checks the word
    comparison = compare(before, after, by=rows)
    if as_json:
        print_json(
            "scenario",
            changes=[*changes, *([f"scope={to_scope}"] if to_scope else [])],
            level=comparison.level,
            totals=records(comparison.totals),
            rows=records(comparison.rows),
        )
        return
    from gecam.report import comparison_document

    title = ", ".join([*changes, *([f"scope {to_scope}"] if to_scope else [])])
    print_document(comparison_document(comparison, title))


def _assumptions(changes: list[str], now: Assumptions) -> dict[str, Any]:
    """Read NAME=VALUE, or NAME.KEY=VALUE, by the type of the assumption."""
    wanted: dict[str, Any] = {}
    for change in changes:
        name, equals, text = change.partition("=")
        name, _, key = name.strip().partition(".")
        if not equals or not hasattr(now, name):
            raise typer.BadParameter(
                f"{change!r} is not NAME=VALUE of an assumption; gc.defaults() lists them"
            )
        present = wanted.get(name, getattr(now, name))
        if isinstance(present, Mapping):
            if key not in present:
                raise typer.BadParameter(f"{name} needs a key: {name}.{next(iter(present))}=VALUE")
            wanted[name] = {**present, key: _value(text, present[key], change)}
        else:
            wanted[name] = _value(text, present, change)
    return wanted


def _value(text: str, present: Any, change: str) -> Any:
    """Read a value of the type of the present one."""
    text = text.strip()
    try:
        if isinstance(present, bool):
            return {"yes": True, "true": True, "no": False, "false": False}[text.lower()]
        if isinstance(present, str):
            return text
        numbers = tuple(float(part) for part in text.split(","))
    except (KeyError, ValueError):
        raise typer.BadParameter(f"{change!r}: cannot read {text!r}") from None
    return numbers if isinstance(present, tuple) or len(numbers) > 1 else numbers[0]
