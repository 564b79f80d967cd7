"""Notebooks as pages of the documentation: the tests run them once, the pages show what came out.

`run` runs a script of `notebooks` and stores it with its outputs in `build/notebooks`; `write_pages`,
called while the documentation is built, takes what is stored. Outputs of another script or another
package are not shown.
"""

from __future__ import annotations

import hashlib
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import jupytext
import nbformat

import gecam

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
STORED, PAGES = ROOT / "build" / "notebooks", ROOT / "docs" / "notebooks"
SECONDS = 300  # for one cell
WITH = "The outputs are those of `{script}` with gecam {version}; its test ran it."
WITHOUT = "This page shows `{script}` without its outputs: `make site` runs the notebooks first."


def run(script: Path) -> Any:
    """Run a notebook from a clean kernel in an empty folder, store it with outputs, and return it."""
    from nbclient import NotebookClient  # noqa: PLC0415 -- of the tests

    notebook = jupytext.read(script)
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(
            notebook, timeout=SECONDS, kernel_name="python3",
            resources={"metadata": {"path": folder}},
        ).execute()  # fmt: skip
    notebook.metadata["made_from"] = fingerprint(script)
    STORED.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, STORED / f"{script.stem}.ipynb")
    return notebook


def write_pages(folder: Path = PAGES, *, stored: Path = STORED) -> None:
    """Write a page for every notebook, with the outputs of this script and package if stored."""
    names = {f"{script.stem}.ipynb" for script in SCRIPTS}
    for page in folder.glob("*.ipynb"):
        if page.name not in names:
            page.unlink()
    for script in SCRIPTS:
        notebook, words = _stored(script, stored), WITH
        if notebook is None:
            notebook, words = jupytext.read(script), WITHOUT
        said = words.format(script=f"notebooks/{script.name}", version=gecam.__version__)
        notebook.cells[0].source += f"\n\n*{said}*"
        notebook.cells[0].setdefault("id", "title")
        text, page = nbformat.writes(notebook), folder / f"{script.stem}.ipynb"
        if (
            not page.exists() or page.read_text(encoding="utf-8") != text
        ):  # else it is not built again
            page.write_text(text, encoding="utf-8")


def _stored(script: Path, folder: Path) -> Any:
    """Return a notebook with its outputs; None if they are not those of this script and package."""
    path = folder / f"{script.stem}.ipynb"
    if not path.exists():
        return None
    notebook = nbformat.read(path, as_version=4)
    return notebook if notebook.metadata.get("made_from") == fingerprint(script) else None


def fingerprint(script: Path) -> str:
    """Return the hash of a script and of the package that it uses."""
    return hashlib.sha256(script.read_bytes() + _package()).hexdigest()


@cache
def _package() -> bytes:
    """Return the hash of code and figures of the package."""
    folder, digest = ROOT / "src" / "gecam", hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.digest()
