"""The two commands find a Python that works, whatever lies on the path, and say what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIND = ROOT / "tools" / "find_python.sh"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the two commands need a POSIX shell")

GOOD = f'exec "{sys.executable}" "$@"\n'
SHIM = 'echo "pyenv: $0: command not found" >&2\nexit 127\n'


def but(change: str) -> str:
    """This Python, but with a change made before it runs the code given with `-E -c`."""
    return f'exec "{sys.executable}" -c "import sys; {change}; exec(sys.argv[3])" "$@"\n'


BARE = but("sys.modules['ensurepip'] = None")  # Debian's, without the package python3-venv
OLD = but("sys.version_info = (3, 9, 2)")


@pytest.fixture
def find(tmp_path):
    """Run the finder with these commands on the path; each is the text of a shell script."""

    def run(*arguments: str, python: str = "", **commands: str) -> subprocess.CompletedProcess[str]:
        for name, text in commands.items():
            path = tmp_path / name.replace("_", ".")
            path.write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
            path.chmod(0o755)
        # sh, sed and cat, but no Python of this machine
        tools = tmp_path / "tools"
        tools.mkdir()
        for tool in ("sh", "sed", "cat"):
            (tools / tool).symlink_to(
                next(p for p in (Path("/bin") / tool, Path("/usr/bin") / tool) if p.exists())
            )
        environment = {"PATH": f"{tmp_path}:{tools}", "PYTHON": python}
        return subprocess.run(
            [str(FIND), *arguments], env=environment, capture_output=True, text=True, check=False
        )

    return run


def base() -> str:
    return getattr(sys, "_base_executable", None) or sys.executable


def test_it_prints_the_python_behind_the_command(find):
    process = find(python3=GOOD)
    assert process.stdout.strip() == base()
    assert process.returncode == 0


def test_a_command_that_exists_but_does_not_run_is_passed_over(find):
    process = find(python3_13=SHIM, python3_12=BARE, python3_11=OLD, python3=GOOD)
    assert process.stdout.strip() == base()


def test_a_named_python_that_does_not_do_is_passed_over_aloud(find):
    process = find(python="python9", python9=OLD, python3=GOOD)
    assert process.stdout.strip() == base()
    assert "PYTHON=python9 is passed over" in process.stderr
    assert "version 3.9 is too old" in process.stderr


def test_without_any_the_message_says_what_was_tried_and_what_to_install(find):
    process = find(python3_13=SHIM, python3_12=BARE, python3=OLD)
    assert process.returncode == 1
    assert process.stdout == ""
    assert "python3.13" in process.stderr
    assert "command not found" in process.stderr
    version = "{}.{}".format(*sys.version_info)
    assert f"has no venv or ensurepip (package python{version}-venv)" in process.stderr
    assert "python3.11: not found" in process.stderr
    assert "version 3.9 is too old" in process.stderr
    assert "apt-get install python3 python3-venv" in process.stderr


def test_names_given_as_arguments_are_the_only_ones_tried(find):
    process = find("python3.11", python="python3", python3=GOOD)
    assert process.returncode == 1
    assert "python3.11: not found" in process.stderr


def test_a_folder_that_is_no_virtual_environment_is_left_alone(tmp_path):
    precious = tmp_path / "thesis.txt"
    precious.write_text("years of work", encoding="utf-8")
    process = subprocess.run(
        [str(ROOT / "tools" / "venv.sh"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert "is not a virtual environment" in process.stderr
    assert list(tmp_path.iterdir()) == [precious]
