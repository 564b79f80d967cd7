"""A replay compares numbers, codes and values; a sentence may be worded anew."""

from __future__ import annotations

from dataclasses import replace

from gecam.database.releases.replay import messages_apart
from gecam.results import TEMPLATES, Message, message


def test_other_words_for_the_same_code_are_the_same_release(db, monkeypatch):
    assert db.replay("r1").verdict == "identical"
    for code in ("NOBODY_REGISTERED", "NO_PUBLISHED_COUNT", "STOCK"):
        monkeypatch.setitem(TEMPLATES, code, f"in other words: {TEMPLATES[code]}")
    assert db.replay("r1").verdict == "identical"


def changed(answer, because):
    first, *others = answer.cells
    return replace(answer, cells=(replace(first, because=because), *others))


def test_another_value_of_a_message_is_a_difference(answer):
    old = changed(answer, message("UNDERCOUNT", change=0.05))
    apart = messages_apart(old, changed(answer, message("UNDERCOUNT", change=0.06)))
    assert apart[["released", "replayed"]].to_numpy().tolist() == [[0.05, 0.06]]
    assert messages_apart(old, old).empty
    gone = messages_apart(old, changed(answer, None))
    assert gone["column"].unique().tolist() == ["id"]


def test_a_sentence_of_an_earlier_version_is_not_compared_with_a_code(answer):
    sentence = Message("TEXT", (("text", "5 % are missed"),))
    old, new = changed(answer, sentence), changed(answer, message("UNDERCOUNT", change=0.05))
    assert messages_apart(old, new).empty
    other = changed(answer, Message("TEXT", (("text", "6 % are missed"),)))
    assert len(messages_apart(old, other)) == 1  # two reasons that were given


def test_a_code_that_was_divided_since_is_the_same_reason(answer):
    old, new = (changed(answer, message(code)) for code in ("NOBODY_REGISTERED", "NO_REGISTER"))
    assert messages_apart(old, new).empty
    assert len(messages_apart(new, old)) == 1  # two reasons, told apart now
