"""Nearest words: those of `difflib`, found without comparing with all."""

from __future__ import annotations

import difflib
import random

import pytest

from gecam.codes import close_words as module
from gecam.codes.close_words import close_words
from gecam.codes.names import _aliases

NAMES = tuple(_aliases())


def misspelt(die: random.Random) -> str:
    word = list(die.choice(NAMES))
    for _ in range(die.randrange(4)):
        word[die.randrange(len(word)) : die.randrange(len(word) + 1)] = die.choice(
            ["", "a", "é", "st"]
        )
        word = word or ["x"]
    return "".join(word)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("least", [0.6, 0.75])
def test_the_words_are_those_of_difflib(seed, least) -> None:
    die = random.Random(seed)
    word = misspelt(die) if seed % 4 else "".join(die.choices("aeinorst ", k=die.randrange(1, 30)))
    expected = difflib.get_close_matches(word, NAMES, n=12, cutoff=least)
    assert close_words(word, NAMES, most=12, least=least) == expected


def test_few_words_are_compared_in_full(monkeypatch) -> None:
    compared = []

    def take_note(word, words, **_):
        compared.append(len(words))
        return []

    monkeypatch.setattr(module.difflib, "get_close_matches", take_note)
    die = random.Random(1)
    for _ in range(200):
        close_words(
            "".join(die.choices("abcdefghijklmnopqrstuvwxyz", k=10)), NAMES, most=4, least=0.75
        )
    assert len(NAMES) > 1000
    assert sum(compared) / 200 < 10  # of more than a thousand


def test_no_word_is_near_an_endless_one() -> None:
    assert close_words("saint " * 10_000, NAMES, most=4, least=0.75) == []
    assert close_words("", NAMES, most=4, least=0.75) == []
