"""The packaged figures of deaths are what the tool makes of the publisher's files, to the byte."""

from pathlib import Path

import pandas as pd
import pytest

import build_deaths
import raw_files

ROOT = Path(__file__).resolve().parents[2]
PACKAGED = ROOT / "src" / "gecam" / "datasets" / "deaths"


@pytest.fixture
def tool(monkeypatch, raw_dir):
    """Return tools/build_deaths.py as a module that reads the raw folder."""
    monkeypatch.setattr(raw_files, "RAW", raw_dir)
    return build_deaths


@pytest.mark.raw
@pytest.mark.slow
def test_rebuilding_gives_the_same_bytes_and_the_same_page(tool, tmp_path):
    files = tool.incidents()
    built = tool.tables(files)
    for name, table in built.items():
        tool.write(table, tmp_path / f"{name}.csv")
        assert (tmp_path / f"{name}.csv").read_bytes() == (PACKAGED / f"{name}.csv").read_bytes()
    page = tool.PAGE.read_text(encoding="utf-8")
    assert tool.replaced(page, "revisions", tool.revision_table(files)) == page


def test_the_page_shows_the_packaged_differences_between_files(tool):
    page = tool.PAGE.read_text(encoding="utf-8")
    table = tool.layout_table(pd.read_csv(PACKAGED / "layouts.csv"))
    assert tool.replaced(page, "layouts", table) == page
    assert "| 75,068 |" in table


def test_another_file_than_the_one_looked_at_is_refused(tmp_path, monkeypatch):
    file = "stock/iom_mmp_reduced_2014_2025-04.csv.gz"
    (tmp_path / "stock").mkdir()
    (tmp_path / file).write_bytes(b"another file")
    monkeypatch.setattr(raw_files, "RAW", tmp_path)
    with pytest.raises(SystemExit, match=r"then update tools/manifest\.csv"):
        raw_files.checked(file)
