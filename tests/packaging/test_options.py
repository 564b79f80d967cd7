"""Every option of every public function refuses nonsense, and says which option is wrong.

The functions come from ``public_api.txt``, so that a name that is added or changed is walked too. An
option is a parameter that has a default or can only be given by name; its annotation says what is
nonsense. The data are stand-ins of the right type with nothing in them: options are checked before the
data are looked at (`gecam._signature`).
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import numpy as np

from gecam._signature import unaliased
from gecam._typing import Numeric
from gecam.errors import GecamError

RECORD = Path(__file__).with_name("public_api.txt")
# Options that may lie below zero: on a scale of logarithms or a map, or in any unit.
MAY_BE_NEGATIVE = {
    "mean", "lower", "upper", "threshold", "top", "nodata", "error_correlation",
    "Extent.at(level)", "report.footprint_map(level)",
}  # fmt: skip
# Options that users take for percentages.
PERCENTAGE_IS_WRONG = {"level", "confidence", "share", "need_share", "alpha"}


class Option(NamedTuple):
    path: str
    function: Callable[..., Any]
    name: str
    annotation: Any


def options() -> Iterator[Option]:
    """Yield every option whose annotation says anything."""
    for path, function in functions():
        hints = annotations(function)
        for p in inspect.signature(function).parameters.values():
            is_data = p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
            if not is_data and hints[p.name] is not Any:
                yield Option(path, function, p.name, hints[p.name])


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield public functions, methods of public classes, and classes that check what they hold."""
    kind: Any = None
    for line in RECORD.read_text(encoding="utf-8").splitlines():
        if (member := re.match(r"  (\w+)\(", line)) and kind is not None:
            yield f"{kind.__name__}.{member[1]}", getattr(kind, member[1])
        elif top := re.match(r"(?:class )?gecam\.(\w+)\.(\w+)", line):
            value = getattr(importlib.import_module(f"gecam.{top[1]}"), top[2])
            kind = value if inspect.isclass(value) else None
            if inspect.isfunction(value) or is_checked(kind):
                yield f"{top[1]}.{top[2]}", value


def is_checked(kind: Any) -> bool:
    """Return whether a class takes input: a dataclass that checks it, or one with a constructor."""
    if kind is None or issubclass(kind, BaseException) or getattr(kind, "_is_protocol", False):
        return False
    if dataclasses.is_dataclass(kind):
        return "__post_init__" in vars(kind)
    return "__init__" in vars(kind)


@cache
def annotations(function: Callable[..., Any]) -> dict[str, Any]:
    """Return annotations as types; a name for type checkers only becomes a class of that name."""
    source = inspect.unwrap(getattr(function, "__func__", function))
    if inspect.isclass(source) and not dataclasses.is_dataclass(source):
        source = inspect.unwrap(source.__init__)
    written = {
        name: annotation
        for base in reversed(getattr(source, "__mro__", [source]))
        for name, annotation in vars(base).get("__annotations__", source.__annotations__).items()
        if name != "return"
    }
    holder = types.SimpleNamespace(__annotations__=written)
    names, stand_ins = vars(importlib.import_module(source.__module__)), {}
    while True:
        try:
            return typing.get_type_hints(holder, dict(names), stand_ins, include_extras=True)
        except NameError as error:
            stand_ins[error.name] = type(str(error.name), (), {})


def kinds(annotation: Any) -> list[Any]:
    """Return the types that an annotation allows, one by one."""
    annotation = unaliased(annotation)
    origin = get_origin(annotation)
    if origin in {Union, types.UnionType}:
        return [kind for member in get_args(annotation) for kind in kinds(member)]
    if origin is np.ndarray or (origin is Annotated and Numeric() in annotation.__metadata__):
        return [np.ndarray]
    return kinds(get_args(annotation)[0]) if origin is Annotated else [annotation]


def nonsense(option: Option) -> Iterator[Any]:
    """Yield values that no reading of the annotation allows."""
    of = kinds(option.annotation)
    yield object()
    if str not in of:
        yield "banana"
    if str in of or any(get_origin(kind) is Literal for kind in of):
        yield 7
    if np.ndarray in of:
        return
    if float in of or int in of:
        yield float("nan")
        is_anywhere = {option.name, f"{option.path}({option.name})"} & MAY_BE_NEGATIVE
        yield from [] if is_anywhere else [-1]
        yield from [90] * (option.name in PERCENTAGE_IS_WRONG and not is_anywhere)
        yield from [True] * (bool not in of)
        yield from [1.5] * (float not in of)
    if bool in of:
        yield 2
    if date in of:
        yield from (2020, "31/12/2020")


EMPTY: dict[Any, Any] = {
    str: "x", float: 0.5, int: 1, bool: True, date: date(2022, 1, 1), np.ndarray: np.ones(3),
    Any: None, inspect.Parameter.empty: None,
}  # fmt: skip


def stand_in(annotation: Any) -> Any:
    """Return a value of the right type, with nothing in it."""
    kind = kinds(annotation)[0]
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if origin in EMPTY:
        return EMPTY[origin]
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return () if Ellipsis in arguments else tuple(map(stand_in, arguments))
    if not inspect.isclass(origin):
        return len
    if issubclass(origin, Mapping):
        return {}
    if issubclass(origin, Iterable) and arguments:
        return ()
    return len if inspect.isabstract(origin) else blank(origin)


def blank(kind: Any) -> Any:
    """Return an object of a class, without its constructor."""
    return (tuple if issubclass(kind, tuple) else object).__new__(kind)


def call(option: Option, value: Any) -> None:
    """Call the function with stand-ins for its data, and one option that is nonsense."""
    hints = annotations(option.function)
    given: list[Any] = []
    named: dict[str, Any] = {}
    for p in inspect.signature(option.function).parameters.values():
        if p.name == option.name:
            if p.kind is p.VAR_POSITIONAL:
                given.append(value)
            else:
                named[p.name] = value
        elif p.name == "self":
            source = inspect.unwrap(option.function)
            room = importlib.import_module(source.__module__)
            given.append(blank(getattr(room, source.__qualname__.split(".")[0])))
        elif p.default is p.empty and p.kind is p.KEYWORD_ONLY:
            named[p.name] = stand_in(hints[p.name])
        elif p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD:
            given.append(stand_in(hints[p.name]))
    option.function(*given, **named)


def faults(option: Option) -> Iterator[str]:
    """Yield the nonsense that was accepted, or refused in words that do not name the option."""
    for value in nonsense(option):
        place = f"{option.path}({option.name}={value!r})"
        try:
            call(option, value)
        except GecamError as error:
            if not re.search(rf"\b{option.name}\b", str(error)):
                yield f"{place} is refused without its name: {error}"
        except Exception as error:
            yield f"{place} raises {type(error).__name__}: {str(error)[:80]}"
        else:
            yield f"{place} is accepted"


def test_every_option_of_every_public_function_refuses_nonsense_by_name():
    walked = list(options())
    wrong = [fault for option in walked for fault in faults(option)]
    assert not wrong, "\n".join(["mark the function with gecam._signature.checked:", *wrong])
    assert len(walked) > 500  # the walk went through the surface: 650 options at the last count
