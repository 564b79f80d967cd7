"""The packaged shapes of countries are those that the tool makes of the publisher's file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.raw
def test_the_shapes_can_be_made_again(raw_dir, tmp_path):
    code = (
        "import build_shapes, pathlib, sys;"
        "build_shapes.OUT = pathlib.Path(sys.argv[1]); build_shapes.main()"
    )
    made = tmp_path / "world.json"
    environment = {**os.environ, "GECAM_RAW": str(raw_dir)}
    subprocess.run([sys.executable, "-c", code, str(made)], cwd=ROOT / "tools", env=environment,
                   check=True, capture_output=True)  # fmt: skip
    assert made.read_bytes() == (ROOT / "src" / "gecam" / "codes" / "world.json").read_bytes()
