"""The README tells what the code estimates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import readme_numbers
from gecam.datasets import DEFAULT_EDITION, EDITIONS, load_edition

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def share_read(name):
    """Return the share of country plans whose scope was read in the plan of the year itself."""
    case = load_edition(name)
    plans = {c.id for c in case.crises if c.plan_type == "country_plan"}
    read = [
        f for f in case.footprints
        if f.crisis in plans and f.pin_scope != "unknown" and f.pin_scope_year is None
    ]  # fmt: skip
    return len(read) / len(plans)


def test_the_first_number_is_of_the_latest_year_whose_scopes_were_read():
    assert max(name for name in EDITIONS if share_read(name) >= 0.5) == DEFAULT_EDITION
    assert re.search(r"^## The answer for (\d{4})$", TEXT, re.MULTILINE)[1] == DEFAULT_EDITION
    assert share_read("2026") == 0  # provisional: all scopes are carried over


def test_the_makefile_estimates_the_same_year():
    assert f"EDITION ?= {DEFAULT_EDITION}\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.slow  # three editions
def test_the_numbers_are_those_of_the_code():
    written = TEXT.partition(readme_numbers.BEGIN)[2].partition(readme_numbers.END)[0].strip()
    assert written == readme_numbers.block(), "run python tools/readme_numbers.py"
