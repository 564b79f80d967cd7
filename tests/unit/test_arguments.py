"""Arguments that many functions take: whole numbers, kinds of objects, memory."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

import gecam as gc
from gecam.errors import InputError
from gecam.estimation import apply_edits
from gecam.evaluation import sobol
from gecam.model import OddsRatioPrior
from gecam.mortality import bootstrap_totals
from gecam.preparedness import (
    EventSet,
    inclusion,
    language_reach,
    migrant_events,
    nationals_abroad,
)
from gecam.uncertainty import Fixed, LogNormal, Streams

EVENTS = EventSet([100.0], [2.0])
PRIOR = OddsRatioPrior.from_logs(0.0, 0.5)


@pytest.fixture(scope="module")
def case():
    return gc.load_edition("2022").restrict(["SDN"])


def events(draws, seed=1):
    stock = LogNormal(5000.0, 0.1)
    return migrant_events(
        EVENTS, stock, 1e6, odds_ratio=PRIOR, destination="SDN", draws=draws, seed=seed
    )


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int16, np.uint64])
def test_whole_numbers_of_numpy_count_as_pythons_own(case, kind) -> None:
    plain = gc.estimate(case, draws=100, seed=7)
    est = gc.estimate(case, draws=kind(100), seed=kind(7))
    assert est.provenance == plain.provenance
    json.dumps([est.provenance.seed, est.provenance.draws])
    np.testing.assert_array_equal(est.draws, plain.draws)
    assert Streams(kind(7)) == Streams(7)
    np.testing.assert_array_equal(events(kind(50), kind(7)).people, events(50, 7).people)
    np.testing.assert_array_equal(
        bootstrap_totals([1, 2], draws=kind(9), seed=kind(1)),
        bootstrap_totals([1, 2], draws=9, seed=1),
    )
    found = gc.multiverse(case, "SDN", draws=kind(20), seed=kind(7))
    json.dumps([found.draws, found.seed])


@pytest.mark.parametrize("value", [1.0, np.float64(3), "1", None, True, np.bool_(True), [1], -1])
@pytest.mark.parametrize("name", ["draws", "seed"])
def test_what_is_no_whole_number_is_refused_with_its_value(case, name, value) -> None:
    with pytest.raises(InputError, match=rf"{name} must be a whole number >= \d: got "):
        gc.estimate(case, **{name: value})


def test_draws_that_do_not_fit_are_refused_with_the_figure_and_what_fits(case) -> None:
    # One crisis and one country, two groups each, held twice: 8 rows of 8 bytes.
    with pytest.raises(InputError, match=r"needs 64\.0 GB of memory.* at most 31,250,000, or pass"):
        gc.estimate(case, draws=10**9)
    with pytest.raises(
        InputError, match=r"at most 0\.0 GB are used.* at most 156, or pass a larger"
    ):
        gc.estimate(case, draws=1000, memory_budget=1e4)
    assert gc.estimate(case, draws=156, memory_budget=1e4).draws.shape == (2, 156)


def test_the_figure_is_what_draws_take(case) -> None:
    draws = 200_000  # beside which the packaged tables and kept scores of one country weigh little
    gc.estimate(case, draws=draws)
    tracemalloc.start()
    gc.estimate(case, draws=draws, seed=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # One country: what it is made from (stock, odds ratio, shares) weighs as much as its rows.
    assert 0.5 < peak / (8 * draws * 8) < 3


@pytest.mark.parametrize(
    "ask",
    [
        lambda case, n: gc.multiverse(case, "SDN", draws=n),
        lambda case, n: gc.scenario(case, draws=n),
        lambda case, n: gc.sensitivity(case, "SDN", n=1 << n.bit_length()),
        lambda case, n: sobol(lambda x: x["a"], {"a": Fixed(1.0)}, n=1 << n.bit_length(), seed=1),
        lambda case, n: events(n),
        lambda case, n: bootstrap_totals([1, 2, 3], draws=n),
    ],
)
@pytest.mark.parametrize("n", [10**9, 10**13])
def test_no_function_asks_the_machine_for_more_than_it_has(case, ask, n) -> None:
    with pytest.raises(InputError, match=r"GB of memory"):
        ask(case, n)


@pytest.mark.parametrize("bad", ["2022", None, 2022, {"case": 1}])
@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (gc.estimate, "case must be a Case"),
        (gc.multiverse, "case must be a Case"),
        (lambda x: apply_edits(x, []), "case must be a Case"),
        (gc.scenario, "answer must be a Case or Estimates"),
        (gc.sensitivity, "answer must be Estimates or a Case"),
        (gc.explain, "est must be Estimates or a PhasedEstimates"),
        (gc.check, "est must be Estimates"),
        (gc.summary_text, "est must be Estimates or a CompleteEstimates"),
        (lambda x: gc.compare(x, x), "before must be Estimates"),
        (lambda x: inclusion(x, "SDN"), "est must be Estimates"),
        (lambda x: nationals_abroad(x, "SDN"), "est must be Estimates"),
        (language_reach, "est must be Estimates"),
    ],
)
def test_an_object_of_another_kind_is_refused_with_where_to_get_one(ask, words, bad) -> None:
    with pytest.raises(InputError, match=rf"{words}: got .*gecam\.(load_edition|estimate)\("):
        ask(bad)


def test_half_a_character_in_a_text_of_a_case_is_found_before_the_work(case) -> None:
    crisis, footprint = case.crises[0], case.footprints[0]
    changes = [
        {"name": "A\ud800"},
        {"crises": (replace(crisis, name="A\ud800"),)},
        {"footprints": (replace(footprint, note="A\ud800"),)},
        {
            "crises": (replace(crisis, id="A\ud800"),),
            "footprints": (replace(footprint, crisis="A\ud800"),),
        },
    ]
    for change in changes:
        with pytest.raises(InputError, match=r"half a character, U\+D800: '.*A\\ud800'"):
            gc.estimate(replace(case, **change), draws=10, progress=lambda *_: pytest.fail("late"))
