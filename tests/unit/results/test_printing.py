"""An answer as one block of text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gecam.results import published_table, summary_text


def test_lines_fit_a_terminal_and_are_the_same_on_every_run(small_estimates):
    text = summary_text(small_estimates)
    assert text == summary_text(small_estimates)
    assert max(map(len, text.splitlines())) <= 80
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_numbers_are_those_of_the_tables(small_estimates):
    text = summary_text(small_estimates)
    for breakdown in (small_estimates.total(), small_estimates.by("destination")):
        table = published_table(breakdown)
        for row in table[table["status"].eq("estimated")].to_dict("records"):
            line = next(
                line for line in text.splitlines()
                if [row["odds_ratio_1"], row["estimate"], row["lower"], row["upper"]]
                == line.split()[-7:-3]
            )  # fmt: skip
            assert line.split()[-2:] == [row["grade"], str(row["evidence_level"])]


def test_a_row_that_is_not_estimated_stays(small_estimates):
    not_estimated = [
        label
        for label, status in zip(
            small_estimates.by("destination").labels["destination"],
            small_estimates.by("destination").summary()["status"],
            strict=True,
        )
        if status == "not_estimated"
    ]
    text = summary_text(small_estimates)
    assert sum("not estimated" in line for line in text.splitlines()) >= len(not_estimated)


@pytest.mark.parametrize("rows", [1, 10])
def test_what_is_not_shown_is_said(small_estimates, rows):
    text = " ".join(summary_text(small_estimates, rows=rows).split())
    assert ("2 smaller or not estimated destinations are not shown" in text) == (rows == 1)


@pytest.mark.slow
def test_the_lines_of_the_readme_print_what_stands_below_them(capsys):
    readme = (Path(__file__).resolve().parents[3] / "README.md").read_text(encoding="utf-8")
    code, text = re.search(
        r"```python\n(.*?)```\n\n```text\n(.*?)\n```", readme, re.DOTALL
    ).groups()
    assert len([line for line in code.splitlines() if line]) <= 5
    exec(code, {})
    assert capsys.readouterr().out.strip() == text.strip()
