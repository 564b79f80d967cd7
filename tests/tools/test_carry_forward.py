"""The back-test of figures carried forward, from the publishers' files."""

from __future__ import annotations

import pytest

import carry_forward
from carry_forward import CARRIED_RULE, RULES, SCORED, covered, errors
from gecam.model import NEXT_FIGURE
from raw_files import ROOT


@pytest.mark.raw
@pytest.mark.slow
def test_the_scores_of_the_page_come_from_the_files(raw_dir):
    scored = errors(carry_forward.panel(), RULES[CARRIED_RULE], SCORED)
    pairs = scored.drop_duplicates(["iso3", "target"])
    assert (len(pairs), pairs["iso3"].nunique(), len(scored)) == (96, 26, 1152)
    page = (ROOT / "docs" / "results" / "carry-forward.md").read_text(encoding="utf-8")
    (line,) = [x for x in page.splitlines() if x.startswith(f"| **{CARRIED_RULE}**")]
    assert f"{scored['error'].abs().mean():.3f}" == line.split(" | ")[1]
    share = covered(scored, NEXT_FIGURE.degrees, NEXT_FIGURE.scale, 0.9)
    assert f"| {share:.1%} |" in page
