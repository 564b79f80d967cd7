"""Results that stay with the object they are derived from, and are released with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

K = TypeVar("K")
P = ParamSpec("P")
R = TypeVar("R")


def once_for_each(derive: Callable[Concatenate[K, P], R]) -> Callable[Concatenate[K, P], R]:
    """Derive a result once for each first argument, an object that never changes.

    The other arguments are hashable. The result must not refer to the object, or neither would be
    released. Two threads may derive it twice, and get the same.
    """
    results: WeakKeyDictionary[K, dict[tuple[object, ...], R]] = WeakKeyDictionary()

    @wraps(derive)
    def derived(source: K, /, *args: P.args, **kwargs: P.kwargs) -> R:
        of_source = results.setdefault(source, {})
        key = (args, *sorted(kwargs.items()))
        if key not in of_source:
            of_source[key] = derive(source, *args, **kwargs)
        return of_source[key]

    return derived


def once_for_latest(derive: Callable[[K], R]) -> Callable[[K], R]:
    """Keep a large result for the object that was last asked for it, until that is released.

    As `once_for_each`, for one object at a time: memory does not grow with the number of objects.
    """
    latest: WeakKeyDictionary[K, R] = WeakKeyDictionary()

    @wraps(derive)
    def derived(source: K, /) -> R:
        nonlocal latest
        result = latest.get(source)
        if result is None:
            result = derive(source)
            latest = WeakKeyDictionary({source: result})
        return result

    return derived


def without_derived(self: Any) -> dict[str, Any]:
    """Return the fields of a dataclass alone, for pickles and copies: not what is derived from them."""
    return {f.name: getattr(self, f.name) for f in fields(self)}
