"""Names that every doctest may use, numbers of drawn examples, and fewer searches for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

import gecam

# The same examples in each run, and no limit of time for one of them.
for profile, examples in (("quick", 25), ("thorough", 500)):
    settings.register_profile(profile, settings.get_profile("ci"), max_examples=examples)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Collect without searches for garbage, and leave what stays out of those that follow.

    Modules, their tests and the syntax trees that assertions are rewritten in are so many objects
    that the searches took a third of the time of collecting, and a fifteenth of that of the tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


@pytest.fixture(autouse=True)
def _doctest_names(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace.update(np=np, pd=pd, gc=gecam)


if find_spec("shapely") is None:  # examples of geometry need the extra `geo`
    collect_ignore_glob = ["src/gecam/geo/*.py", "src/gecam/io/maps/*.py"]
