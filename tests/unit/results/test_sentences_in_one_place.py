"""English sentences stand in the modules of templates; elsewhere are codes, values and names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "src" / "gecam"
ROOMS = ("evaluation",)  # all of each
WORD = re.compile(r"\b[A-Za-z][a-z']+")
MOST_WORDS = 3  # of a name or a label
# Module -> what its texts are.
ALLOWED = {
    "evaluation/_checks.py": "texts of errors",
    "evaluation/alternatives/scenario.py": "names of values of a column, `note`",
    "evaluation/sensitivity/sampling.py": "texts of errors",
    "evaluation/alternatives/specifications.py": "names of levels, which users give and tables hold",
}


def sentences(node: ast.AST) -> Iterator[str]:
    """Yield texts of four words and more that are neither of an error nor a docstring."""
    if isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        return
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("Error", "Warning", "warn")):
        return
    if isinstance(node, ast.FunctionDef) and node.name in {"__repr__", "_repr_html_"}:
        return
    text = ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (x.value if isinstance(x, ast.Constant) else "0" for x in node.values)
        text = "".join(map(str, parts))
    else:
        for child in ast.iter_child_nodes(node):
            yield from sentences(child)
    if len(WORD.findall(text)) > MOST_WORDS:
        yield text


def test_no_sentence_is_built_outside_of_the_templates():
    modules = [path for room in ROOMS for path in sorted((SOURCE / room).rglob("*.py"))]
    built = {
        name: texts
        for path in modules
        if (name := str(path.relative_to(SOURCE))) not in ALLOWED
        and (texts := list(sentences(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert built == {}
    assert [name for name in ALLOWED if not (SOURCE / name).exists()] == []
