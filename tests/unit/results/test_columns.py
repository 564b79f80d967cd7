"""The schema of output: every table reads it, every column of it is explained once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gecam import results
from gecam.database.storage.schema import ESTIMATES, ROW_FORMATS
from gecam.io.check import SCHEMA as CHECK
from gecam.publish import SDMX_COLUMNS, hxl_tags
from gecam.report.records import rows_of
from gecam.results import BESIDE, OUTPUT, RELEASE_ROWS, SUMMARY, document_schema, output_columns
from gecam.results import columns as schema

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "columns.md"
TABLES = ("SUMMARY", "BESIDE_TEXT", "ROW_LABELS", "STANDING", "ON_TERMINAL", "IN_REPORT")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_columns_of_the_schema_each_once(table):
    names = getattr(results, table)
    assert set(names) <= set(OUTPUT)
    assert len(set(names)) == len(names)


def test_the_first_row_format_is_as_it_was_when_the_first_release_was_made():
    # Roots of stored releases are over these columns in this order: 46, from release to reason.
    columns = RELEASE_ROWS[1]
    assert len(columns) == 46
    assert (columns[0], columns[16], columns[19], columns[-1]) == (
        "release", "evidence_level", "mean", "revision_reason",
    )  # fmt: skip
    assert ROW_FORMATS[1]["estimates"] == columns == tuple(ESTIMATES)


def test_every_column_says_what_it_holds_and_numbers_say_their_unit():
    for column in OUTPUT.values():
        assert column.meaning, column.name
        assert bool(column.unit) == (column.kind in {"number", "whole"}) or (
            column.unit == "people" and column.name in {"people", "interval"}
        ), column.name


def test_cells_of_json_are_of_the_kind_of_their_column(small_estimates):
    types = {"text": str, "codes": list, "number": (float, type(None)), "whole": int}
    for row in rows_of(small_estimates.by("crisis", "destination", "group")):
        assert [*row][:5] == ["crisis", "crisis_name", "destination", "country", "group"]
        assert [*row][5:] == list(SUMMARY)
        for name, value in row.items():
            assert isinstance(value, types[OUTPUT[name].kind]), name


def test_tags_and_observations_read_the_schema(monkeypatch):
    further = schema.OutputColumn("future", "number", "of tomorrow", "people", "#affected+x")
    monkeypatch.setitem(OUTPUT, "future", further)
    assert hxl_tags(["mean", "future", "else"]) == [OUTPUT["mean"].hxl, "#affected+x", ""]
    assert set(results.SDMX.values()) <= set(OUTPUT)
    assert [name for name in SDMX_COLUMNS if name in results.SDMX] == list(results.SDMX)


def test_documents_name_their_version():
    assert document_schema("check") == CHECK
    with pytest.raises(KeyError):
        document_schema("other")


def test_the_page_of_columns_says_what_the_schema_says():
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", text, flags=re.M)
    table = output_columns()
    expected = table[["name", "kind", "unit", "meaning", "tables"]].itertuples(
        index=False, name=None
    )
    assert rows == list(expected)


def test_the_page_tells_the_tables_beside_the_rows_too():
    text = PAGE.read_text(encoding="utf-8").partition("## Tables beside")[2]
    rows = re.findall(r"^\| (\w+) \| `(\w+)` \| (\w+) \| (.*?) \|$", text, flags=re.M)
    assert rows == [
        (table, column.name, column.kind, column.meaning)
        for table, columns in BESIDE.items()
        for column in columns.values()
    ]


def test_versions_of_documents_stand_in_the_schema_alone():
    source = Path(schema.__file__).parents[1]
    stated = re.compile(r"""["']gecam\.\w+/\d""")
    assert [
        path.relative_to(source).as_posix()
        for path in sorted(source.rglob("*.py"))
        if stated.search(path.read_text(encoding="utf-8").partition(">>>")[0])
    ] == ["io/check.py"]  # readers know no results; a test above holds both together
