"""Fixtures for all tests."""

from __future__ import annotations

import ast
import copy
import math
import os
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache, wraps
from multiprocessing import get_context
from pathlib import Path
from string import Formatter
from typing import Any

import pandas as pd
import pytest
import typer.main
import typer.testing

import gecam
from gecam import datasets
from gecam.datasets import (
    age_tables,
    area_tables,
    editions,
    load_ages,
    load_edition,
    other_tables,
    regional,
)
from gecam.estimation import estimate, with_ages
from gecam.model import (
    Case,
    Crisis,
    Footprint,
    Population,
    ProtectedPopulation,
    Relation,
    Source,
    Stock,
)
from gecam.results import Estimates


@pytest.fixture(scope="session", autouse=True)
def _packaged_tables_are_read_once() -> Iterator[None]:
    """Read each packaged table once in a process; each test has a copy of its own."""

    def once(read: Callable[..., Any]) -> Callable[..., Any]:
        read_once = cache(read)

        @wraps(read)
        def copied(name: Any) -> Any:
            table = read_once(name) if isinstance(name, Hashable) else read(name)
            return tuple(map(copy.copy, table)) if isinstance(table, tuple) else copy.copy(table)

        return copied

    read_edition = once(editions.read_edition)
    with pytest.MonkeyPatch.context() as patch:
        for module in (editions, other_tables):
            patch.setattr(module, "read_edition", read_edition)
        for module, name in (
            (age_tables, "load_ages"), (area_tables, "load_areas"), (regional, "load_regional_plans"),
        ):  # fmt: skip
            read = once(getattr(module, name))
            for place in (module, datasets, gecam):
                patch.setattr(place, name, read)
        yield


@pytest.fixture(scope="session", autouse=True)
def _commands_are_made_once() -> Iterator[None]:
    """Read the annotations of each command once in a process; a test runner does so at each call."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session")
def raw_dir() -> Path:
    """Folder of the publishers' own files; tests that need it are skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("GECAM_RAW") or default)
    if not folder.is_dir():
        pytest.skip(f"the publishers' files are not at {folder} (set $GECAM_RAW)")
    return folder


@pytest.fixture(scope="session")
def small_case() -> Case:
    """Three invented destinations: one of every reading of a figure, refugees, two crises."""
    return make_small_case()


def make_small_case(**changes: object) -> Case:
    """Build the invented case; `changes` are fields of `Case`."""
    cells = []
    for destination, scale in (("SDN", 1_000_000), ("KEN", 400_000), ("PER", 90_000)):
        for origin, share in (("ERI", 0.3), ("SSD", 0.6), ("OOO", 0.1)):
            for year, growth in ((2015, 0.9), (2020, 1.0)):
                for sex, part in (("female", 0.45), ("male", 0.55)):
                    people = scale * share * growth * part
                    cells.append((destination, origin, f"{year}-07-01", sex, people))
    stock = Stock(
        pd.DataFrame(cells, columns=["destination", "origin", "as_of", "sex", "people"]),
        pd.DataFrame(
            [("SDN", "birth", True, False), ("KEN", "citizenship", False, False),
             ("PER", "birth", False, True)],
            columns=["destination", "basis", "refugees_added", "is_imputed"],
        ),
        Source("stock", "invented", "stock", is_public=True),
    )  # fmt: skip
    population = Population(
        pd.DataFrame(
            [(d, "2022-07-01", n) for d, n in (("SDN", 40e6), ("KEN", 50e6), ("PER", 30e6))],
            columns=["place", "as_of", "people"],
        ),
        source=Source("population", "invented", "population"),
    )
    ends = [f"{year}-12-31" for year in (2014, 2015, 2019, 2020, 2021, 2022)]
    protected = ProtectedPopulation(
        pd.DataFrame(
            [(d, "SSD", end, n, n / 50, None) for d, n in (("SDN", 5e5), ("KEN", 2e5))
             for end in ends],
            columns=["destination", "origin", "as_of", "refugees", "asylum_seekers", "oip"],
        ),
        Source("protected", "invented", "protected"),
    )  # fmt: skip
    when = date(2022, 7, 1)
    crises = (
        Crisis("sdn", "Sudan plan", "conflict", when, "country_plan", onset=date(2003, 1, 1)),
        Crisis("ken", "Kenya plan", "complex", when, "country_plan", onset=date(2021, 7, 1)),
        Crisis("ken-flood", "Kenya flood", "disaster", when, "flash_appeal",
               relations=(Relation("overlaps", "ken"),)),
        Crisis("per", "Peru plan", "complex", when, "country_plan", onset=date(2010, 1, 1)),
        Crisis("region", "Regional plan", "displacement", when, "regional_plan",
               located_in=("KEN", "SDN"), people_from=("SSD",)),
    )  # fmt: skip
    needs = Source("needs", "invented", "needs")
    footprints = (
        Footprint("sdn", "SDN", 14e6, when, pin_scope="all", source=needs),
        Footprint("ken", "KEN", 5e6, when, pin_scope="unknown", source=needs),
        Footprint("ken-flood", "KEN", 1e6, when, pin_scope="nationals", grade="C", source=needs),
        Footprint("per", "PER", 6e6, when, pin_scope="residents_excl_refugees", source=needs),
        Footprint("region", "", 3e6, when, pin_scope="mixed_hosts", source=needs),
    )
    fields = {
        "stock": stock, "population": population, "crises": crises, "footprints": footprints,
        "protected": protected, "name": "small",
        "country_types": {"SDN": "refugee_hosting", "KEN": "refugee_hosting"},
    }  # fmt: skip
    return Case(**(fields | changes))


@pytest.fixture(scope="session")
def case_factory() -> Callable[..., Case]:
    """`make_small_case`, for tests that change a field."""
    return make_small_case


@pytest.fixture(scope="session")
def small_estimates(small_case: Case) -> Estimates:
    """Estimates of the invented case, 20,000 draws."""
    return estimate(small_case, draws=20_000, seed=7)


@pytest.fixture(scope="session")
def edition_2022() -> Estimates:
    """Estimates of the packaged edition 2022, as users get them."""
    return estimate(load_edition("2022"))


@pytest.fixture(scope="session")
def few_draws_2022() -> Estimates:
    """The same with 300 draws, for tests that compare what is shown with the answer it is of."""
    return estimate(load_edition("2022"), draws=300, seed=2022)


@pytest.fixture(scope="session")
def chad_and_colombia() -> Estimates:
    """Estimates of Chad and Colombia in the latest edition, 400 draws, readable by age."""
    est = estimate(load_edition("2026").restrict(["TCD", "COL"]), draws=400, seed=5)
    return with_ages(est, load_ages("2026"))


@pytest.fixture(scope="session")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Two processes that start from nothing, as on a system that cannot fork."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


def placeholders(template: str) -> set[str]:
    """Return the names of the values that a template takes."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def wrong_calls(function: str, templates: Mapping[str, str]) -> tuple[int, list[str]]:
    """Return how often the package calls `function("CODE", name=...)`, and the codes with other names.

    A call with ``**values`` has the names that it has.
    """
    import house  # of the tools, which a program that loads this file alone does not find

    calls = [
        (code.value, {keyword.arg for keyword in node.keywords})
        for tree in house.modules().values()
        for node in house.nodes(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function
        for code in ast.walk(node.args[0])
        if isinstance(code, ast.Constant) and code.value in templates
    ]
    return len(calls), [
        code
        for code, names in calls
        if None not in names and names != placeholders(templates[code])
    ]


def growth_of(call: Callable[[int], object]) -> float:
    """Return how the time of a call grows with the size it is given: b of time ~ size^b.

    About 1 for one pass over a text, 2 for a pass from each of its positions. Sizes rise until a call
    takes long enough to be timed, so that what grows like 2^size ends early. 0 where the largest size
    is still too fast.
    """
    has_fine_clock = time.get_clock_info("thread_time").resolution < 1e-5
    clock = time.thread_time if has_fine_clock else time.perf_counter
    sizes = [8, 10, 12, 15, 18, 22, 27, 33, 40, 50, *(1 << power for power in range(6, 15))]

    def seconds(size: int) -> float:
        start = clock()
        call(size)
        return clock() - start

    def exponent(small: int, large: int) -> float:
        best = [min(seconds(size) for _ in range(5)) for size in (small, large)]
        return math.log(best[1] / best[0]) / math.log(large / small)

    for small, large in zip(sizes, sizes[3:], strict=False):
        if seconds(large) > 8e-3:
            # Other programs on the machine can only add to a time.
            return min(exponent(small, large) for _ in range(3))
    return 0.0


@pytest.fixture(scope="session")
def growth() -> Callable[[Callable[[int], object]], float]:
    """Function that measures how the time of a call grows with the size it is given."""
    return growth_of
