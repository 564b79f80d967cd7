"""Arguments are checked against the annotations of a function or dataclass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

import gecam as gc
from gecam._signature import check_fields, checked
from gecam._typing import (
    Array,
    ArrayLike,
    FloatArray,
    MaybeMissing,
    PositiveInt,
    PositiveShare,
    Probability,
)
from gecam.errors import CoverageWarning, InputError


@checked
def asked(
    data: ArrayLike = (),
    *words: Literal["a", "b"],
    level: Probability = 0.9,
    part: PositiveShare = 1.0,
    size: float = 1.0,
    gap: MaybeMissing = np.nan,
    number: PositiveInt = 1,
    is_on: bool = False,
    when: date | None = None,
    pair: tuple[float, float] = (0.0, 1.0),
    names: Sequence[str] = (),
    some: Iterable[str] = (),
    values: Mapping[str, float] | float = 0.0,
    rows: FloatArray | None = None,
    shapes: Array | None = None,
    ask: Callable[[int], int] | None = None,
    frame: pd.DataFrame | None = None,
    anything: Any = None,
    **labels: str,
) -> str:
    """Answer."""
    return "answer"


ALLOWED = [
    ("data", [1, None, 2.5]),
    ("data", pd.Series([1, 2])),
    ("level", np.float64(0.5)),
    ("level", np.array(0.5)),
    ("part", 1),
    ("size", np.int32(3)),
    ("gap", float("nan")),
    ("number", np.uint8(3)),
    ("is_on", np.bool_(True)),
    ("when", date(2022, 1, 1)),
    ("when", None),
    ("pair", [0, 1]),
    ("names", ["x"]),
    ("names", pd.Index(["x"])),
    ("some", (x for x in "xyz")),
    ("values", {"x": 1}),
    ("values", 2),
    ("rows", [1.0]),
    ("shapes", "anything"),
    ("ask", abs),
    ("anything", object()),
    ("label", "x"),
]
REFUSED = [
    ("data", "banana", "data must be numbers: got 'banana', in asked"),
    ("data", ["banana"], "data must be numbers: got ['banana']"),
    ("level", 90, "level must lie in (0, 1): got 90, in asked(). Write 0.9 for 90 %."),
    ("level", "0.9", "level must lie in (0, 1): got '0.9'"),
    ("level", float("nan"), "got nan"),
    ("part", 0.0, "part must lie in (0, 1]: got 0.0"),
    ("size", float("inf"), "size must be a number: got inf"),
    ("size", True, "got True"),
    ("size", Fraction(1, 2), "got an object of type Fraction"),
    ("gap", "x", "gap must be a number or NaN"),
    ("number", 0, "number must be a whole number >= 1: got 0"),
    ("number", 2.0, "got 2.0"),
    ("is_on", "no", "is_on must be True or False: got 'no'"),
    ("is_on", 1, "got 1"),
    ("when", 2020, "when must be a date, such as date(2022, 12, 31) or None: got 2020"),
    ("when", datetime(2020, 1, 1), "when must be a date"),
    ("pair", (1.0,), "pair must be 2 values that must each be a number: got (1.0,)"),
    ("names", "xyz", "names must be several values that must each be text: got 'xyz'"),
    ("names", [1], "got [1]"),
    ("some", "xyz", "some must be several values"),
    ("values", {"x": "y"}, "got {'x': 'y'}"),
    ("rows", "x", "rows must be numbers or None"),
    ("ask", 3, "ask must be callable or None: got 3"),
    ("frame", {"a": 1}, "frame must be a DataFrame or None"),
    ("label", 3, "label must be text: got 3"),
]


@pytest.mark.parametrize(("name", "value"), ALLOWED)
def test_what_the_annotation_allows_passes(name, value):
    assert asked(**{name: value}) == "answer"


@pytest.mark.parametrize(("name", "value", "message"), REFUSED)
def test_what_it_does_not_allow_is_refused_by_name_with_the_value(name, value, message):
    with pytest.raises(InputError) as error:
        asked(**{name: value})
    assert message in str(error.value)


def test_arguments_by_position_are_checked_too():
    assert asked([1.0], "a", "b") == "answer"
    with pytest.raises(InputError, match="data must be numbers"):
        asked("banana")
    with pytest.raises(InputError, match="words must be one of 'a', 'b': got 'c'"):
        asked([1.0], "a", "c")


def test_what_python_refuses_itself_stays_its_own_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'kind'"):
        check_level(kind="x")


@checked
def check_level(*, level: Probability = 0.9) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Held:
    """A class that checks what it holds."""

    share: Probability
    words: tuple[Literal["a", "b"], ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)


def test_fields_are_checked_and_the_class_named():
    assert Held(0.5, ("a",)).share == 0.5
    with pytest.raises(InputError, match=r"share must lie in \(0, 1\): got 2, in Held\(\)"):
        Held(2)
    with pytest.raises(InputError, match=r"words .* one of 'a', 'b': got \('c',\)"):
        Held(0.5, ("c",))


def test_an_object_that_is_refused_is_described_without_its_address():
    with pytest.raises(InputError) as error:
        gc.estimate(object())
    assert "0x" not in str(error.value)
    assert 'gecam.load_edition("2022")' in str(error.value)


def test_a_warning_of_a_checked_function_names_the_line_that_called_it():
    with pytest.warns(CoverageWarning) as record:
        gc.margin_bounds(10.0, 100.0, 100.0 + 1e-3)
    assert [warning.filename for warning in record] == [__file__]


def test_complete_estimates_in_place_of_estimates_say_what_to_write(chad_and_colombia):
    complete = gc.complete_estimates(chad_and_colombia, gc.load_regional_plans("2026"))
    for call in (gc.compare, gc.scenario):
        with pytest.raises(InputError) as error:
            call(complete, complete)
        assert "complete.estimates" in str(error.value)
        assert "after.totals().draws - before.totals().draws" in str(error.value)
    assert not (complete.totals().draws - complete.totals().draws).any()  # it is what it says
    assert (gc.compare(complete.estimates, complete.estimates).totals["difference"] == 0).all()
    with pytest.raises(InputError, match=r"gecam\.estimate\(case\) makes them"):
        gc.compare(1, complete.estimates)
