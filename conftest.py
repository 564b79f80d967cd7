"""Names that every doctest may use."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gecam


@pytest.fixture(autouse=True)
def _doctest_names(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace.update(np=np, pd=pd, gc=gecam)


if find_spec("shapely") is None:  # examples of geometry need the extra `geo`
    collect_ignore_glob = ["src/gecam/geo/*.py", "src/gecam/io/maps/*.py"]
