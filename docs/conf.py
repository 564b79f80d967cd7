"""Configuration of the documentation; `make docs` builds it, without network."""

from __future__ import annotations

import csv
import inspect
import re
import sys
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from shutil import rmtree
from typing import Any

from docutils.nodes import Element
from sphinx.addnodes import desc_annotation, desc_parameter, desc_returns, desc_sig_element
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext import intersphinx

import gecam

sys.path.append(str(Path(__file__).resolve().parents[1] / "tools"))
from notebook_pages import write_pages

project = "gecam"
author = "The gecam authors"
project_copyright = "The gecam authors, Apache-2.0"
version = release = gecam.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",
]
exclude_patterns = ["_build", "inventories", "**/.ipynb_checkpoints"]
templates_path = ["_templates"]

myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_excludepatterns = ["notebooks/*"]  # the tests ran them

html_theme = "pydata_sphinx_theme"
html_title = "gecam"
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]  # long lines of code are broken: none scrolls off
# A list of all public names beside the page of each would be most of the site, and of its building.
html_sidebars = {"reference/generated/gecam*": []}
html_theme_options = {"navigation_with_keys": False, "show_prev_next": False, "navigation_depth": 3}

# Reference. Single backticks in docstrings are code; cross-references are written out.
default_role = "literal"
autosummary_generate = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_validation_checks = {"PR02"}
numpydoc_validation_exclude = {r"\.[A-Z][A-Z_]+$"}  # constants show the docstring of their class

# Names of other projects, from lists in the repository, so that a build fetches nothing.
INVENTORIES = Path(__file__).parent / "inventories"
intersphinx_mapping = {
    name: (address, str(INVENTORIES / f"{name}.inv"))
    for name, address in (
        ("python", "https://docs.python.org/3/"),
        ("numpy", "https://numpy.org/doc/stable/"),
        ("scipy", "https://docs.scipy.org/doc/scipy/"),
        ("pandas", "https://pandas.pydata.org/docs/"),
        ("xarray", "https://docs.xarray.dev/en/stable/"),
    )
}
intersphinx_disabled_reftypes = ["std:doc"]
SHORT = {"np.": "numpy.", "pd.": "pandas.", "xr.": "xarray."}

# As Sphinx writes it: `Annotated[float, ~gecam._typing.Within(interval=(0, 1])]`.
RANGED = re.compile(
    r"~?(?:typing\.)?Annotated\[(.+?), ~?gecam\._typing\.\w+\((?:interval=.*?[\])])?\)\]"
)
SIGNATURE = (desc_annotation, desc_parameter, desc_returns, desc_sig_element)
API = Path(__file__).parent / "reference" / "generated"
ROOMS = (
    "model", "codes", "uncertainty", "aggregation", "estimation", "results", "evaluation",
    "preparedness", "mortality", "publish", "io", "geo", "report", "database", "datasets",
)  # fmt: skip


def write_api(*_: object) -> None:
    """Write the list of public names: those of `gecam` itself, and what each room offers beside."""
    with (Path(__file__).parent / "reference" / "tasks.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    documented = {id(getattr(gecam, row["name"])) for row in rows}
    lines = ["gecam", "=====", ""]
    for task, of_task in groupby(rows, key=itemgetter("task")):
        lines += _section("gecam", "", [row["name"] for row in of_task], title=task, line="-")
    for room in ROOMS:
        if find_spec(f"gecam.{room}") is None:
            continue  # not built yet
        module = import_module(f"gecam.{room}")
        beside = [
            name
            for name in getattr(module, "__all__", ())
            if id(getattr(module, name)) not in documented
            and not inspect.ismodule(getattr(module, name))  # told on the page of architecture
        ]
        if beside:
            lines += _section(module.__name__, module.__doc__ or "", beside)
    rmtree(API, ignore_errors=True)  # pages of names that went away
    API.mkdir(parents=True)
    (API / "api.rst").write_text("\n".join(lines), encoding="utf-8")


def _section(
    module: str, text: str, names: list[str], *, title: str = "", line: str = "="
) -> list[str]:
    return [
        title or module,
        line * len(title or module),
        "",
        text,
        "",
        f".. currentmodule:: {module}",
        "",
        ".. autosummary::",
        "   :toctree: .",
        "",
        *(f"   {name}" for name in names),
        "",
    ]


def type_in_signature(app: Sphinx, env: BuildEnvironment, node: Any, name: Element) -> Any:
    """Link a type in a signature to its page under the public name, or leave it as plain text.

    Signatures name the module that defines a type, and types of other projects by their usual short
    names. Links written in text are left to the check for missing targets.
    """
    if not isinstance(node.parent, SIGNATURE):
        return None
    python = env.domains["py"]
    last = node["reftarget"].rpartition(".")[2]
    for module in ("gecam", *(f"gecam.{room}" for room in ROOMS)):
        if (target := f"{module}.{last}") in python.objects:
            return python.resolve_xref(env, node["refdoc"], app.builder, "obj", target, node, name)
    for short, module in SHORT.items():
        if node["reftarget"].startswith(short):
            node["reftarget"] = module + node["reftarget"].removeprefix(short)
    return intersphinx.missing_reference(app, env, node, name) or name


def without_ranges(*event: Any) -> tuple[str | None, ...]:
    """Show the type of a parameter without its range, which the text of the parameter tells."""
    *_, signature, returns = event
    return tuple(text and RANGED.sub(r"\1", text) for text in (signature, returns))


def setup(app: Sphinx) -> None:
    """Hook them in: lists and pages must be there before anything is read."""
    # It adds a file to the pages and reads none; it does not say that pages may be read side by side.
    app.extensions["sphinx-mathjax-offline"].parallel_read_safe = True
    app.connect("config-inited", write_api)
    app.connect("config-inited", lambda *_: write_pages())
    app.connect("autodoc-process-signature", without_ranges)
    app.connect("missing-reference", type_in_signature, priority=400)  # before intersphinx
