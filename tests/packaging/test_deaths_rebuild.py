"""The packaged figures of deaths are what the tool makes of the publisher's files, to the byte."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGED = ROOT / "src" / "gecam" / "datasets" / "deaths"


@pytest.fixture
def tool(monkeypatch, raw_dir):
    """Return tools/build_deaths.py as a module that reads the raw folder."""
    monkeypatch.setenv("GECAM_RAW", str(raw_dir))
    spec = importlib.util.spec_from_file_location(
        "build_deaths", ROOT / "tools" / "build_deaths.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.raw
@pytest.mark.slow
def test_rebuilding_gives_the_same_bytes_and_the_same_page(tool, tmp_path):
    files = {source: tool.read(*tool.FILES[source][:2]) for source in tool.FILES}
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


@pytest.mark.raw
def test_another_file_than_the_one_looked_at_is_refused(tool):
    with pytest.raises(SystemExit, match="look at it, then update FILES"):
        tool.read("iom_mmp_reduced_2014_2025-04.csv.gz", "0" * 64)
