"""The frame of the command line: exit codes, messages, start-up."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gecam import __version__
from gecam.cli import main as frame
from gecam.errors import DatabaseError, InputError, Problem

HEAVY = {
    "numpy", "pandas", "xarray", "scipy", "matplotlib", "jinja2", "statsmodels", "python_calamine",
}  # fmt: skip
ROOM = Path(frame.__file__).parent


def run(*arguments: str, code: str = "", **options) -> subprocess.CompletedProcess[str]:
    """Run `gecam` in a process of its own, after some code that may add commands to `app`."""
    program = f"from gecam.cli.main import app, main\n{code}\nmain()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )


def command(body: str) -> str:
    """Code that adds a command `try` with this body."""
    return f"@app.command('try')\ndef _try() -> None:\n    {body}\n"


def test_version_is_printed():
    process = run("--version")
    assert (process.returncode, process.stdout) == (0, f"gecam {__version__}\n")


def test_help_imports_no_numerical_library():
    code = """
import atexit, sys
atexit.register(lambda: print(*{name.partition(".")[0] for name in sys.modules}, file=sys.stderr))
"""
    process = run("--help", code=code)
    assert process.returncode == 0
    assert "Usage" in process.stdout
    assert "typer" in process.stderr
    assert not HEAVY & set(process.stderr.split())


@pytest.mark.parametrize("name", frame.COMMANDS)
def test_every_command_has_help(name):
    commands = {
        command.name or command.callback.__name__ for command in frame.app.registered_commands
    }
    groups = {group.name for group in frame.app.registered_groups}
    result = CliRunner().invoke(frame.app, [name, "--help"])
    assert name in commands | groups
    assert result.exit_code == 0


def test_every_module_with_commands_is_registered():
    modules = {
        path.stem
        for path in ROOM.glob("[!_]*.py")
        if "\ndef register(" in path.read_text(encoding="utf-8")
    }
    assert modules == set(frame.COMMANDS)
    for name in frame.COMMANDS:
        assert callable(importlib.import_module(f"gecam.cli.{name}").register)


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"]])
def test_bad_usage_is_exit_code_2(arguments):
    assert run(*arguments).returncode == 2


def test_bad_input_is_a_message_and_exit_code_3():
    body = "from gecam.errors import InputError, Problem; raise InputError('stock has 1 problem', "
    process = run("try", code=command(body + "[Problem('people is negative: -5', row=3)])"))
    assert process.returncode == 3
    assert process.stdout == ""
    assert process.stderr == "gecam: stock has 1 problem\n  row 3: people is negative: -5\n"


@pytest.mark.parametrize("error", [InputError("bad", [Problem("x")]), DatabaseError("damaged")])
def test_every_error_raised_on_purpose_is_exit_code_3(error):
    app = typer.Typer(cls=frame.Commands)

    @app.callback()
    def _options() -> None: ...

    @app.command("try")
    def _try() -> None:
        raise error

    result = CliRunner().invoke(app, ["try"])
    assert result.exit_code == 3
    assert f"gecam: {error}" in result.stderr


def test_a_fault_keeps_its_traceback_and_has_a_code_of_its_own():
    process = run("try", code=command("return 1 / 0"))
    assert process.returncode == 70
    assert "Traceback (most recent call last)" in process.stderr
    assert "ZeroDivisionError" in process.stderr


def test_a_command_chooses_its_exit_code():
    body = "import typer; from gecam.cli.main import NOT_ESTIMATED; raise typer.Exit(NOT_ESTIMATED)"
    assert run("try", code=command(body)).returncode == 1


def test_interruption_is_exit_code_130():
    process = run("try", code=command("raise KeyboardInterrupt"))
    assert process.returncode == 130
    assert "Traceback" not in process.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize(
    "body",
    [
        "import sys; sys.stdout.write('line\\n' * 100_000)",  # while the command writes
        "print('one line')",  # when Python flushes what is left
        "import typer; typer.echo('one line')",
        "from rich.console import Console; Console().print('line\\n' * 10_000)",
    ],
)
def test_a_reader_that_leaves_is_not_told(body):
    reading, writing = os.pipe()
    os.close(reading)
    program = f"from gecam.cli.main import app, main\n{command(body)}\nmain()"
    with os.fdopen(writing, "w") as output:
        process = subprocess.run(
            [sys.executable, "-c", program, "try"],
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )
    assert process.stderr == ""
    assert process.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full, of Linux")
@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("import sys; sys.stdout.write('line\\n' * 100_000)", "try"),
        ("print('one line')", "try"),  # when Python flushes what is left
        ("import typer; typer.echo('one line')", "try"),
        ("pass", "--version"),
    ],
)
def test_a_full_disk_is_told_in_a_line(body, word):
    program = f"from gecam.cli.main import app, main\n{command(body)}\nmain()"
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = subprocess.run(
            [sys.executable, "-c", program, word],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert process.returncode == frame.BAD_INPUT
    assert process.stderr == "gecam: the output cannot be used: No space left on device.\n"


def test_a_warning_is_a_line_beside_the_answer_without_code():
    body = command("import warnings; warnings.warn('few draws', UserWarning); print('answer')")
    assert run("try", code=body).stderr == "gecam: few draws\n"
    quiet = run("try", "--quiet", code=body)
    assert (quiet.stdout, quiet.stderr) == ("answer\n", "")
