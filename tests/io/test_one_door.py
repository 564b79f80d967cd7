"""A file is opened once and becomes a sheet once, and readers come in by one door."""

from __future__ import annotations

import ast
import gzip
import io
import runpy
import sys
import zipfile
from pathlib import Path

import pytest

import gecam.io
import house
from gecam.datasets import read_case
from gecam.io import check_file, read_stock, read_unhcr
from gecam.io.door import tables
from gecam.io.door.open_files import OpenFile, open_file

ROOM = Path(gecam.io.__file__).parent
WATCHED: list[str] = []
OPENED: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and WATCHED and str(arguments[0]).startswith(WATCHED[-1]):
        OPENED.append(Path(str(arguments[0])).name)


sys.addaudithook(_watch)


@pytest.fixture
def opened(tmp_path):
    """Names of the files of a folder that were opened, in order, from here on."""
    OPENED.clear()
    WATCHED.append(str(tmp_path))
    yield OPENED
    WATCHED.pop()


@pytest.fixture
def built(monkeypatch):
    """Names of the tables that were built."""
    names: list[str] = []
    init = tables.Builder.__init__

    def counted(self, file, sheet, limits):
        names.append(file)
        init(self, file, sheet, limits)

    monkeypatch.setattr(tables.Builder, "__init__", counted)
    return names


HOSTILE = Path(__file__).parents[1] / "properties" / "test_readers_hostile.py"
SAMPLES = {sample.name: sample.text for sample in runpy.run_path(str(HOSTILE))["SAMPLES"]}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_text_is_opened_once_and_becomes_a_sheet_once(name, tmp_path, opened, built):
    path = tmp_path / "figures.csv"
    path.write_text(SAMPLES[name], encoding="utf-8")
    opened.clear()
    report = check_file(path)
    assert opened == ["figures.csv"]
    assert built == ["figures.csv"] * (report.reader != "")


def test_a_workbook_is_opened_once_and_becomes_a_sheet_once(
    tmp_path, undesa_workbook, opened, built
):
    path = tmp_path / "stock.xlsx"
    path.write_bytes(undesa_workbook())
    opened.clear()
    assert check_file(path).status == "ok"
    assert (opened, built) == (["stock.xlsx"], ["stock.xlsx"])


def test_an_archive_is_opened_once(tmp_path, opened, built):
    path = tmp_path / "unhcr.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("population.csv", SAMPLES["unhcr finder"])
    opened.clear()
    assert check_file(path).reader == "read_unhcr"
    assert opened == ["unhcr.zip"]
    assert len(built) == 1


def test_the_files_of_a_case_are_opened_once_each(tmp_path, opened):
    texts = {
        "stock": "destination,as_of,people\nSDN,2022-07-01,120000\n",
        "population": "place,as_of,people\nSDN,2022-07-01,46874204\n",
        "needs": "crisis,destination,as_of,people\nwar,SDN,2022-07-01,14300000\n",
    }
    names = {kind: tmp_path / f"{kind}.csv" for kind in texts}
    for kind, text in texts.items():
        names[kind].write_text(text)
    opened.clear()
    read_case(**names)
    assert sorted(opened) == ["needs.csv", "population.csv", "stock.csv"]


def test_an_open_file_is_read_from_where_it_stands_and_may_be_read_again():
    data = SAMPLES["own stock"].encode()
    file = open_file(io.BytesIO(gzip.compress(data)))
    assert isinstance(file, OpenFile)
    assert open_file(file) is file
    first, second = read_stock(file), read_stock(file)
    assert first.people.equals(second.people)
    assert read_stock(io.BytesIO(data)).people.equals(
        first.people
    )  # any open file of bytes will do
    assert read_unhcr(io.BytesIO(SAMPLES["unhcr"].encode())).source.file == "<buffer>"


READERS = [
    path
    for path in sorted(ROOM.rglob("*.py"))
    if path.relative_to(ROOM).parts[0] not in {"door", "maps", "check.py", "readers.py"}
]


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.relative_to(ROOM).as_posix())
def test_readers_come_in_by_the_door_and_read_columns_by_its_rules(path):
    nodes = house.nodes(house.modules()[path])
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert not {name for name in imported if name and name.startswith("gecam.io.door.")}
    raw = [
        node.lineno
        for node in nodes
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "cells"
        and not isinstance(node.slice, ast.Slice)
    ]
    assert raw == [], "cells of a sheet are read through its columns, where the rules stand"
