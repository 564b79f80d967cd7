"""`gecam backtest`: verdicts for people, cases on request, JSON for programs."""

from __future__ import annotations

import json
from functools import cache

import pytest
import typer
from typer.testing import CliRunner

from gecam import datasets
from gecam.cli.backtest import register


@pytest.fixture(scope="module")
def run():
    """Run the command; what is packaged is tested once."""
    app = typer.Typer()

    @app.callback()
    def _main() -> None:
        """Hold the command."""

    register(app)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "packaged_backtests", cache(datasets.packaged_backtests))
        yield lambda *arguments: CliRunner().invoke(app, ["backtest", *arguments])


def test_it_says_what_held_and_what_is_unknown(run):
    result = run()
    assert result.exit_code == 0
    assert result.stdout.count("of 90 % held the truth") >= 8
    assert "coverage there is unknown" in result.stdout
    assert "SHORTFALL" in result.stdout
    assert "In sample: " in result.stdout
    assert "VNM" not in result.stdout


def test_cases_are_listed_worst_first_on_request(run):
    result = run("--cases")
    assert result.exit_code == 0
    assert "VNM" in result.stdout
    assert "outside" in result.stdout


def test_json_has_a_versioned_schema_and_all_cases(run):
    result = run("--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["schema"] == "gecam.backtest/1"
    first = document["tests"][0]
    assert len(document["tests"]) == 8
    assert first["coverage"]["n"] == first["n"] == sum(case["counts"] for case in first["cases"])
    assert first["coverage_in_crisis"] == "unknown"
    assert set(first["skill"]) == {"last_value", "log_linear"}
