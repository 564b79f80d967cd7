"""`gecam series`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from gecam.cli.main import app

RUN = CliRunner()


def test_two_years_are_one_series_as_json():
    result = RUN.invoke(app, ["series", "2025", "2026", "--draws", "50", "--no-by-cause", "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.output)
    assert document["schema"] == "gecam.series/3"
    assert {row["year"] for row in document["totals"]} == {2025, 2026}
    silent = [row for row in document["changes"] if row["what"] != "in both"]
    assert all(row["change"] is None for row in silent)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["1999", "2025"], "names must be years of editions"),
        (["2025"], "at least two different years"),
        (["--revision", "2019"], "revision must be one of"),
    ],
)
def test_bad_use_says_what(arguments, words):
    result = RUN.invoke(app, ["series", *arguments, "--no-by-cause", "--draws", "50"])
    assert result.exit_code == 3
    assert words in " ".join(result.output.split())
