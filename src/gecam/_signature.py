"""Check arguments against the annotations of a public function or dataclass.

A function marked `checked` refuses an argument that its signature does not allow, before anything is
computed: a word that is not among those of a ``Literal``, text or NaN in place of a number, a number
outside the range of its type (`gecam._typing.Probability` and its like). `check_fields` does the same
for the fields of a dataclass.

Only arguments that are passed are looked at, and annotations are read at the first call: about a
microsecond per call. An annotation without a rule, such as ``Any``, allows everything.
"""

from __future__ import annotations

import collections.abc
import inspect
import io
import math
import operator
import reprlib
import sys
import types
import typing
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache, wraps
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin

import numpy as np

from gecam._typing import Numeric, OrMissing, Within
from gecam.errors import InputError, Problem, caller_level

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Rule:
    """Which values an annotation allows, and the words that say so after "must"."""

    allows: Callable[[Any], bool]
    words: str
    remedy: str = ""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function with its arguments checked; the first that is wrong is an `InputError`."""
    rules_of = cache(lambda: _Rules.of(function))

    @wraps(function)
    def with_checks(*args: P.args, **kwargs: P.kwargs) -> R:
        rules = rules_of()
        for i, value in enumerate(args):
            name, rule = rules.positional[i] if i < len(rules.positional) else rules.further
            if rule is not None and not rule.allows(value):
                raise _error(function, name, rule, value)
        for name, value in kwargs.items():
            rule = rules.named.get(name, rules.other)
            if rule is not None and not rule.allows(value):
                raise _error(function, name, rule, value)
        return function(*args, **kwargs)

    return with_checks


def former_field(former: str, now: str) -> Callable[[type[R]], type[R]]:
    """Return a decorator of a dataclass whose field still has its former name, with a warning."""

    def with_former(kind: Any) -> Any:
        made = kind.__init__
        said = (
            f"{former} of {kind.__name__} is called {now}, and the former name will not work from "
        )

        def name_of_now() -> str:
            remedy = f"version 0.4 on: write {now}."
            warnings.warn(said + remedy, FutureWarning, stacklevel=caller_level())
            return now

        @wraps(made)
        def init(self: Any, *args: Any, **kwargs: Any) -> None:
            if former in kwargs:
                kwargs[name_of_now()] = kwargs.pop(former)
            made(self, *args, **kwargs)

        kind.__init__ = init
        setattr(kind, former, property(lambda self: getattr(self, name_of_now())))
        return kind

    return with_former


def check_fields(instance: Any) -> None:
    """Raise `InputError` if a field of a dataclass holds what its annotation does not allow.

    To be called first in ``__post_init__``.
    """
    for problem in field_problems(instance):
        raise InputError(f"{problem.what}, in {type(instance).__qualname__}().")


def field_problems(instance: Any, **place: Any) -> list[Problem]:
    """Return the fields of a dataclass that hold what their annotations do not allow, with a place."""
    kind: Any = type(instance)
    return [
        Problem(_sentence(name, rule, value), rule.remedy, column=name, code="NOT_ALLOWED", **place)
        for name, rule in _rules_of_fields(kind).items()
        if not rule.allows(value := getattr(instance, name))
    ]


@dataclass(frozen=True, slots=True)
class _Rules:
    """Rules of a function's parameters: by position, by name, and for those without a name."""

    positional: tuple[tuple[str, Rule | None], ...]
    further: tuple[str, Rule | None]
    named: dict[str, Rule | None]
    other: Rule | None

    @classmethod
    def of(cls, function: Callable[..., Any]) -> _Rules:
        parameters = inspect.signature(function).parameters.values()
        rules = {
            p.name: _rule_of(_resolved(p.annotation, function.__globals__)) for p in parameters
        }
        by_kind = {p.kind: (p.name, rules[p.name]) for p in parameters}
        return cls(
            tuple((p.name, rules[p.name]) for p in parameters if p.kind in _POSITIONAL),
            by_kind.get(inspect.Parameter.VAR_POSITIONAL, ("", None)),
            {p.name: rules[p.name] for p in parameters if p.kind not in _VARIABLE},
            by_kind.get(inspect.Parameter.VAR_KEYWORD, ("", None))[1],
        )


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@cache
def _rules_of_fields(kind: type) -> dict[str, Rule]:
    names = {f.name for f in fields(kind)}
    rules = {
        name: _rule_of(_resolved(annotation, vars(sys.modules[base.__module__])))
        for base in reversed(kind.__mro__)
        for name, annotation in vars(base).get("__annotations__", {}).items()
        if name in names
    }
    return {name: rule for name, rule in rules.items() if rule is not None}


def _error(owner: Callable[..., Any], name: str, rule: Rule, value: object) -> InputError:
    is_complete = type(value).__name__ == "CompleteEstimates"
    remedy = _OF_COMPLETE if is_complete and _WAYS["Estimates"][1] in rule.remedy else rule.remedy
    sentence = f"{_sentence(name, rule, value)}, in {owner.__qualname__}(). {remedy}"
    return InputError(sentence.rstrip())


def _sentence(name: str, rule: Rule, value: object) -> str:
    got = reprlib.repr(value) if _is_plain(value) else f"an object of type {type(value).__name__}"
    return f"{name} must {rule.words}: got {got}"


def _is_plain(value: object) -> bool:
    """Return whether the text of a value is short and the same on every run."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, (*value, *value.values())))
    return value is None or isinstance(value, (str, int, float, date, np.generic))


# -- annotations ---------------------------------------------------------------------------------


def _resolved(annotation: Any, namespace: Mapping[str, Any]) -> Any:
    """Return the annotation as types; a class imported for type checkers only becomes a stand-in."""
    stand_ins: dict[str, Any] = {}
    while True:
        try:
            return typing.get_type_hints(
                types.SimpleNamespace(__annotations__={"it": annotation}),
                dict(namespace),
                stand_ins,
                include_extras=True,
            )["it"]
        except NameError as error:
            stand_ins[str(error.name)] = type(str(error.name), (_StandIn,), {})
        except (AttributeError, TypeError):
            return Any


class _StandIn:
    """A class that is not imported at run time: its instances are recognised by its name."""


def unaliased(annotation: Any) -> Any:
    """Return what an annotation stands for that is an alias made by ``type``, as those of NumPy 2.5."""
    arguments = get_args(annotation)
    alias = get_origin(annotation) if arguments else annotation
    if not hasattr(alias, "__value__"):
        return annotation
    return unaliased(alias.__value__[arguments] if arguments else alias.__value__)


def _rule_of(annotation: Any) -> Rule | None:
    """Return the rule of an annotation; None where everything is allowed."""
    annotation = unaliased(annotation)
    if annotation in _ANYTHING:
        return None
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin = get_origin(annotation)
    if origin in _GENERIC:
        return _GENERIC[origin](annotation)
    if origin is typing.IO:  # whose open files are not its instances
        return Rule(_gives_bytes, "be an open file")
    kind = origin or annotation
    if not isinstance(kind, type):
        return None
    if issubclass(kind, Iterable) and origin is not None:
        return _of_elements(kind, get_args(annotation))
    return _of_class(kind)


def _gives_bytes(value: Any) -> bool:
    return hasattr(value, "read") and not isinstance(value, io.TextIOBase)


def _of_class(kind: type) -> Rule | None:
    words = f"be {'an' if kind.__name__[0] in 'AEIOU' else 'a'} {kind.__name__}"
    if issubclass(kind, _StandIn):
        return Rule(lambda v: any(c.__name__ == kind.__name__ for c in type(v).__mro__), words)
    if getattr(kind, "_is_protocol", False):
        members = [name for name in vars(kind) if name == "__call__" or not name.startswith("_")]
        return Rule(lambda v: all(hasattr(v, name) for name in members), words)
    words, remedy = _WAYS.get(kind.__name__, (words, ""))
    return Rule(lambda v: isinstance(v, kind), words, remedy)


_WAYS = {  # to get objects that the main functions take
    "Case": (
        "be a Case",
        'gecam.load_edition("2022") is one of packaged figures, gecam.read_case(...) one of your own.',
    ),
    "Estimates": ("be Estimates", "gecam.estimate(case) makes them."),
}
_OF_COMPLETE = (
    "Give its country-level plans, complete.estimates. Complete totals are compared draw by draw: "
    "after.totals().draws - before.totals().draws."
)


def _of_literal(annotation: Any) -> Rule:
    choices = get_args(annotation)
    words = f"be one of {', '.join(map(repr, choices))}"
    return Rule(lambda v: isinstance(v, (str, int)) and v in choices, words)


def _of_union(annotation: Any) -> Rule | None:
    members = get_args(annotation)
    rules = [rule for rule in map(_rule_of, members) if rule is not None]
    if len(rules) < len(members):
        return None
    words = " or ".join(dict.fromkeys(rule.words for rule in rules)).replace(" or be ", " or ")
    if any(get_origin(member) is typing.IO for member in members):
        words = "be a file (a file is given by its path, its bytes, or opened for reading bytes)"
        words += " or a table" * any("DataFrame" in rule.words for rule in rules)
    remedy = " ".join(filter(None, (rule.remedy for rule in rules)))
    return Rule(lambda v: any(rule.allows(v) for rule in rules), words, remedy)


def _of_annotated(annotation: Any) -> Rule | None:
    base, *extras = get_args(annotation)
    if Numeric() in extras:
        return Rule(_is_numeric, "be numbers")
    if OrMissing() in extras:
        return Rule(_is_real, "be a number or NaN")
    ranges = [extra.interval for extra in extras if isinstance(extra, Within)]
    return _in_range(base, ranges[0]) if ranges else _rule_of(base)


def _in_range(base: Any, interval: str) -> Rule:
    rule = Rule(_is_real, "be a number") if base is float else _PLAIN[base]
    low, high = (float(end) for end in interval[1:-1].split(","))
    above = operator.ge if interval.startswith("[") else operator.gt
    below = operator.le if interval.endswith("]") else operator.lt
    if math.isinf(high):
        words = f"{rule.words} {'>=' if above is operator.ge else '>'} {low:g}"
    else:
        words = f"lie in {interval}"
    remedy = "Write 0.9 for 90 %." if high == 1 else ""
    return Rule(lambda v: rule.allows(v) and above(v, low) and below(v, high), words, remedy)


def _of_array(annotation: Any) -> Rule | None:
    element = get_args(get_args(annotation)[1])
    return None if element == (Any,) else Rule(_is_numeric, "be numbers")


def _of_elements(kind: type, arguments: tuple[Any, ...]) -> Rule:
    if issubclass(kind, Mapping):
        keys, values = (_test_of_all(argument) for argument in arguments)
        return Rule(
            lambda v: isinstance(v, Mapping) and keys(v) and values(v.values()),
            f"be a mapping with keys{_each(arguments[0])} and values{_each(arguments[1])}",
        )
    if kind is tuple and Ellipsis not in arguments:
        tests = [_test(argument) for argument in arguments]
        return Rule(
            lambda v: (
                _is_several(v)
                and len(v) == len(tests)
                and all(test(x) for test, x in zip(tests, v, strict=True))
            ),
            f"be {len(tests)} values{_each(arguments[0])}",
        )
    are_allowed = _test_of_all(arguments[0])
    return Rule(
        lambda v: _is_several(v) and (not isinstance(v, Collection) or are_allowed(v)),
        f"be several values{_each(arguments[0])}",
    )


def _test(annotation: Any) -> Callable[[Any], bool]:
    rule = _rule_of(annotation)
    return rule.allows if rule is not None else lambda _: True


def _test_of_all(annotation: Any) -> Callable[[Collection[Any]], bool]:
    """Return a test of many values; texts or dates that are plain ones need no further look."""
    test = _test(annotation)
    if annotation in (str, date):
        plain = frozenset({annotation})
        return lambda v: plain.issuperset(map(type, v)) or all(map(test, v))
    return lambda v: all(map(test, v))


def _each(annotation: Any) -> str:
    rule = _rule_of(annotation)
    return f" that must each {rule.words}" if rule is not None else ""


# -- values --------------------------------------------------------------------------------------


def _is_several(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes))


def _is_scalar(value: Any, kinds: str) -> bool:
    """Return whether a value is one number of these kinds of NumPy (``i`` whole, ``f`` real)."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.ndim == 0 and value.dtype.kind in kinds
    return isinstance(value, (int, float) if "f" in kinds else int) and not isinstance(value, bool)


def _is_real(value: Any) -> bool:
    return _is_scalar(value, "iuf")


def _is_number(value: Any) -> bool:
    return _is_real(value) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return _is_scalar(value, "iu")


def _is_bool(value: Any) -> bool:
    return isinstance(value, (bool, np.bool_))


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_numeric(value: Any) -> bool:
    """Return whether NumPy reads a value as numbers; arrays that know their type are not touched."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind and kind in "biuf":
        return True
    try:
        array = np.asarray(value)
        array.astype(np.float64)
    except (TypeError, ValueError):
        return False
    return array.dtype.kind not in "SUmM"


_ANYTHING: tuple[Any, ...] = (inspect.Parameter.empty, Any, object)
_PLAIN: dict[Any, Rule] = {
    type(None): Rule(lambda v: v is None, "be None"),
    bool: Rule(_is_bool, "be True or False"),
    int: Rule(_is_whole, "be a whole number"),
    float: Rule(_is_number, "be a number"),
    str: Rule(lambda v: isinstance(v, str), "be text"),
    date: Rule(_is_day, "be a date, such as date(2022, 12, 31)"),
}
_GENERIC: dict[Any, Callable[[Any], Rule | None]] = {
    Literal: _of_literal,
    Union: _of_union,
    types.UnionType: _of_union,
    Annotated: _of_annotated,
    np.ndarray: _of_array,
    collections.abc.Callable: lambda _: Rule(callable, "be callable"),
}
