"""The built wheel is complete: what an editable installation cannot show."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

import gecam

ROOT = Path(__file__).resolve().parents[2]
LARGEST_WHEEL = 2_500_000  # bytes
LARGEST_DATA = 6_000_000  # bytes of packaged figures, so that a clone stays small


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a wheel built from this source tree."""
    if find_spec("hatchling") is None or find_spec("pip") is None:
        pytest.skip("hatchling or pip is not installed, so no wheel can be built offline")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--no-index", "--wheel-dir", str(folder), str(ROOT)]
    process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert process.returncode == 0, process.stderr
    (path,) = folder.glob("gecam-*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the unpacked wheel."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def metadata(installed: Path) -> Path:
    return installed / f"gecam-{gecam.__version__}.dist-info"


def test_the_wheel_holds_every_file_of_the_source_tree(installed):
    source = ROOT / "src"
    expected = {
        path.relative_to(source)
        for path in (source / "gecam").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert Path("gecam/py.typed") in expected
    missing = {path for path in expected if not (installed / path).is_file()}
    assert not missing


def test_the_wheel_holds_no_tests_and_little_data(wheel, installed):
    assert wheel.stat().st_size < LARGEST_WHEEL
    assert {path.name for path in installed.iterdir()} == {"gecam", metadata(installed).name}
    data = [path for path in installed.rglob("*.*") if path.suffix not in {".py", ".pyi"}]
    assert sum(path.stat().st_size for path in data) < LARGEST_DATA


def test_licence_notice_command_and_readme_are_declared(installed):
    text = (metadata(installed) / "METADATA").read_text(encoding="utf-8")
    assert "License-Expression: Apache-2.0" in text
    assert "Requires-Python: >=3.11" in text
    licences = {path.name for path in (metadata(installed) / "licenses").iterdir()}
    assert licences == {"LICENSE", "NOTICE.md"}
    commands = (metadata(installed) / "entry_points.txt").read_text(encoding="utf-8")
    assert "gecam = gecam.cli.main:main" in commands


def test_dependencies_have_floors_and_no_caps(installed):
    text = (metadata(installed) / "METADATA").read_text(encoding="utf-8")
    needed = [line for line in text.splitlines() if line.startswith("Requires-Dist:")]
    assert needed
    for line in needed:
        requirement = line.partition(";")[0]
        assert ">=" in requirement, line
        assert "<" not in requirement, line


def test_the_unpacked_wheel_works_without_the_source_tree(installed, tmp_path):
    code = f"""
import sys
sys.path.insert(0, {str(installed)!r})
import gecam
assert gecam.__file__.startswith({str(installed)!r}), gecam.__file__
for name in gecam.__all__:
    getattr(gecam, name)
from gecam.cli.main import app
app(["--version"], standalone_mode=False)
"""
    command = [sys.executable, "-I", "-c", code]
    process = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout == f"gecam {gecam.__version__}\n"
