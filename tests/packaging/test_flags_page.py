"""The page of flags and the code have the same flags, in the same words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gecam.results import FLAGS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "explanation" / "flags.md").read_text(encoding="utf-8")
SECTION = re.compile(
    r"^\(([a-z-]+)\)=\n\n## ([A-Z_]+)\n\n(.+?)\n(?=\n\(|\Z)", re.MULTILINE | re.DOTALL
)


def test_the_page_lists_the_flags_of_the_code_once_in_order_and_in_their_words():
    found = [(code, " ".join(text.split())) for _, code, text in SECTION.findall(PAGE)]
    assert found == sorted(FLAGS.items())
    assert PAGE.count("\n## ") == len(FLAGS)


def test_every_flag_has_an_address_that_others_can_link():
    assert [(a, code) for a, code, _ in SECTION.findall(PAGE)] == [
        (code.lower().replace("_", "-"), code) for code in sorted(FLAGS)
    ]


SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "src" / "gecam").rglob("*.py"))
    if path != ROOT / "src" / "gecam" / "results" / "flags.py"  # where the texts stand
)


@pytest.mark.parametrize("code", sorted(FLAGS))
def test_every_flag_is_given_to_some_row(code):
    assert re.search(rf'["\' ]{code}["\' ]', SOURCE)
