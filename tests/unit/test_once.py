"""Results that stay with the object they are derived from."""

import gc
import weakref

import pytest

from gecam._once import once_for_each, once_for_latest


class Source:
    """An object that never changes."""


def test_a_result_is_derived_once_for_each_object_and_each_choice():
    calls = []

    @once_for_each
    def choice(source, *words, **options):
        calls.append((*words, *options.items()))
        return words, options

    a, b = Source(), Source()
    assert choice(a, "x") is choice(a, "x") is not choice(b, "x")
    assert choice(a, p="x", q="y") is choice(a, q="y", p="x")  # the order of names says nothing
    assert choice(a, p="y", q="x") == ((), {"p": "y", "q": "x"})
    assert len(calls) == 4


def test_a_result_is_released_with_its_object():
    @once_for_each
    def derived(source):
        return Source()

    source = Source()
    result = weakref.ref(derived(source))
    assert result() is not None
    del source
    gc.collect()
    assert result() is None


def test_an_error_is_not_taken_for_a_result():
    @once_for_each
    def refused(source):
        raise ValueError("no")

    source = Source()
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            refused(source)


def test_a_large_result_stays_with_the_object_last_asked_alone():
    made = []

    @once_for_latest
    def derived(source):
        made.append(weakref.ref(result := Source()))
        return result

    a, b = Source(), Source()
    assert derived(a) is derived(a)
    derived(b)
    gc.collect()
    assert made[0]() is None
    assert made[1]() is derived(b)
    del b
    gc.collect()
    assert made[1]() is None
    derived(a)
    assert len(made) == 3
