"""The options that name what a command answers about: one list for all commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from gecam.cli.answers import Edition
from gecam.cli.inputs.case_file import CaseFile
from gecam.cli.inputs.case_inputs import Inputs
from gecam.cli.paths import database_to_read, read_option
from gecam.datasets import DEFAULT_EDITION

OWN = "People in need; in place of the packaged figures, as in gecam estimate."
NeedsFiles: TypeAlias = Annotated[list[Path] | None, read_option(OWN)]
StockFile: TypeAlias = Annotated[Path | None, read_option("With --needs: migrant stocks.")]
PopulationFile: TypeAlias = Annotated[Path | None, read_option("With --needs: residents.")]
ProtectedFile: TypeAlias = Annotated[Path | None, read_option("With --needs: UNHCR's file.")]
DatabaseFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--db", callback=database_to_read, help="Database to read instead, with --release."
    ),
]
ReleaseName: TypeAlias = Annotated[str, typer.Option(help="Name of the release, with --db.")]

USUAL_INPUTS = Inputs(DEFAULT_EDITION)  # where no option names others


def _inputs(
    edition: Edition = DEFAULT_EDITION,
    db: DatabaseFile = None,
    release: ReleaseName = "",
    case: CaseFile = None,
    needs: NeedsFiles = None,
    stock: StockFile = None,
    population: PopulationFile = None,
    protected: ProtectedFile = None,
) -> Inputs:
    """Return the inputs that the options name."""
    files = {"needs": needs, "stock": stock, "population": population, "protected": protected}
    return Inputs(edition, db, release, case, files)


def takes_inputs(command: Callable[..., None], *, has_edition: bool = True) -> Callable[..., None]:
    """Give a command the options of its inputs, in the place of its parameter ``inputs``."""
    own = list(signature(command, eval_str=True).parameters.values())
    named = dict(signature(_inputs, eval_str=True).parameters)
    if not has_edition:
        del named["edition"]
    at = [option.name for option in own].index("inputs")
    options = [*own[:at], *named.values(), *own[at + 1 :]]

    @wraps(command)
    def with_options(**given: Any) -> None:
        inputs = _inputs(**{name: given.pop(name) for name in named})
        command(inputs=inputs, **given)

    with_options.__annotations__ = {option.name: option.annotation for option in options}
    with_options.__signature__ = Signature(options)  # type: ignore[attr-defined]  # typer reads it
    return with_options
