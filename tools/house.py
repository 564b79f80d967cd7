"""Measure how readable the package is: size, complexity, imports, names, and docstrings.

    python tools/house.py            the table
    python tools/house.py --list     the table, and every place that a row counts

Reads the source tree with `ast`; only the row on imports runs the package, in a process of its own.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path

import gecam

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "gecam"
LARGEST_FOLDER = 25  # modules
FEW_ARGUMENTS = 4  # a helper with more, called in one place, is read together with its caller
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.IfExp, ast.ExceptHandler, ast.comprehension,
    ast.Assert, ast.match_case,
)  # fmt: skip
TYPES = ("Literal[", "Annotated[")  # what an alias of a type begins with
# A word that tells a unit, a range, a shape or a closed set of values.
UNIT_OR_RANGE = re.compile(
    r"[Uu]nit|[Ss]hape|people|[Dd]raws?\b|days?\b|years?\b|km|degrees?|share|between|at least|at most"
    r"|from \d|\d to \d|[\[\(]\d|positive|negative|> ?=? ?0|ISO3|`[\"'\w.]+`|default|path|file|folder"
    r"|True|one of|[Nn]ames?\b|code|column|date|rows?\b",
)


# Names of published methods: a public function whose docstring has one tells where it was published.
METHOD = re.compile(
    r"DerSimonian|Paule|REML|Fay.Herriot|Shapley|Sobol'|Plackett|[Ii]terative proportional|Clopper"
    r"|Garwood|Jeffreys|CRPS|Brier|[Pp]areto|Zelterman|Panjer|Hartung|Lincoln|Horvitz|Equal Earth"
    r"|Philox|Holm\b|newsvendor|submodular|Benjamini|[Pp]robability integral transform"
    r"|[Ee]xpected shortfall|Rubin's"
)


@dataclass
class Row:
    """One line of the table, with the places that it counts."""

    name: str
    figure: str
    places: list[str] = field(default_factory=list)


def main() -> None:
    trees = modules()
    rows = [
        *size(trees), crowded(trees), *complexity(trees), documented(), referenced(), *started(),
        *imports(trees), *names(trees),
    ]  # fmt: skip
    for row in rows:
        print(f"{row.figure:>14}  {row.name}")
        if "--list" in sys.argv:
            for place in row.places:
                print(f"{'':16}{place}")


@cache
def modules() -> dict[Path, ast.Module]:
    """Return the syntax trees of the package, read once."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))
    }


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Return all nodes of a syntax tree; a walk takes long."""
    return tuple(ast.walk(tree))


def size(trees: dict[Path, ast.Module]) -> list[Row]:
    """Lines that hold code: no blanks, no comments, no docstrings."""
    lines = sum(_code_lines(path, tree) for path, tree in trees.items())
    return [
        Row("modules", str(len(trees))),
        Row("code lines without docstrings, comments and blanks", str(lines)),
    ]


def crowded(trees: dict[Path, ast.Module]) -> Row:
    """Folders of so many modules that none is seen any more."""
    places = [
        f"{folder.relative_to(SOURCE)}: {n}"
        for folder, n in Counter(path.parent for path in trees).items()
        if n > LARGEST_FOLDER
    ]
    return Row("folders of more than 25 modules", str(len(places)), places)


def _code_lines(path: Path, tree: ast.Module) -> int:
    skipped = set()
    for node in nodes(tree):
        if isinstance(node, ast.Module | ast.ClassDef | FUNCTION) and ast.get_docstring(
            node, clean=False
        ):
            skipped |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
        elif (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            skipped |= set(range(node.lineno, (node.end_lineno or 0) + 1))  # text below a field
    held: set[int] = set()
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type not in {
                tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
                tokenize.ENDMARKER,
            }:  # fmt: skip
                held |= set(range(token.start[0], token.end[0] + 1))
    return len(held - skipped)


def complexity(trees: dict[Path, ast.Module]) -> list[Row]:
    """McCabe's number by function; a helper of many arguments and one caller counts there too."""
    numbers: dict[tuple[Path, str], int] = {}
    arguments: dict[tuple[Path, str], int] = {}
    callers: dict[str, list[tuple[Path, str]]] = defaultdict(list)
    for path, tree in trees.items():
        for node in nodes(tree):
            if not isinstance(node, FUNCTION):
                continue
            own = _own(node)
            branches = sum(isinstance(x, BRANCHES) for x in own)
            branches += sum(len(x.values) - 1 for x in own if isinstance(x, ast.BoolOp))
            key = (path, node.name)
            numbers[key] = max(numbers.get(key, 0), 1 + branches)
            arguments[key] = (
                len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs)
            )
            for x in own:
                if isinstance(x, ast.Call) and isinstance(x.func, ast.Name):
                    callers[x.func.id].append(key)
    whole = dict(numbers)
    for (path, name), many in arguments.items():
        calls = [key for key in callers[name] if key[0] == path]
        if name.startswith("_") and many > FEW_ARGUMENTS and len(callers[name]) == len(calls) == 1:
            whole[calls[0]] = whole.get(calls[0], 1) + numbers[path, name] - 1
    ranked = sorted(whole.items(), key=lambda item: -item[1])
    label = {key: f"{key[0].relative_to(SOURCE)}: {key[1]} ({n})" for key, n in ranked}
    return [
        Row(f"functions of complexity above {limit}", str(sum(n > limit for _, n in ranked)),
            [label[key] for key, n in ranked if n > limit])
        for limit in (15, 10)
    ]  # fmt: skip


def _own(node: ast.AST) -> list[ast.AST]:
    """What belongs to a function itself, not to those defined inside it."""
    own: list[ast.AST] = [node]
    for part in own:  # grows while it is read
        own += [x for x in ast.iter_child_nodes(part) if not isinstance(x, FUNCTION | ast.Lambda)]
    return own[1:]


def documented() -> Row:
    """Public functions of two or more arguments: each told with a unit, a range or a kind."""
    functions = {
        f"{function.__module__}.{function.__qualname__}": function
        for function in _public_functions()
    }
    bad = []
    for name, function in sorted(functions.items()):
        parameters = [p for p in inspect.signature(function).parameters if p not in {"self", "cls"}]
        text = inspect.getdoc(function) or ""
        section = re.search(r"Parameters\n-+\n(.*?)(?:\n\n[A-Z]\w+\n-+\n|\Z)", text, re.DOTALL)
        told = {
            part.strip()
            for entry in re.split(r"^(?=\S)", section[1] if section else "", flags=re.MULTILINE)
            if UNIT_OR_RANGE.search(entry.partition("\n")[2])
            for part in entry.partition("\n")[0].partition(":")[0].replace("*", "").split(",")
        }
        missing = [p for p in parameters if p not in told]
        if len(parameters) > 1 and missing:
            bad.append(f"{name}: {', '.join(missing)}")
    title = "public functions whose Parameters lack an argument, or its unit, range or kind"
    return Row(title, f"{len(bad)} of {len(functions)}", bad)


def referenced() -> Row:
    """Public functions that name a published method, and references that are cited or not told."""
    bad = []
    functions = {f"{f.__module__}.{f.__qualname__}": f for f in _public_functions()}
    for name, function in sorted(functions.items()):
        text = inspect.getdoc(function) or ""
        entries = set(re.findall(r"^\.\. \[(\d+)\]", text, re.MULTILINE))
        untold = set(re.findall(r"\[(\d+)\]_", text)) - entries
        if untold:
            bad.append(f"{name}: cites {', '.join(sorted(untold))}, which no entry tells")
        is_function = (
            function.__qualname__ == function.__name__
        )  # a class tells its methods' sources
        if is_function and not entries and (method := METHOD.search(text)):
            bad.append(f"{name}: names {method[0]}, without References")
    return Row("public functions of a published method without its reference", f"{len(bad)}", bad)


def _public_functions() -> Iterator[Callable[..., object]]:
    rooms = [
        gecam,
        *(import_module(f"gecam.{folder.name}") for folder in SOURCE.iterdir() if folder.is_dir()),
    ]
    for room in rooms:
        for name in getattr(room, "__all__", ()):
            thing = getattr(room, name)
            members = vars(thing).values() if inspect.isclass(thing) else [thing]
            for member in members:
                function = inspect.unwrap(getattr(member, "__func__", member))
                if (
                    inspect.isfunction(function)
                    and function.__module__.startswith("gecam")
                    and not function.__name__.startswith("_")
                ):
                    yield function


def started() -> list[Row]:
    """Modules of the package that an edition and its estimate import, in a new process."""
    code = """
import json, sys
import gecam
gecam.estimate(gecam.load_edition("2022"), draws=100)
print(json.dumps([m.__file__ for n, m in sorted(sys.modules.items()) if n.split(".")[0] == "gecam"]))
"""
    files = [Path(name) for name in json.loads(_python(code))]
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    places = [str(path.relative_to(SOURCE)) for path in files]
    return [
        Row(
            "modules, and their lines, that `load_edition` and `estimate` import",
            f"{len(files)}, {lines}",
            places,
        )
    ]


def _python(code: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def imports(trees: dict[Path, ast.Module]) -> list[Row]:
    """Imports of another room's modules in place of its public names, and circles.

    Deferred imports count too, and a public name counts as an import of the module that defines it.
    """
    dotted = {_dotted(path) for path in trees}
    homes = {
        _dotted(path): _homes(path, trees[path]) for path in trees if path.name == "__init__.py"
    }
    graph: dict[str, set[str]] = defaultdict(set)
    reaching = []
    for path, tree in trees.items():
        here = _dotted(path)
        for node in nodes(tree):
            for target, is_public in _targets(node, dotted, homes):
                if target != here and not _is_inside_own_parent(here, target):
                    graph[here].add(target)
                is_own = here.split(".")[:2] == target.split(".")[:2]
                if here.count(".") and not is_own and not is_public and target.count(".") > 1:
                    reaching.append(f"{here}, line {node.lineno} -> {target}")
    circles = [", ".join(sorted(group)) for group in _circles(graph)]
    return [
        Row("imports of a module of another room", str(len(reaching)), sorted(reaching)),
        Row("import circles, deferred ones included", str(len(circles)), circles),
    ]


def _homes(path: Path, tree: ast.Module) -> dict[str, str]:
    """Return the public names of a room and the modules that define them."""
    stub = path.with_suffix(".pyi")
    body = ast.parse(stub.read_text(encoding="utf-8")).body if stub.exists() else tree.body
    room = _dotted(path)
    return {
        alias.name: f"{room}.{node.module or alias.name}" if node.level else str(node.module)
        for node in body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _dotted(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_inside_own_parent(here: str, target: str) -> bool:
    return here.startswith(target + ".")  # a package's own __init__


def _targets(
    node: ast.AST, dotted: set[str], homes: dict[str, dict[str, str]]
) -> Iterator[tuple[str, bool]]:
    """Yield the modules that an import needs, and whether it asks a room for a public name."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, False) for alias in node.names if alias.name in dotted)
    elif isinstance(node, ast.ImportFrom) and node.module in dotted:
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            home = homes.get(node.module, {}).get(alias.name)
            yield node.module, False
            if home in dotted:
                yield home, True
            elif full in dotted:
                yield full, False


def _circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Strongly connected components of two or more modules (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    circles: list[set[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(graph.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            group = set(stack[stack.index(node) :])
            del stack[stack.index(node) :]
            if len(group) > 1:
                circles.append(group)

    sys.setrecursionlimit(5000)
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return circles


def names(trees: dict[Path, ast.Module]) -> list[Row]:
    """Classes, types, public functions and modules of one name in two places."""
    defined: dict[str, list[str]] = defaultdict(list)
    files: dict[str, list[str]] = defaultdict(list)
    for path, tree in trees.items():
        where = str(path.relative_to(SOURCE))
        if path.stem != "__init__":
            files[path.stem.strip("_")].append(where)
        if where.startswith("cli"):
            continue  # a command is named as the function that it calls
        for node in tree.body:
            for name in _stated(node):
                if not name.startswith("_"):
                    defined[name].append(where)
    twins = [
        f"{name}: {', '.join(places)}"
        for name, places in sorted(defined.items())
        if len(places) > 1
    ]
    namesakes = [
        f"{name}: {', '.join(places)}"
        for name, places in sorted(files.items())
        if len([p for p in places if not p.startswith("cli")]) > 1
    ]
    return [
        Row(
            "classes, types and public functions of one name in two modules", str(len(twins)), twins
        ),
        Row("modules of one name", str(len(namesakes)), namesakes),
    ]


def _stated(node: ast.stmt) -> Iterator[str]:
    """Return the name of a class, a function or an alias of a type; nothing of other statements."""
    if isinstance(node, ast.ClassDef | FUNCTION):
        yield node.name
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        if ast.unparse(node.annotation) == "TypeAlias":
            yield node.target.id
    elif isinstance(node, ast.Assign) and ast.unparse(node.value).startswith(
        ("Literal[", "Annotated[")
    ):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


if __name__ == "__main__":
    main()
