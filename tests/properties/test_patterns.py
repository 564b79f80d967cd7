"""Every regular expression of the package takes a time that grows like the length of the text.

The patterns are collected from the package: those that a module holds compiled, and those that a
call of `re` or of pandas states. Hostile texts follow from each pattern: for each of its repetitions
a beginning that leads there, what is repeated, many times, and an end that does not fit.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import gecam
import house

ROOT = Path(gecam.__file__).parent
PARSER: Any = re._parser  # type: ignore[attr-defined]
OF_RE = {"compile", "match", "fullmatch", "search", "split", "findall", "finditer", "sub", "subn"}
OF_PANDAS = {"contains": "search", "count": "findall", "extract": "search", "extractall": "findall",
             "findall": "findall", "fullmatch": "fullmatch", "match": "match"}  # fmt: skip
ALPHABET = "aZ1 ._-,;:()'\"\\/+@#°\n\té\0"
LONG = 16  # a repetition that ends at this count is no cause of a long time


class Use(NamedTuple):
    """A pattern, the method that applies it, and where it stands."""

    pattern: re.Pattern[Any]
    method: str
    place: str


class Names(dict[str, Any]):
    """Names of a module; others, such as loop variables, stand for a short word."""

    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name, "ab")


def modules() -> Iterator[tuple[str, dict[str, Any], ast.Module]]:
    """Yield the file, the names and the syntax tree of each module of the package."""
    trees = house.modules()
    for info in pkgutil.walk_packages(gecam.__path__, "gecam."):
        module = importlib.import_module(info.name)
        path = Path(str(module.__file__))
        yield path.relative_to(ROOT).as_posix(), vars(module), trees[path]


def compiled_in(value: object, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    """Yield the compiled patterns in a value: itself, or in tables of them."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, Mapping):
        yield from compiled_in([*value.keys(), *value.values()], depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for entry in sorted(value, key=repr) if isinstance(value, set | frozenset) else value:
            yield from compiled_in(entry, depth - 1)


def methods_by_name(trees: list[ast.Module]) -> dict[str, set[str]]:
    """Return by which methods names are used, such as ``fullmatch`` of ``_NUMBER.fullmatch(...)``."""
    used: dict[str, set[str]] = {}
    for tree in trees:
        for node in house.nodes(tree):
            if isinstance(node, ast.Attribute) and node.attr in OF_RE:
                name = getattr(node.value, "id", getattr(node.value, "attr", ""))
                used.setdefault(name, set()).add(node.attr)
    return used


def method_of(call: ast.Call) -> str:
    """Return how a call of `re` or of pandas applies the pattern that it states; empty for others."""
    if not (isinstance(call.func, ast.Attribute) and call.args):
        return ""
    name, owner = call.func.attr, call.func.value
    if isinstance(owner, ast.Name) and owner.id == "re":
        return name if name in OF_RE else ""
    if not (isinstance(owner, ast.Attribute) and owner.attr == "str"):
        return ""
    return OF_PANDAS.get(name, "search" if "regex=True" in ast.unparse(call) else "")


def stated(call: ast.Call, names: dict[str, Any], place: str) -> re.Pattern[Any]:
    """Return the pattern that a call states, its loop variables replaced by a short word."""
    source = call.args[0]
    parts = [node for node in ast.walk(source) if isinstance(node, ast.Constant | ast.Name)]
    assert any(isinstance(part, ast.Constant) or part.id in names for part in parts), (
        f"{place} applies a pattern that is made elsewhere: compile it in the module"
    )
    flags = next((key.value for key in call.keywords if key.arg == "flags"), ast.Constant(0))
    if ast.unparse(call.func) == "re.compile" and len(call.args) > 1:
        flags = call.args[1]
    first, second = (eval(ast.unparse(part), {}, Names(names)) for part in (source, flags))
    return first if isinstance(first, re.Pattern) else re.compile(first, second)


def collected() -> list[Use]:
    """Return every pattern of the package, once for each way in which it is used."""
    seen = list(modules())
    methods = methods_by_name([tree for _, _, tree in seen])
    uses: dict[tuple[re.Pattern[Any], str], Use] = {}
    for file, names, _ in seen:
        for name, value in names.items():
            for pattern in compiled_in(value):
                for method in sorted(methods.get(name, {"search", "fullmatch"})):
                    uses.setdefault((pattern, method), Use(pattern, method, f"{file} {name}"))
    held = {pattern for pattern, _ in uses}
    for file, names, tree in seen:
        for call in house.nodes(tree):
            if isinstance(call, ast.Call) and (method := method_of(call)):
                place = f"{file} line {call.lineno}"
                pattern = stated(call, names, place)
                if method != "compile":
                    uses.setdefault((pattern, method), Use(pattern, method, place))
                elif pattern not in held:
                    for each in ("search", "fullmatch"):
                        uses.setdefault((pattern, each), Use(pattern, each, place))
    return list(uses.values())


def is_of(letter: str, kind: str, value: Any) -> bool:
    """Return whether a character fits a part of a parsed pattern that takes one character."""
    if kind in {"LITERAL", "NOT_LITERAL"}:
        return (ord(letter) == value) == (kind == "LITERAL")
    if kind == "RANGE":
        return bool(value[0] <= ord(letter) <= value[1])
    if kind == "CATEGORY":
        name = str(value).removeprefix("CATEGORY_")
        pattern = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[name.removeprefix("NOT_")]
        return (re.match(pattern, letter) is None) == name.startswith("NOT_")
    if kind == "IN":
        is_negated = str(value[0][0]) == "NEGATE"
        return is_negated != any(is_of(letter, str(k), v) for k, v in value[is_negated:])
    return kind == "ANY" and letter != "\n"


def inside(kind: str, value: Any) -> list[Any]:
    """Return the parts that a branch, a group or a repetition of a parsed pattern holds."""
    if kind == "BRANCH":
        return list(value[1])
    if kind == "ATOMIC_GROUP":
        return [value]
    if kind.endswith("_REPEAT") or kind in {"SUBPATTERN", "ASSERT", "ASSERT_NOT"}:
        return [value[-1]]
    return []


def takers(nodes: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a pattern that take one character."""
    for kind, value in nodes:
        if str(kind) in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}:
            yield str(kind), value
        for part in inside(str(kind), value):
            yield from takers(part)


def letters(tree: Any) -> list[str]:
    """Return characters of which no two fit the same parts of a pattern."""
    parts = [*takers(tree), ("CATEGORY", "CATEGORY_WORD")]
    ends = [entry for kind, value in parts if kind == "IN" for entry in value]
    codes = [value for kind, value in parts + ends if str(kind).endswith("LITERAL")]
    codes += [code for kind, value in ends if str(kind) == "RANGE" for code in value]
    told = {tuple(is_of(x, *part) for part in parts): x for x in (*map(chr, codes), *ALPHABET)}
    return sorted(told.values())


def texts(nodes: Any, alphabet: list[str]) -> list[str]:
    """Return texts that fit a part of a pattern but for what it asserts; they differ in one place."""
    result = [""]
    for kind, value in nodes:
        word = str(kind)
        if word.endswith("_REPEAT"):
            ends = [text * max(value[0], 1) for text in texts(value[2], alphabet)]
        elif word in {"AT", "ASSERT", "ASSERT_NOT"}:
            ends = [""]
        elif parts := inside(word, value):
            ends = [text for part in parts for text in texts(part, alphabet)]
        else:
            ends = [letter for letter in alphabet if is_of(letter, word, value)]
        result = [result[0] + end for end in ends] + [start + ends[0] for start in result[1:]]
    return result


def repetitions(nodes: Any, alphabet: list[str], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the body of each repetition without a near end, and a text that leads there."""
    for kind, value in nodes:
        if str(kind).endswith("_REPEAT") and value[1] > LONG:
            yield before, value[2]
        for part in inside(str(kind), value):
            yield from repetitions(part, alphabet, before)
        before += texts([(kind, value)], alphabet)[0]


def hostile(pattern: re.Pattern[Any]) -> list[tuple[str, str, str]]:
    """Return texts in three parts, the middle of which is to be repeated."""
    source = pattern.pattern
    source = source.decode("latin-1") if isinstance(source, bytes) else source
    tree = PARSER.parse(source, pattern.flags)
    alphabet = letters(tree)
    ends = ("", "\0", *(x for x in alphabet if x.isprintable()))[:6]
    parts = {("", text, end) for text in texts(tree, alphabet) for end in ends}
    for before, body in repetitions(tree, alphabet):
        for pump in {*texts(body, alphabet), before}:
            parts |= {(start, pump, end) for start in (before, "") for end in ends}
    return sorted(part for part in parts if part[1])


def apply(pattern: re.Pattern[Any], method: str, text: str) -> None:
    """Use a pattern on a text as the package does."""
    data: Any = text.encode("latin-1") if isinstance(pattern.pattern, bytes) else text
    if method in {"sub", "subn"}:
        pattern.sub("", data)
    elif method == "finditer":
        deque(pattern.finditer(data), maxlen=0)
    else:
        getattr(pattern, method)(data)


def slow_texts(growth: Any, pattern: re.Pattern[Any], method: str) -> Iterator[str]:
    """Yield the hostile texts on which a pattern takes more time than in proportion."""
    for start, pump, end in hostile(pattern):

        def use(size: int, parts: tuple[str, str, str] = (start, pump, end)) -> None:
            apply(pattern, method, parts[0] + parts[1] * (size // len(parts[1]) + 1) + parts[2])

        exponent = growth(use)
        if exponent > 1.5:
            yield f"{start!r}, {pump!r} again and again, {end!r}: size^{exponent:.1f}"


@pytest.fixture(scope="module")
def uses() -> list[Use]:
    """Return every pattern of the package, in each way in which it is used."""
    return collected()


def room_of(path: str) -> str:
    """Return the folder of a module, or the module where it stands beside them."""
    return path.partition(" ")[0].partition("/")[0]


ROOMS = sorted({room_of(path.relative_to(ROOT).as_posix()) for path in ROOT.rglob("*.py")})


def test_every_pattern_stands_in_a_room(uses) -> None:
    assert len(uses) > 100
    assert {room_of(use.place) for use in uses} <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_the_time_of_a_pattern_grows_like_the_length_of_the_text(growth, uses, room) -> None:
    slow = {
        f"{use.place} {use.method}": next(slow_texts(growth, use.pattern, use.method), "")
        for use in uses
        if room_of(use.place) == room
    }
    assert {place: text for place, text in slow.items() if text} == {}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(a+)+b", "match"),  # 2^n
        (r"(?:a|aa)*b", "fullmatch"),  # 1.6^n
        (r"x(?:\s*[+ ]\s*a)*y", "search"),  # 2^n where two blanks stand between the letters
        (r"\s+$", "search"),  # n^2, one pass from each position
        (r"\d{1,3}\s*°?\s*[, ]\s*\d", "search"),  # n^3
        (r'"(?:[^"\\]|\\.)*"', "finditer"),  # n^2 where the text has no end
        (r"\([^)]*\)", "sub"),  # n^2
    ],
)
def test_patterns_that_are_slow_are_told(growth, pattern, method) -> None:
    assert next(slow_texts(growth, re.compile(pattern), method), "")


def test_a_pattern_that_cannot_be_seen_is_refused() -> None:
    call = ast.parse("[rule for rule in rules if re.search(rule, text)]")
    node = next(part for part in ast.walk(call) if isinstance(part, ast.Call))
    with pytest.raises(AssertionError, match="compile it in the module"):
        stated(node, {}, "here")
