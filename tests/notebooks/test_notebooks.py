"""Every notebook runs from a clean kernel, top to bottom, without the network."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9]*.py"))
SECONDS = 300  # for one cell; the longest takes about a minute


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path, tmp_path):
    jupytext = pytest.importorskip("jupytext")
    nbclient = pytest.importorskip("nbclient")
    notebook = jupytext.read(path)
    nbclient.NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    shown = [
        kind for cell in notebook.cells for output in cell.get("outputs", ())
        for kind in output.get("data", ())
    ]  # fmt: skip
    if "gc.plot." in path.read_text(encoding="utf-8"):
        assert "image/png" in shown  # a figure, not the words for one


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_says_what_could_be_wrong_and_keeps_no_output(path):
    text = path.read_text(encoding="utf-8")
    assert "wrong" in text
    assert "# %%" in text
