"""The public surface does not change unawares: names and signatures stand in ``public_api.txt``.

Renew it with ``python tests/packaging/test_public_api.py``, which also exports readers that register
themselves, and say in CHANGELOG.md what users see.
"""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

STUB = Path(__file__).resolve().parents[2] / "src" / "gecam" / "io" / "__init__.pyi"
FILE = Path(__file__).with_name("public_api.txt")
HINT = (
    "the public surface changed. If that is meant, run `python tests/packaging/test_public_api.py` and "
    "say in CHANGELOG.md what users see; a name that goes away is deprecated first (CONTRIBUTING.md)."
)
NOT_PUBLIC = {"cli"}  # its surface are commands and options


def surface() -> list[str]:
    """Return one line per public name, parameter list and member of `gecam` and of its rooms."""
    import gecam

    modules: list[tuple[ModuleType, list[str]]] = [(gecam, list(gecam.__all__))]
    for info in pkgutil.iter_modules(gecam.__path__, "gecam."):
        room = info.name.rpartition(".")[2]
        if info.ispkg and room not in NOT_PUBLIC:
            module = importlib.import_module(info.name)
            modules.append((module, list(module.__all__)))
    errors = importlib.import_module("gecam.errors")
    modules.append((errors, [n for n, v in vars(errors).items() if _is_own_class(v, errors)]))
    return [
        line
        for module, names in sorted(modules, key=lambda pair: pair[0].__name__)
        for name in sorted(names)
        for line in described(f"{module.__name__}.{name}", getattr(module, name))
    ]


def _is_own_class(value: Any, module: ModuleType) -> bool:
    return inspect.isclass(value) and value.__module__ == module.__name__


def described(path: str, value: Any) -> Iterator[str]:
    """Yield the lines of one name: a home elsewhere, a signature, or the kind of a constant."""
    home = getattr(value, "__module__", "") or ""
    if path.count(".") == 1 and inspect.ismodule(value):
        yield f"{path} is {value.__name__}"
    elif path.count(".") == 1 and home.startswith("gecam.") and home.count(".") > 1:
        yield f"{path} is {'.'.join(home.split('.')[:2])}.{value.__name__}"
    elif get_origin(value) is Literal:
        yield f"{path}: one of {', '.join(map(repr, get_args(value)))}"
    elif get_origin(value) is not None:
        yield f"{path}: type"
    elif inspect.isclass(value):
        yield from class_lines(path, value)
    elif callable(value) and hasattr(value, "__name__"):
        yield path + signature(value)
    elif path != "gecam.__version__":
        yield f"{path}: {type(value).__name__}"


def class_lines(path: str, kind: type) -> Iterator[str]:
    """Yield a class with its fields or parameters, and its public members of its own."""
    if issubclass(kind, BaseException):
        yield f"class {path}({', '.join(base.__name__ for base in kind.__bases__)})"
        return
    yield f"class {path}{signature(kind) if takes_arguments(kind) else ''}"
    for name in sorted(vars(kind)):
        member = inspect.getattr_static(kind, name)
        is_field = dataclasses.is_dataclass(kind) and name in kind.__dataclass_fields__
        if name.startswith("_") or is_field:
            continue
        if isinstance(member, (classmethod, staticmethod)):
            yield f"  {name}{signature(member.__func__)}"
        elif inspect.isfunction(member):
            yield f"  {name}{signature(member)}"
        elif isinstance(member, property) or type(member).__name__ == "cached_property":
            yield f"  {name}: property"


def takes_arguments(kind: type) -> bool:
    is_protocol = getattr(kind, "_is_protocol", False)
    return ("__init__" in vars(kind) and not is_protocol) or dataclasses.is_dataclass(kind)


def signature(function: Any) -> str:
    """Return parameters and result as written, the same on every Python."""
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):
        return "(...)"
    parts, is_keyword_only = [], False
    for p in found.parameters.values():
        if p.kind is p.KEYWORD_ONLY and not is_keyword_only:
            parts.append("*")
            is_keyword_only = True
        is_keyword_only |= p.kind is p.VAR_POSITIONAL
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        type_ = "" if p.annotation is p.empty else f": {as_written(p.annotation)}"
        parts.append(f"{star}{p.name}{type_}{default(p)}")
    result = found.return_annotation
    is_stated = result is not found.empty and result not in {None, "None"}
    return f"({', '.join(parts)})" + (f" -> {as_written(result)}" if is_stated else "")


def as_written(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def default(parameter: inspect.Parameter) -> str:
    value = parameter.default
    if value is parameter.empty:
        return ""
    is_plain = value is None or isinstance(value, (bool, int, float, str))
    is_plain |= isinstance(value, tuple) and all(isinstance(v, (int, float, str)) for v in value)
    return f" = {value!r}" if is_plain else " = ..."


def test_public_names_and_signatures_are_those_on_record():
    recorded = FILE.read_text(encoding="utf-8").splitlines()
    changes = [
        line
        for line in difflib.unified_diff(recorded, surface(), lineterm="", n=0)
        if line[:1] in "+-" and line[:3] not in {"+++", "---"}
    ]
    assert not changes, "\n".join([HINT, *changes])


def unexported(stub: Path) -> dict[str, str]:
    """Return registered readers that the stub of `gecam.io` does not export, with their modules."""
    from gecam.io.readers import readers

    text = stub.read_text(encoding="utf-8")
    return {
        reader.name: reader.function.__module__.removeprefix("gecam.io")
        for reader in readers()
        if f"    {reader.name} as {reader.name},\n" not in text
    }


def export(stub: Path, readers: dict[str, str]) -> None:
    """Write readers into a stub, in the order of the other names."""
    head, *blocks = re.split(r"^(?=from )", stub.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name, module in readers.items():
        blocks.append(f"from {module} import (\n    {name} as {name},\n)\n")

    def order(block: str) -> tuple[str, int, str]:
        _, module, _, _, name, *_ = block.split()
        return module, 0 if name.isupper() else 1 if name[0].isupper() else 2, name

    stub.write_text(head + "".join(sorted(blocks, key=order)), encoding="utf-8")


def test_readers_that_register_themselves_are_public():
    assert unexported(STUB) == {}, HINT


def test_a_further_reader_is_exported_in_its_place(tmp_path):
    stub = tmp_path / "__init__.pyi"
    text = STUB.read_text(encoding="utf-8")
    block = "from .events.ucdp import (\n    read_ucdp as read_ucdp,\n)\n"
    stub.write_text(text.replace(block, ""), encoding="utf-8")
    assert unexported(stub) == {"read_ucdp": ".events.ucdp"}
    export(stub, unexported(stub))
    assert stub.read_text(encoding="utf-8") == text


def main() -> None:
    if lacking := unexported(STUB):
        export(STUB, lacking)  # names are read when the package is imported: begin again
        subprocess.run([sys.executable, __file__], check=True)
    else:
        FILE.write_text("\n".join(surface()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
