"""The `gecam` command: the list of its commands, and how errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from gecam._version import __version__
from gecam.cli.settings import FLAGS, FORCE, QUIET, say, without_flags
from gecam.errors import FileAccessError, GecamError, InputError

# Exit codes. Bad usage (2) is typer's own.
NOT_ESTIMATED = 1  # done, but rows were not estimated, under --strict
BAD_INPUT = 3
FAULT = 70  # a fault of gecam itself: the traceback is printed
INTERRUPTED = 130
READER_LEFT = 141  # what a shell reports for a program that wrote to a closed pipe

# Modules of this room, in the order of `gecam --help`. Each has `register(app)`, and imports only
# typer and the standard library at its top, so that help and errors of usage come at once.
COMMANDS: tuple[str, ...] = (
    "estimate", "explain", "sensitivity", "scenario", "multiverse", "series", "report", "check",
    "prepare", "backtest", "missing", "db", "reproduce",
)  # fmt: skip


class Commands(TyperGroup):
    """Runs a command; errors of gecam and of the system become a message and exit code 3."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the flags of all commands out, wherever they stand."""
        return super().parse_args(ctx, without_flags(args))

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the arguments name."""
        try:
            return super().invoke(ctx)
        except GecamError as error:
            words = error.text() if isinstance(error, InputError) else error  # every problem
            typer.echo(f"gecam: {words}", err=True)
            raise typer.Exit(BAD_INPUT) from error
        except (BrokenPipeError, SystemExit) as error:
            # rich answers a closed pipe by leaving with 1, which has another meaning here. No
            # command leaves this way itself: they raise `typer.Exit`.
            _drop_output()
            raise typer.Exit(READER_LEFT) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error
        except OSError as error:  # what the checks of paths could not foresee, such as a full disk
            raise typer.Exit(_told(error)) from error


app = typer.Typer(
    name="gecam",
    cls=Commands,
    help="How many migrants does each crisis affect? Estimates with intervals, from published "
    "data.",
    epilog="Exit codes: 0 done; 1 done, with rows not estimated, under --strict; 2 bad usage; "
    "3 bad input, or a file that cannot be read or written; 70 a fault of gecam.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"gecam {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and leave."
        ),
    ] = False,
    _quiet: Annotated[bool, typer.Option("--quiet", help=QUIET)] = False,
    _force: Annotated[bool, typer.Option("--force", help=FORCE)] = False,
) -> None:
    pass


for _name in COMMANDS:
    import_module(f"gecam.cli.{_name}").register(app)
for _command in app.registered_commands:
    _command.epilog = f"With every command: {', '.join(FLAGS)}; see gecam --help."


def main() -> NoReturn:
    """Run `gecam` with the arguments of the process, and leave with its exit code."""
    code: object
    warnings.showwarning = _warn
    try:
        app(prog_name="gecam")
        code = 0
    except SystemExit as leaving:
        code = leaving.code
    except OSError as error:  # before a command runs, as in `gecam --version > /dev/full`
        code = _told(error)
    except Exception:  # the last resort: a fault is told apart from exit code 1
        traceback.print_exc()
        code = FAULT
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        code = READER_LEFT
    except OSError as error:
        _drop_output()
        code = _told(error)
    sys.exit(code)


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    """Print a warning as a remark beside the answer, without the line of code that gave it."""
    say(f"gecam: {message}")


def _told(error: OSError) -> int:
    """Say in a line what the system reports, and return the exit code."""
    reason = FileAccessError.of(error.filename or "the output", error)
    typer.echo(f"gecam: {reason}", err=True)
    return BAD_INPUT


def _drop_output() -> None:
    """Send what is still in the buffer nowhere, so that Python does not complain when it leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
