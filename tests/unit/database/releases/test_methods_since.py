"""An earlier release says what changed in the method since, and replays with what it held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gecam.database import Database
from gecam.estimation import METHOD_CHANGES, METHOD_VERSION, changes_since, estimate
from gecam.model import Assumptions, OddsRatioPrior


def test_changes_are_those_after_a_version():
    assert changes_since(METHOD_VERSION) == ()
    assert changes_since("0.1.0") == tuple(x for words in METHOD_CHANGES.values() for x in words)


@pytest.fixture
def answer_of_0_1(small_case):
    """What version 0.1 made: its prior among the inputs, and no version of the method."""
    old = replace(small_case, assumptions=Assumptions(odds_ratio=OddsRatioPrior.judged_2024()))
    made = estimate(old, draws=20, seed=1)
    versions = {k: v for k, v in made.provenance.versions.items() if k != "method"}
    return replace(made, provenance=replace(made.provenance, versions=versions))


def test_a_release_of_0_1_replays_and_says_what_changed(tmp_path, answer_of_0_1):
    db = Database(tmp_path / "e.gecam")
    db.release(answer_of_0_1, name="r1", reason="a test")
    replay = db.replay("r1")
    assert replay.verdict == "identical"
    assert replay.methods == changes_since("0.1.0")
    assert "judged_2024" in replay.methods[0]


def test_a_release_of_this_version_has_nothing_to_say(tmp_path, small_case):
    db = Database(tmp_path / "e.gecam")
    db.release(estimate(small_case, draws=20, seed=1), name="r1", reason="a test")
    replay = db.replay("r1")
    assert (replay.verdict, replay.methods) == ("identical", ())
