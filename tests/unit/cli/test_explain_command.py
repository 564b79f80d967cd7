"""`gecam explain` for the hardest rows and the world."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from gecam.cli.main import app

RUN = CliRunner()


@pytest.mark.parametrize(
    ("target", "points"), [("YEM", 32), ("COL", 32), ("TCD", 32), ("UKR", 32), ("world", 0),
                           pytest.param("world", 32, marks=pytest.mark.slow)]
)  # fmt: skip
def test_it_reads_from_result_to_sources(target, points, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    result = RUN.invoke(app, ["explain", target, "--draws", "200", "--points", str(points)])
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    assert "SHA-256" in text or "sha256" in text.lower()
    estimated = "estimated from figures of other countries"
    wanted = {"COL": "not estimated", "YEM": estimated, "TCD": estimated}
    assert wanted.get(target, "expert judgement, not measured") in text.lower()


def test_json_has_a_versioned_schema():
    result = RUN.invoke(app, ["explain", "TCD", "--draws", "200", "--json"])
    assert result.exit_code == 0, result.output
    assert "schema" in json.loads(result.stdout)


def test_an_unknown_place_is_bad_input():
    assert RUN.invoke(app, ["explain", "Atlantis", "--draws", "50"]).exit_code == 3


def test_a_country_left_to_a_regional_plan_says_where_its_people_are_counted():
    def said(country):
        command = ["explain", country, "--edition", "2025", "--draws", "100", "--points", "0"]
        result = RUN.invoke(app, command)
        assert result.exit_code == 0, result.output
        return " ".join(result.stdout.split())

    text = said("Colombia")
    assert "There is no estimate" in text
    assert "the regional plan's people are counted here" in text
    assert "gecam prepare --country COL --edition 2025" in text
    assert "gecam estimate --edition 2025 --groups FILE" in text
    assert "regional plan's people are counted here" not in said("Honduras")
