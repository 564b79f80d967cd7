"""Configuration of the documentation; `make docs` builds it, without network."""

from __future__ import annotations

import importlib
from pathlib import Path

import gecam

project = "gecam"
author = "The gecam authors"
project_copyright = "The gecam authors, Apache-2.0"
version = release = gecam.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
]
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
suppress_warnings = ["toc.empty_glob"]  # a shelf may still be empty
templates_path = ["_templates"]

myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300

html_theme = "pydata_sphinx_theme"
html_title = "gecam"
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": False, "show_prev_next": False}

# Reference. Single backticks in docstrings are code; cross-references are written out.
default_role = "literal"
autosummary_generate = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_validation_checks = {"PR01", "PR02", "PR03", "RT03"}

# Names of other projects are not resolved: their inventories would have to be fetched.
nitpick_ignore_regex = [
    (r"py:.*", r"(np|numpy|npt|pd|pandas|xr|xarray|scipy|matplotlib|collections|typing|pathlib)\b.*"),
]

API = Path(__file__).parent / "reference" / "generated"
ROOMS = (
    "model", "codes", "uncertainty", "aggregation", "estimation", "results", "evaluation",
    "preparedness", "mortality", "publish", "io", "report", "database", "datasets",
)  # fmt: skip


def write_api(*_: object) -> None:
    """Write the list of public names: those of `gecam` itself, and what each room offers beside."""
    own = [name for name in gecam.__all__ if name != "__version__"]
    documented = {id(getattr(gecam, name)) for name in own}
    lines = ["gecam", "=====", "", *_summary("gecam", own)]
    for room in ROOMS:
        try:
            module = importlib.import_module(f"gecam.{room}")
        except ModuleNotFoundError as error:
            if error.name == f"gecam.{room}":
                continue
            raise
        names = [name for name in getattr(module, "__all__", ()) if id(getattr(module, name)) not in documented]
        if names:
            title = f"gecam.{room}"
            lines += [title, "=" * len(title), "", module.__doc__ or "", "", *_summary(title, names)]
    API.mkdir(parents=True, exist_ok=True)
    (API / "api.rst").write_text("\n".join(lines), encoding="utf-8")


def _summary(module: str, names: list[str]) -> list[str]:
    return [
        f".. currentmodule:: {module}",
        "",
        ".. autosummary::",
        "   :toctree: .",
        "",
        *(f"   {name}" for name in names),
        "",
    ]


def setup(app: object) -> None:
    """Hook the list of public names in, before autosummary looks for names."""
    app.connect("config-inited", write_api)  # type: ignore[attr-defined]
