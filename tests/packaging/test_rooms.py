"""Rooms use each other by their public names, imports go one way, and what moved can be looked up."""

from __future__ import annotations

import ast
import csv
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import house

ROOT = Path(__file__).resolve().parents[2]
MOVED = ROOT / "docs" / "reference" / "moved.csv"


@pytest.fixture(scope="module")
def places():
    trees = house.modules()
    rows = [house.crowded(trees), *house.complexity(trees), *house.imports(trees)]
    return {row.name: row.places for row in rows}


@pytest.mark.parametrize(
    "fault",
    [
        "imports of a module of another room",
        "import circles, deferred ones included",
        "folders of more than 25 modules",
        "functions of complexity above 15",
    ],
)
def test_the_house_has_no(places, fault):
    assert places[fault] == []


def test_every_public_function_tells_its_parameters_with_unit_range_or_kind():
    assert house.documented().places == []


def test_every_public_function_of_a_published_method_tells_where_it_was_published():
    assert house.referenced().places == []


def test_few_functions_have_more_than_ten_branches(places):
    assert len(places["functions of complexity above 10"]) <= 20  # 10 when the limit was set


def imports_of(tmp_path, monkeypatch, files):
    """Return what the lint says of a package of some files."""
    source = tmp_path / "gecam"
    monkeypatch.setattr(house, "SOURCE", source)
    trees = {}
    for name, text in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if path.suffix == ".py":
            trees[path] = ast.parse(text)
    return [row.places for row in house.imports(trees)]


def test_a_module_of_another_room_is_told_from_a_public_name(tmp_path, monkeypatch):
    files = {
        "geo/__init__.py": "",
        "geo/__init__.pyi": "from .exposure import exposure as exposure",
        "geo/exposure.py": "def exposure(): ...",
        "geo/inner.py": "",
        "cli/__init__.py": "",
        "cli/fine.py": "from gecam.geo import exposure",
        "cli/bad.py": "from gecam.geo.exposure import exposure\n"
        "def f():\n    from gecam.geo import inner",
    }
    reaching, circles = imports_of(tmp_path, monkeypatch, files)
    assert reaching == [
        "gecam.cli.bad, line 1 -> gecam.geo.exposure",
        "gecam.cli.bad, line 3 -> gecam.geo.inner",
    ]
    assert circles == []


def test_a_circle_through_the_public_names_of_a_room_is_seen(tmp_path, monkeypatch):
    files = {
        "geo/__init__.py": "",
        "geo/__init__.pyi": "from .first import a as a\nfrom .second import b as b",
        "geo/first.py": "from gecam.geo import b\na = b",
        "geo/second.py": "def b():\n    from gecam.geo.first import a\n    return a",
    }
    reaching, circles = imports_of(tmp_path, monkeypatch, files)
    assert reaching == []
    assert circles == ["gecam.geo.first, gecam.geo.second"]


with MOVED.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))


def test_what_moved_stands_once_and_in_order():
    old = [row["old"] for row in ROWS]
    assert old == sorted(set(old))
    for row in ROWS:
        assert row["what"] in {"moved", "renamed", "deleted"}, row
        assert (row["new"] == "") == (row["what"] == "deleted"), row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["old"])
def test_what_moved_is_where_the_table_says(row):
    new = row["new"]
    if new.startswith("gecam."):
        room, _, name = new.rpartition(".")
        assert hasattr(import_module(room), name) or find_spec(new)
    elif new:
        assert (ROOT / new).is_file()
    else:
        room, _, name = row["old"].rpartition(".")
        room = {row["old"]: row["new"] for row in ROWS}.get(room, room)  # it may have moved since
        assert name not in getattr(import_module(room), "__all__", ())
