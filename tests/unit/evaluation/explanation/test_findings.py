"""Every flag is found, explained, and has its place in the documentation."""

from __future__ import annotations

from pathlib import Path

from gecam.evaluation import check
from gecam.results import FLAGS

PAGE = Path(__file__).resolve().parents[4] / "docs" / "explanation" / "flags.md"


def test_every_flag_of_an_answer_is_found_with_its_rows(small_estimates):
    findings = {finding.code: finding for finding in check(small_estimates)}
    carried = {code for cell in small_estimates.cells for code in cell.flags}
    assert set(findings) == carried | {"NOT_ADDED"}
    for code in carried:
        cells = [cell.id for cell in small_estimates.cells if code in cell.flags]
        assert list(findings[code].cells) == cells
        assert findings[code].text == FLAGS[code]
    assert "rows" in str(findings["NOT_ADDED"])


def test_the_largest_come_first(small_estimates):
    people = [finding.people for finding in check(small_estimates)]
    assert people == sorted(people, reverse=True)


def test_every_finding_has_its_place_on_the_page_of_flags(small_estimates):
    text = PAGE.read_text(encoding="utf-8")
    for finding in check(small_estimates):
        assert f"({finding.anchor.split('#')[1]})=" in text
