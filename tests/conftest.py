"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def raw_dir() -> Path:
    """Folder of the publishers' own files; tests that need it are skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("GECAM_RAW", default))
    if not folder.is_dir():
        pytest.skip(f"the publishers' files are not at {folder} (set $GECAM_RAW)")
    return folder
