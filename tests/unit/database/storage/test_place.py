"""One database, one folder of objects, by whatever name it is opened."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gecam.database import Database
from gecam.errors import DatabaseError


def more(answer):
    return replace(answer, draws=answer.draws + 1)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_database_opened_through_a_link_is_the_same_database(db, answer, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.gecam"
    link.symlink_to("../estimates.gecam")
    linked = Database(link, create=False)
    linked.release(more(answer), name="r2", reason="through the link")
    assert linked.path == db.path
    assert files(tmp_path / "elsewhere") == ["link.gecam"]
    assert linked.verify() == db.verify()
    assert db.verify().releases == 2
    assert db["r2"].load().draws[-1, 0] == answer.draws[-1, 0] + 1


def test_a_database_stays_where_it_is_when_the_working_folder_changes(
    db, answer, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    relative = Database("estimates.gecam", create=False)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    relative.release(more(answer), name="r2", reason="x")
    assert db.verify().releases == 2


def test_a_link_that_leads_in_a_circle_is_an_error(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(DatabaseError):
        Database(tmp_path / "a")
    assert files(tmp_path) == ["a", "b"]


def test_a_catalogue_that_was_copied_alone_is_read_and_not_written_to(db, answer, tmp_path):
    (tmp_path / "copy").mkdir()
    shutil.copy(db.path, tmp_path / "copy")
    alone = Database(tmp_path / "copy" / "estimates.gecam", create=False)
    assert alone.estimates("r1").equals(db.estimates("r1"))
    before = files(tmp_path)
    for write in (
        lambda: alone.release(more(answer), name="r2", reason="x"),
        lambda: alone.retract("r1", "x"),
    ):
        with pytest.raises(DatabaseError, match="objects of earlier releases are not in"):
            write()
    assert files(tmp_path) == before
    assert db.verify().releases == 1


def test_a_catalogue_that_was_renamed_alone_says_where_its_objects_are(db, answer, tmp_path):
    objects = db.path.with_name("estimates.gecam.objects")
    db.path.rename(tmp_path / "new.gecam")
    renamed = Database(tmp_path / "new.gecam", create=False)
    with pytest.raises(
        DatabaseError, match=f"They are in {objects}; catalogue and folder need one name"
    ):
        renamed.release(more(answer), name="r2", reason="x")
    objects.rename(tmp_path / "new.gecam.objects")
    renamed.release(more(answer), name="r2", reason="x")
    assert renamed.verify().releases == 2


def test_a_release_is_refused_and_a_retraction_is_not_where_one_object_is_lost(db, answer):
    next(db.path.with_name("estimates.gecam.objects").glob("*.npy")).unlink()
    with pytest.raises(DatabaseError, match=r"1 of 7 objects .* restore them from a copy"):
        db.release(more(answer), name="r2", reason="x")
    db.retract("r1", "readers must know, whatever else is wrong")
    assert db["r1"].standing.startswith("retracted")


@contextmanager
def waiting_at_most(seconds: int):
    def stop(*_):
        raise AssertionError(f"still waiting after {seconds} seconds")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
@pytest.mark.parametrize("name", ["estimates.gecam", "HEAD", "object"])
def test_a_pipe_in_place_of_a_file_is_an_error_and_not_waited_for(db, name):
    objects = db.path.with_name("estimates.gecam.objects")
    file = {"estimates.gecam": db.path, "HEAD": objects / "HEAD"}.get(
        name, next(objects.glob("*.npy"))
    )
    file.unlink()
    os.mkfifo(file)
    with waiting_at_most(10), pytest.raises(DatabaseError, match=r"no database|is not a file"):
        db.verify()
