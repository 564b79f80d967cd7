"""A reader registers itself: from its module, its test and its page everything else is derived."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from gecam.io import find_reader
from gecam.io.door.data_sets import data_sets
from gecam.io.readers import readers

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = runpy.run_path(str(ROOT / "tests" / "properties" / "test_readers_hostile.py"))
SAMPLES = {sample.name: (sample.read, sample.text) for sample in HOSTILE["SAMPLES"]}
REGISTERED = {reader.function: reader.name for reader in readers()}
# Maps and workbooks have no text in which each cell could be broken; their own tests break them.
NOT_TABLES = {
    "read_adam_cyclone", "read_adam_flood", "read_areas", "read_dtm_baseline",
    "read_population_grid", "read_shakemap", "read_shakemap_grid",
}  # fmt: skip


def texts(folder: str, pattern: str) -> str:
    paths = sorted((ROOT / folder).rglob(pattern))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


PAGES = texts("docs/reference-data", "*.md") + texts("docs/howto", "*.md")
TESTS = texts("tests/io", "test_*.py")


@pytest.mark.parametrize("name", REGISTERED.values())
def test_a_reader_has_a_page_and_a_test(name):
    word = re.compile(rf"\b{name}\b")
    assert word.search(PAGES), f"no page in docs/reference-data or docs/howto names {name}"
    assert word.search(TESTS), f"no test in tests/io names {name}"


def test_a_reader_of_a_table_has_a_sample_that_is_broken_cell_by_cell():
    sampled = {REGISTERED[read] for read, _ in SAMPLES.values() if read in REGISTERED}
    assert set(REGISTERED.values()) - sampled == NOT_TABLES, (
        "name samples LAYOUT_SAMPLES in its test"
    )


@pytest.mark.parametrize("name", [name for name in SAMPLES if SAMPLES[name][0] in REGISTERED])
def test_a_layout_is_taken_by_its_reader_alone(name):
    read, text = SAMPLES[name]
    assert find_reader(text.encode()).function is read


def test_every_described_data_set_is_read_and_has_publisher_title_licence_and_address():
    named = re.findall(r'\.data_set\(\s*"([\w-]+)"', texts("src/gecam/io", "*.py"))
    assert set(named) == set(data_sets())
    assert [name for name, row in data_sets().items() if not all(row.values())] == []
