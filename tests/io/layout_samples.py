"""A small file of each layout, from the tests beside the readers: what they name `LAYOUT_SAMPLES`."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def layout_samples() -> dict[str, tuple[Callable[[bytes], Any], str]]:
    """Return reader and text by the name of the layout."""
    samples: dict[str, tuple[Callable[[bytes], Any], str]] = {}
    for path in sorted(HERE.glob("test_*.py")):
        if re.search(r"^LAYOUT_SAMPLES\b", path.read_text(encoding="utf-8"), re.MULTILINE):
            found = runpy.run_path(str(path))["LAYOUT_SAMPLES"]
            assert samples.keys().isdisjoint(found), path
            samples |= found
    return samples
