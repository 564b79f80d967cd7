"""What is derived from a case is derived once: the same numbers, and nothing that stays behind."""

import copy
import gc
import pickle
import weakref
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.conftest import make_small_case

from gecam.estimation import destination_plan, estimate, estimate_panel, provenance
from gecam.estimation.draw import cell_draws
from gecam.estimation.draw.destination_draws import draw_cells, draw_destination
from gecam.estimation.plan import need_shares
from gecam.model import Assumptions, OddsRatioPrior, Population, ProtectedPopulation, Stock
from gecam.results import SELECTIONS, corridor_draws, origin_rows
from gecam.uncertainty import Streams, addresses


def answer(case, **options):
    return estimate(case, draws=64, seed=3, **options)


def equal(a, b):
    np.testing.assert_array_equal(a.draws, b.draws)
    assert a.provenance == b.provenance
    assert repr(a.cells) == repr(b.cells)
    pd.testing.assert_frame_equal(a.by("origin").summary(), b.by("origin").summary())
    return True


def test_a_plan_is_derived_once_for_each_scope_and_assumptions():
    case = make_small_case()
    plan = destination_plan(case, "KEN", "all")
    assert destination_plan(case, "Kenya", "all") is plan
    assert destination_plan(case, "KEN", "micic") != plan
    other = replace(case, assumptions=Assumptions(odds_ratio=OddsRatioPrior.from_logs(0.5, 0.5446)))
    assert other.stock is case.stock  # the tables by place are shared, the plans are not
    assert destination_plan(other, "KEN", "all") != plan


def test_a_second_estimate_has_the_same_bits_as_one_of_a_new_case():
    case = make_small_case()
    first = answer(case)
    answer(case, scope="union")
    assert equal(first, answer(case))
    assert equal(first, answer(make_small_case()))


def test_answers_do_not_share_what_a_user_may_change():
    case = make_small_case()
    first = answer(case)
    first.compositions.clear()
    assert answer(case).compositions.keys() == answer(make_small_case()).compositions.keys()


def test_threads_and_processes_give_the_same_bits():
    expected, case = answer(make_small_case()), make_small_case()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: answer(case), range(16)))
    assert all(equal(expected, a) for a in answers)
    with ProcessPoolExecutor(1) as processes:
        assert equal(expected, answer(case, executor=processes))
        assert equal(expected, processes.submit(answer, case).result())


@pytest.mark.parametrize("again", [copy.deepcopy, lambda case: pickle.loads(pickle.dumps(case))])
def test_a_copy_holds_the_inputs_alone_and_gives_the_same_bits(again):
    case = make_small_case()
    size = len(pickle.dumps(make_small_case()))
    expected = answer(case)
    assert len(pickle.dumps(case)) == size
    assert "by_place" not in vars(again(case).stock)
    assert equal(expected, answer(again(case)))


def test_what_was_derived_is_released_with_the_case():
    case = make_small_case()
    share = answer(case).compositions["KEN", "other"].share
    origins = max(case.stock.by_place["KEN"].origins.items())[1].code
    derived = [weakref.ref(x) for x in (case, case.stock, origins, share)]
    del share, origins
    del case
    gc.collect()
    assert [reference() for reference in derived] == [None] * 4


def test_a_table_that_was_passed_in_may_be_changed_afterwards():
    inputs = {"stock": Stock, "population": Population, "protected": ProtectedPopulation}
    given = {name: getattr(make_small_case(), name).people.copy() for name in inputs}
    tables = {name: kind(given[name]) for name, kind in inputs.items()}
    before = answer(make_small_case(**tables))
    for table in given.values():
        table.loc[:, table.columns[-1]] = 1.0
    assert equal(before, answer(make_small_case(**tables)))


def test_a_change_inside_a_table_after_an_estimate_is_not_seen_by_the_next():
    case = make_small_case()
    before = answer(case)
    case.stock.people.loc[:, "people"] *= 2
    assert equal(before, answer(case))
    changed = replace(case, stock=Stock(case.stock.people, case.stock.basis, case.stock.source))
    assert answer(changed).provenance.config_sha256 != before.provenance.config_sha256


DETAILED = (
    ("destination", "origin"),
    ("group", "origin"),
    ("origin",),
    ("sex",),
    ("origin", "sex"),
)


def test_rows_by_origin_are_the_same_whatever_was_asked_before():
    fresh = {names: answer(make_small_case()).by(*names).draws for names in DETAILED}
    for order in (DETAILED, DETAILED[::-1]):
        est = answer(make_small_case())
        for names in (*order, *order):
            np.testing.assert_array_equal(est.by(*names).draws, fresh[names])
    with ThreadPoolExecutor(8) as threads:
        for est in [answer(make_small_case()) for _ in range(4)]:
            asked = [threads.submit(est.by, *names) for names in DETAILED * 2]
            for names, rows in zip(DETAILED * 2, asked, strict=True):
                np.testing.assert_array_equal(rows.result().draws, fresh[names])


def test_who_the_people_are_is_drawn_once_for_corridors_and_origins(monkeypatch):
    drawn = []
    draw = corridor_draws.composition_draws
    monkeypatch.setattr(
        corridor_draws, "composition_draws", lambda *a: drawn.append(a[2]) or draw(*a)
    )
    est = answer(make_small_case())
    for names in (("destination", "origin"), ("origin",), ("destination", "origin")):
        est.by(*names)
    assert len(drawn) == len(set(drawn)) == len(est.compositions)


def test_rows_that_are_kept_stay_below_their_limit(monkeypatch):
    est = answer(make_small_case())
    monkeypatch.setattr(origin_rows, "MOST_KEPT", 8 * 64 * 8)
    expected = {names: answer(make_small_case()).by(*names).draws for names in DETAILED}
    for names in (*DETAILED, *DETAILED):
        np.testing.assert_array_equal(est.by(*names).draws, expected[names])
        kept = origin_rows.kept_draws(est._origins).values()
        assert sum(draws.nbytes for draws in kept) <= origin_rows.MOST_KEPT


def test_rows_that_were_made_are_released_with_the_answer_and_are_not_pickled():
    est = answer(make_small_case())
    size = len(pickle.dumps(answer(make_small_case())))
    rows = weakref.ref(est.by("destination", "origin").draws.base)
    assert rows() is not None  # kept, though nobody holds the breakdown
    assert (
        len(pickle.dumps(est)) < size + rows().nbytes / 2
    )  # distributions of shares are, draws are not
    other = answer(make_small_case())
    other.by("origin")  # an answer that is asked later takes the place
    gc.collect()
    assert rows() is None
    rows = weakref.ref(other.by("origin").draws.base)
    del other
    gc.collect()
    assert rows() is None


def test_the_text_that_is_hashed_is_the_same_made_by_columns_or_value_by_value(small_case):
    for table in (small_case.stock, small_case.population, small_case.protected):
        assert provenance._table_text(table) == provenance.canonical_text(table)
    odd = pd.DataFrame(
        {"a": [1.5, float("nan"), -0.0], "b": ["ü", 'a"b', "ü"], "c": [True, False, True]}
    )
    odd["d"] = pd.to_datetime(["2020-07-01", None, "2020-07-01"])
    odd["e"] = pd.Series([1, True, 1.0], dtype=object)
    for column in (*(odd[name] for name in odd), odd["b"].repeat(9), odd["c"].repeat(9)):
        assert (
            provenance._column_text(column)
            == provenance.canonical_text(pd.DataFrame({"x": column}))[5:-1]
        )
    assert provenance._frame_text(odd[:0]) == provenance.canonical_text(odd[:0])


def test_locations_found_at_once_have_the_bits_of_one_by_one():
    figures = [
        need_shares.ResidentShare(mean, 1e6, mean, 1.0, sd)
        for mean in (1e-4, 0.3, 0.5, 0.97, 0.0, 1.0) for sd in (0.05, 0.4, 1.2, 3.0)
    ]  # fmt: skip
    need_shares.find_locations(figures)
    assert len(need_shares._LOCATIONS) == 16  # nobody and everybody have none
    for (mean, sd), location in need_shares._LOCATIONS.items():
        assert location == float(need_shares._locations(np.asarray(mean), sd))


def test_a_panel_hashes_nothing_and_leaves_the_hash_of_other_answers(monkeypatch):
    case, hashed = make_small_case(), []
    made = provenance._hash
    monkeypatch.setattr(provenance, "_hash", lambda *x: hashed.append(x) or made(*x))

    def cases():
        yield case
        assert answer(case).provenance.config_sha256
        yield replace(case, name="later")

    assert len(estimate_panel(cases(), "destination", draws=64, seed=3)["case"].unique()) == 2
    assert len(hashed) == 1


class RecordedStreams(Streams):
    asked = frozenset()

    def uniform(self, input_id, component, start, stop):
        type(self).asked |= {(input_id, component)}
        return super().uniform(input_id, component, start, stop)


def test_whom_a_figure_covers_is_drawn_only_where_it_is_uncertain():
    case = make_small_case()
    for place in case.destinations:
        plan = destination_plan(case, place, "all")
        RecordedStreams.asked = frozenset()
        drawn = draw_destination(plan, RecordedStreams(3), 64)
        is_certain = all(c.shares.is_reading_certain for c in plan.crises)
        assert (addresses.reading_of_scope(place) in RecordedStreams.asked) != is_certain
        plain = draw_destination(plan, Streams(3), 64)
        assert all((drawn.draws[i] == plain.draws[i]).all() for i in plain.draws)


def test_crises_are_united_once_for_what_they_are_made_of(monkeypatch):
    plan, made = destination_plan(make_small_case(), "KEN", "all"), []
    united = cell_draws.union_of_crises

    def recorded(crises, affected, *others):
        made.append((tuple(crises), affected.tobytes()))
        return united(crises, affected, *others)

    monkeypatch.setattr(cell_draws, "union_of_crises", recorded)
    drawn = draw_destination(plan, Streams(3), 64)
    assert len(set(made)) == len(made) > 1
    unions = {}
    first, second = (draw_cells(plan, Streams(3), 64, unions) for _ in range(2))
    union = first.union(first.counted("other"))
    made.clear()
    again = second.union(second.counted("other"))
    assert not made  # all of it was united for the first
    for other in (again, drawn.unions[SELECTIONS[1], "other"]):
        np.testing.assert_array_equal(union.draws, other.draws)
