"""English sentences stand in the modules of templates; elsewhere are codes, values and names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import house

SOURCE = Path(__file__).resolve().parents[3] / "src" / "gecam"
ROOMS = ("database", "evaluation", "mortality", "preparedness", "report", "results")
WORD = re.compile(r"\b[A-Za-z][a-z']+")
MOST_WORDS = 3  # of a name or a label
FIGURE = "titles and axes of figures are drawn in English"
ERROR = "texts of errors"
# Module or folder -> what its texts are.
ALLOWED = {
    "database/releases/earlier_exports.py": ERROR,
    "database/releases/export.py": ERROR,
    "database/releases/hdx.py": "a tag of HDX",
    "database/releases/metadata.py": "licences and names that formats prescribe",
    "database/releases/writing.py": ERROR,
    "database/storage": ERROR,
    "evaluation/_checks.py": ERROR,
    "evaluation/alternatives/scenario.py": ERROR,
    "evaluation/alternatives/specifications.py": "names of levels, which users give and tables hold",
    "evaluation/sensitivity/sampling.py": ERROR,
    "mortality/detection.py": "names of methods",
    "mortality/merged_incidents.py": "notes of files, which have codes of their own",
    "mortality/multiple_systems.py": "names of methods",
    "mortality/two_lists.py": ERROR,
    "preparedness/hazard_areas.py": "notes of footprints: inputs, which a case holds as text",
    "preparedness/hazard_map.py": "notes of footprints: inputs, which a case holds as text",
    "report/areas.py": FIGURE,
    "report/deaths.py": FIGURE,
    "report/document/html_form.py": "HTML",
    "report/figures": FIGURE,
    "report/footprint_map.py": FIGURE,
    "report/style.py": FIGURE,
    "report/years.py": FIGURE,
    "results/estimates.py": "attributes of an xarray",
    "results/interchange.py": "attributes of an xarray",
    "results/shown/files.py": "a format",
    "results/shown/interval_plot.py": FIGURE,
}


def sentences(node: ast.AST) -> Iterator[str]:
    """Yield texts of four words and more that are neither of an error nor a docstring."""
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if is_docstring or isinstance(node, ast.Raise):
        return
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("Error", "Warning", "warn")):
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


def built(path: Path) -> list[str]:
    """The sentences that functions of a module build."""
    return [
        text
        for node in house.nodes(house.modules()[path])
        if isinstance(node, ast.FunctionDef) and node.name not in {"__repr__", "_repr_html_"}
        for part in node.body
        for text in sentences(part)
    ]


def test_no_sentence_is_built_outside_of_the_templates():
    modules = [path for room in ROOMS for path in sorted((SOURCE / room).rglob("*.py"))]
    found = {str(path.relative_to(SOURCE)): texts for path in modules if (texts := built(path))}
    assert {name: x for name, x in found.items() if not name.startswith(tuple(ALLOWED))} == {}
    assert [place for place in ALLOWED if not any(name.startswith(place) for name in found)] == []
