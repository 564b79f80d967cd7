"""A small answer, and a database that holds it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gecam.database import Database
from gecam.estimation import estimate
from gecam.model import Case
from gecam.results import Estimates


@pytest.fixture(scope="session")
def answer(small_case: Case) -> Estimates:
    """The invented case with few draws."""
    return estimate(small_case, draws=50, seed=1)


@pytest.fixture(scope="session")
def made(tmp_path_factory, small_case: Case, answer: Estimates) -> Path:
    """A folder with a database with one release, ``r1``; copied, never changed."""
    folder = tmp_path_factory.mktemp("made")
    database = Database(folder / "estimates.gecam")
    database.release(answer, name="r1", reason="first", case=small_case)
    return folder


@pytest.fixture
def db(made: Path, tmp_path: Path) -> Database:
    """A database with one release, ``r1``."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Database(tmp_path / "estimates.gecam", create=False)
