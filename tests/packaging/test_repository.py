"""The repository as a whole: its pages agree with the code, and it knows no particular machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import gecam

ROOT = Path(__file__).resolve().parents[2]
LARGEST_FILE = 1_500_000  # bytes

# A folder that exists on one machine only, at the start of an absolute path.
PLACE = re.compile(
    r"(?<![\w.}\])/-])/(?:home|root|Users|tmp|mnt|work|workspace|builds)/[\w.]|[A-Z]:\\Users"
)


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Files under version control."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    process = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if process.returncode != 0:
        pytest.skip(f"git does not list files: {process.stderr.strip()}")
    paths = [ROOT / name for name in process.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return "" if b"\0" in data[:8000] else data.decode("utf-8", errors="replace")


@pytest.mark.parametrize(
    ("text", "is_place"),
    [
        ('open("' + "/home" + '/maria/data.csv")', True),
        ("see " + "/tmp" + "/x.py", True),
        ("C:" + "\\Users\\maria", True),
        ("https://data.example.org/home/x", False),
        ("a share of migrants/work permits", False),
        ("/usr/bin/python3", False),
    ],
)
def test_the_pattern_finds_places(text, is_place):
    assert bool(PLACE.search(text)) == is_place


def test_no_file_names_a_place_on_one_machine(tracked):
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if PLACE.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_tracked_file_is_large(tracked):
    large = [str(path.relative_to(ROOT)) for path in tracked if path.stat().st_size > LARGEST_FILE]
    assert not large


def test_notebooks_are_tracked_without_outputs(tracked):
    full = [
        str(path.relative_to(ROOT))
        for path in tracked
        if path.suffix == ".ipynb" and '"output_type"' in text_of(path)
    ]
    assert not full


def test_changelog_has_this_version_or_unreleased():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## \[?([^\]\s]+)", text, flags=re.MULTILINE)
    assert sections, "no section"
    assert sections[0] in {"Unreleased", gecam.__version__}
    assert "### Changed results" in text


def test_citation_has_this_version():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^version: {re.escape(gecam.__version__)}$", text, flags=re.MULTILINE)


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """What `pyproject.toml` says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


BUILT = {path.parent.name for path in (ROOT / "src" / "gecam").glob("*/__init__.py")}


def test_the_architecture_page_and_the_contract_have_the_same_rooms_as_the_source(project):
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    names = {name.strip() for layer in layers for name in layer.split("|")}
    rooms = {name for name in names if not name.startswith("_")} - {"errors"}
    assert rooms == BUILT
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)) == rooms


def test_every_place_that_the_architecture_page_names_exists():
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w-]+/)+[\w.-]+|[\w]+\.(?:py|csv|md))`", page))
    assert len(named) > 50
    files = {path.name for path in (ROOT / "src" / "gecam").rglob("*.*")}

    def is_there(place: str) -> bool:
        module, _, name = place.rpartition(".")  # such as uncertainty/streams, or a function in it
        tried = (place, f"{place}.py", f"{module}.py")
        paths = [base / path for base in (ROOT, ROOT / "src" / "gecam") for path in tried]
        is_told = name in {"py", "csv", "md", "css", "toml"} or "." not in place
        inside = not is_told and any(
            re.search(rf"^def {name}\b|^class {name}\b|^    def {name}\b", x.read_text(), re.M)
            for x in paths if x.is_file()
        )  # fmt: skip
        return inside or (is_told and (any(x.exists() for x in paths) or place in files))

    assert sorted(place for place in named if not is_there(place)) == []


def test_the_contract_keeps_readers_from_every_room_but_model_codes_and_geo(project):
    contract = project["tool"]["importlinter"]["contracts"][1]
    assert contract["source_modules"] == ["gecam.io"]
    by_layers = {"cli", "datasets", "report", "database"}
    rooms = {f"gecam.{room}" for room in BUILT - by_layers - {"io", "model", "codes", "geo"}}
    assert set(contract["forbidden_modules"]) == rooms
