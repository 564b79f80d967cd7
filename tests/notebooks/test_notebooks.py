"""Every notebook runs from a clean kernel, top to bottom, without the network, and is a page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path):
    pytest.importorskip("nbclient")
    import notebook_pages

    notebook = notebook_pages.run(path)
    pictures = [
        cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        for cell in notebook.cells for output in cell.get("outputs", ())
        if "image/png" in output.get("data", ())
    ]  # fmt: skip
    if "gc.plot." in path.read_text(encoding="utf-8"):
        assert pictures  # a figure, not the words for one
    for alt in pictures:  # a sentence for those who do not see it
        assert re.fullmatch(r"[A-Z].{30,}\.", alt), alt


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_says_what_could_be_wrong_and_keeps_no_output(path):
    text = path.read_text(encoding="utf-8")
    assert "wrong" in text
    assert "# %%" in text


def test_every_notebook_is_a_page_that_the_index_introduces(tmp_path):
    pytest.importorskip("jupytext")
    import notebook_pages

    notebook_pages.write_pages(tmp_path, stored=tmp_path / "none")
    pages = {path.stem: json.loads(path.read_text("utf-8")) for path in tmp_path.glob("*.ipynb")}
    assert sorted(pages) == [path.stem for path in NOTEBOOKS]
    index = (ROOT / "docs" / "notebooks" / "index.md").read_text(encoding="utf-8")
    for number, (stem, page) in enumerate(sorted(pages.items()), start=1):
        title, *text = page["cells"][0]["source"]
        assert re.match(rf"# {number:02} ", title)
        assert "without its outputs" in text[-1]
        assert re.search(rf"^\| \[{title[2:].strip()[:20]}.*\]\({stem}\.ipynb\) \| .{{30,}}\. \|$", index, re.M), stem
        assert re.search(rf"^{stem}$", index, re.M)  # in the list of pages
        others = [path for path in (ROOT / "docs").glob("*/*.md") if path.parent.name != "notebooks"]
        assert any(f"notebooks/{stem}.ipynb" in path.read_text("utf-8") for path in others), stem


def test_a_page_shows_the_outputs_of_this_script_and_package_only(tmp_path, monkeypatch):
    jupytext, nbformat = pytest.importorskip("jupytext"), pytest.importorskip("nbformat")
    import notebook_pages

    script = tmp_path / "01_of_a_test.py"
    script.write_text("# %% [markdown]\n# # 01 Of a test\n\n# %%\n1 + 1\n", encoding="utf-8")
    monkeypatch.setattr(notebook_pages, "SCRIPTS", [script])
    ran, page = jupytext.read(script), tmp_path / "pages" / "01_of_a_test.ipynb"
    page.parent.mkdir()
    ran.cells[1].outputs = [nbformat.v4.new_output("stream", text="2")]
    ran.metadata["made_from"] = notebook_pages.fingerprint(script)
    nbformat.write(ran, tmp_path / page.name)
    notebook_pages.write_pages(page.parent, stored=tmp_path)
    assert '"2"' in page.read_text(encoding="utf-8")
    script.write_text(script.read_text("utf-8") + "# changed\n", encoding="utf-8")
    notebook_pages.write_pages(page.parent, stored=tmp_path)
    assert '"2"' not in page.read_text(encoding="utf-8")
