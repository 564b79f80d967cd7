"""Databases that earlier versions of gecam wrote stay readable, to the bit.

``released`` has one packed database per version that was published, and what it must say. Before a
version is published, ``python tests/unit/database/test_released_versions.py`` writes its own.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from gecam.database import Database
from gecam.database.storage import schema

FOLDER = Path(__file__).with_name("released")
VERSIONS = sorted(path.stem for path in FOLDER.glob("*.json"))


def said(db: Database) -> dict[str, object]:
    """What a database must say for ever."""
    total = db.estimates("r1", breakdown="total")
    return {
        "root": db.root,
        "standing": db.releases()["standing"].tolist(),
        "released_on": db.releases()["released_on"].tolist(),
        "means": [float(mean).hex() for mean in total["mean"]],
        "draws": [float(x).hex() for x in np.nansum(db.draws("r1"), axis=1)],
        "migrants": float(db["r1"].case().stock.people["people"].sum()),
    }


def test_there_is_a_database_of_every_version():
    assert VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_a_database_of_an_earlier_version_is_read(version, tmp_path):
    expected = json.loads((FOLDER / f"{version}.json").read_text())
    db = Database.unpack(
        FOLDER / f"{version}.gecam-pack", tmp_path / "e.gecam", expected_root=expected["root"]
    )
    assert said(db) == expected
    assert db.verify(expected_root=expected["root"]).releases == 2


def columns(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(estimates)")}


def test_a_column_of_version_0_1_0_is_read_by_its_name_of_now_and_renamed_once(tmp_path, answer):
    pack = tmp_path / "old.gecam-pack"
    shutil.copy(FOLDER / "0.1.0.gecam-pack", pack)
    with closing(sqlite3.connect(pack)) as packed:  # a file of schema version 2 is read as it is
        assert schema.stored_name(packed, "estimates", "evidence_level") == "rung"
    db = Database.unpack(pack, tmp_path / "e.gecam")
    before = db.estimates("r1")["evidence_level"].tolist()
    assert set(before) <= {1, 2, 3, 4, 5}
    db.release(answer, name="r3", reason="by the installed version", supersedes="r2")
    assert "evidence_level" in columns(tmp_path / "e.gecam")
    assert "rung" not in columns(tmp_path / "e.gecam")
    assert db.estimates("r1")["evidence_level"].tolist() == before
    assert db.verify().releases == 3


def test_facts_of_version_0_1_0_are_read_with_their_sentences(tmp_path):
    db = Database.unpack(FOLDER / "0.1.0.gecam-pack", tmp_path / "e.gecam")
    cells = db["r1"].load().cells
    rows = db.estimates("r1", breakdown="cell").set_index("id")
    for cell in cells:
        assert cell.evidence_level == rows.loc[f"cell/{cell.id}", "evidence_level"]
        assert all(step.text for step in cell.steps)
    assert any(cell.reason for cell in cells)


def test_a_release_stores_cells_as_version_0_1_0_did(tmp_path, answer):
    """Roots are over the words that are stored, and what exports suppressed is told by them."""
    db = Database(tmp_path / "e.gecam")
    db.release(answer, name="r1", reason="first")
    with closing(sqlite3.connect(tmp_path / "e.gecam")) as connection:
        stored = dict(connection.execute("SELECT id, breakdown FROM estimates"))
    assert {key for key, word in stored.items() if word == "leaf"} == {
        f"leaf/{cell.id}" for cell in answer.cells
    }
    rows = db.estimates("r1")
    assert "leaf" not in set(rows["breakdown"])
    assert rows["id"].str.startswith("cell/").sum() == len(answer.cells)
    assert [schema.stored_key(key) for key in rows["id"]] == list(stored)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_database_of_an_earlier_version_goes_on(version, tmp_path, answer):
    db = Database.unpack(FOLDER / f"{version}.gecam-pack", tmp_path / "e.gecam")
    db.release(answer, name="r3", reason="by the installed version", supersedes="r2")
    assert db["r2"].standing == "retracted: to be tested"
    assert db.verify().releases == 3


def write_own() -> None:
    """Write a database of the installed version."""
    import importlib.util
    import tempfile

    from gecam import __version__
    from gecam.estimation import estimate

    place = Path(__file__).resolve().parents[2] / "conftest.py"
    spec = importlib.util.spec_from_file_location("conftest_of_all_tests", place)
    conftest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conftest)
    case = conftest.make_small_case()
    with tempfile.TemporaryDirectory() as folder:
        db = Database(Path(folder) / "e.gecam")
        for seed, name, supersedes in ((1, "r1", ""), (2, "r2", "r1")):
            answer = estimate(case, draws=20, seed=seed)
            db.release(answer, name=name, reason=f"seed {seed}", supersedes=supersedes)
        db.retract("r2", "to be tested")
        FOLDER.mkdir(exist_ok=True)
        file = FOLDER / f"{__version__}.gecam-pack"
        file.unlink(missing_ok=True)
        db.pack(file)
        text = json.dumps(said(db), indent=1)
    (FOLDER / f"{__version__}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_own()
