"""Sentences are made of codes and values when they are shown; estimates hold and compare the latter."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from tests.conftest import placeholders, wrong_calls

from gecam.database.releases.hdx import STATUS_CODES
from gecam.database.storage.codec import decode, encode
from gecam.errors import InputError
from gecam.estimation import estimate, stock_at
from gecam.model import Measure
from gecam.results import (
    FLAGS,
    MEASURE_WORDS,
    TEMPLATES,
    EstimationCell,
    Message,
    Step,
    flag_text,
    message,
    translated,
)
from gecam.results.messages import answer_templates

SOURCE = Path(__file__).resolve().parents[3] / "src" / "gecam"
ANSWERS = answer_templates()
EVERY = TEMPLATES | ANSWERS


def test_every_placeholder_of_a_template_has_a_name():
    assert all(name.isidentifier() for text in EVERY.values() for name in placeholders(text))
    assert not TEMPLATES.keys() & ANSWERS.keys()


def test_every_message_gives_the_values_that_its_template_names():
    number, wrong = wrong_calls("message", EVERY)
    assert number > 40
    assert wrong == []


def test_every_measure_has_its_words_and_a_code_of_its_own():
    for measure in get_args(Measure):
        assert {measure, f"COUNT_{measure.upper()}", f"AND_{measure.upper()}"} <= TEMPLATES.keys()
    assert set(MEASURE_WORDS) == set(STATUS_CODES) == set(get_args(Measure))
    assert len(set(STATUS_CODES.values())) == len(STATUS_CODES)


def test_every_template_is_used():
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in SOURCE.rglob("*.py")
        if path.name != "messages.py"
    )
    # f"SPREAD_{side}", f"{code}_ONCE" of a country's united needs, and two sentences of each measure;
    # of steps, inputs, scopes and uses
    measures = "|".join(get_args(Measure)).upper()
    made = re.compile(
        rf"SPREAD_\w+|MEDIAN_ODDS_RATIO(_OF)?_ONCE|(COUNT|AND)_({measures})|(STEP|INPUT)_\w+"
        r"|(GUESS_)?SCOPE_\w+|USE_(COUNT|SHARE)|MIGRANTS|HOSTS"
    )
    assert [c for c in EVERY if f'"{c}"' not in text and not made.fullmatch(c)] == []


def test_a_sentence_is_made_of_its_values():
    said = message("MEASURED", people=1234.4, on=date(2020, 7, 1))
    assert str(message("UNCHANGED", measured=said, until=date(2022, 7, 1))) == (
        "1,234 on 2020-07-01, unchanged until 2022-07-01"
    )
    assert dict(message("UNCHANGED", measured=said, until=date(2022, 7, 1)).flat()) == {
        "": "UNCHANGED", "measured": "MEASURED", "measured on": "2020-07-01",
        "measured people": 1234.4, "until": "2022-07-01",
    }  # fmt: skip


def test_braces_in_a_reason_that_was_given_are_text():
    assert str(message("TEXT", text="see {note}")) == "see {note}"


def test_another_code_or_other_values_are_refused():
    with pytest.raises(InputError, match="no message 'NO_SUCH_CODE' has the values none"):
        message("NO_SUCH_CODE")
    with pytest.raises(InputError, match="no message 'STOCK' has the values people"):
        message("STOCK", people=1.0)


LATIN = {
    TEMPLATES["NO_REGISTER"]: "Nemo huius generis.",
    TEMPLATES["UNCHANGED"]: "{measured}, immutatum usque {until}",
    FLAGS["ONSET_UNKNOWN"]: "Initium crisis ignotum.",
}


def latin(text: str) -> str:
    return LATIN.get(text, text)


def test_another_language_changes_sentences_and_nothing_that_is_held(small_case):
    case = replace(small_case, protected=None)
    english = estimate(case, draws=20, seed=1)
    with translated(latin):
        est = estimate(case, draws=20, seed=1)
        reasons = est.summary()["reason"]
        assert reasons.str.contains("Nemo huius generis").any()
        assert flag_text("ONSET_UNKNOWN") == "Initium crisis ignotum."
        stock = stock_at({date(2015, 7, 1): 10.0}, date(2022, 7, 1), log_sd=0.1)
        assert stock.text == "10 on 2015-07-01, immutatum usque 2022-07-01"
    assert est.cells == english.cells
    assert est.provenance == english.provenance
    assert not est.summary()["reason"].str.contains("Nemo").any()


def test_messages_are_stored_as_codes_and_values(small_case):
    cell = estimate(small_case, draws=20, seed=1).cells[0]
    assert decode(encode(cell)) == cell
    assert cell.steps[0].text not in str(encode(cell))


def test_sentences_of_version_0_1_0_are_read_as_they_are():
    # fields and texts of a release of 0.1.0
    step = {"is": "Step", "name": "stock", "value": 5.0, "text": "5 migrants", "sources": []}
    old = {
        "is": "Leaf", "id": "c/SDN/other", "crisis": "c", "destination": "SDN", "group": "other",
        "status": "estimated", "reason": "", "rung": 3, "why_not_higher": "Nobody counted {them}.",
        "steps": [step],
    }  # fmt: skip
    cell = decode(old)
    assert isinstance(cell, EstimationCell)
    assert (cell.because, cell.reason) == (None, "")
    assert cell.why_not_higher == "Nobody counted {them}."
    assert cell.steps == (Step("stock", 5.0, Message("TEXT", (("text", "5 migrants"),))),)
    assert decode(old | {"reason": "Replaced."}).reason == "Replaced."
