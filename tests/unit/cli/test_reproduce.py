"""`gecam reproduce`: a published release checked, made again and compared with the packaged figures."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import gecam as gc
from gecam.cli.main import app


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A packed database: two countries of an edition under its name, and a case of its own."""
    folder = tmp_path_factory.mktemp("published")
    db = gc.Database(folder / "e.gecam")
    (case,) = gc.load_editions("2024")
    for name, chosen in (("2024", case.restrict(["TCD", "SDN"])), ("ours", case.restrict(["YEM"]))):
        db.release(gc.estimate(chosen, draws=50, seed=1), name=name, reason="first", draws=False)
    db.pack(folder / "e.gecam-pack")
    return folder / "e.gecam-pack", db


def run(*words):
    return CliRunner().invoke(app, ["reproduce", *map(str, words)])


def test_a_packed_release_is_made_again_to_the_last_bit(published):
    pack, db = published
    answer = run("ours", "--db", pack, "--expected-root", db.root)
    assert answer.exit_code == 0
    assert answer.stdout.startswith("ours: identical (largest relative difference 0)")
    assert "no packaged edition has its name" in answer.stdout


def test_it_says_which_inputs_are_not_those_of_the_package(published):
    pack, _ = published
    document = json.loads(run("2024", "--db", pack, "--json").stdout)
    assert document["verdict"] == "identical"
    assert {"crises", "footprints"} <= set(document["inputs_apart"])  # two countries of 24 plans
    assert "assumptions" not in document["inputs_apart"]


def test_another_number_is_different_and_says_where(published, monkeypatch):
    pack, _ = published
    from gecam.database.releases import release

    real = release.estimate

    def other(case, **options):
        raised = replace(case.assumptions, grade_logit_sd=dict.fromkeys("ABCDE", 0.9))
        return real(replace(case, assumptions=raised), **options)

    monkeypatch.setattr(release, "estimate", other)
    answer = run("ours", "--db", pack)
    assert answer.exit_code == 1
    assert "ours: different" in answer.stdout


def test_another_root_is_refused(published):
    pack, _ = published
    answer = run("ours", "--db", pack, "--expected-root", "0" * 64)
    assert answer.exit_code == 3
    assert run("ours", "--db", pack.with_name("absent.gecam-pack")).exit_code == 3
