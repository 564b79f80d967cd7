"""Regional plans by host country: which figures are numbers in need of one group alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import gecam as gc
from gecam.datasets import EDITIONS
from gecam.errors import InputError
from gecam.model import RegionalPlans, RegionalRow, use_of_figure

ROOT = Path(__file__).resolve().parents[3]
# The nine usable of the seventeen figures that are stated for a host country, as their plans give them.
USABLE = {
    ("2022", "LBN", "PSE"): [207_000.0],
    ("2022", "LBN", "various"): [86_200.0],
    ("2022", "LBN", "SYR"): [1_500_000.0],
    ("2022", "BGD", "MMR"): [902_947.0],
    ("2024", "LBN", "SYR"): [1_360_000.0],
    ("2024", "LBN", "PSE"): [149_000.0, 23_000.0],
    ("2024", "LBN", "various"): [100_000.0],
    ("2025", "COL", "VEN"): [1_960_000.0],
}
UNUSABLE = {
    ("2022", "LBN", "LBN"): "nationals",
    ("2024", "LBN", "LBN"): "nationals",
    ("2022", "POL", "UKR"): "projection",
    ("2023", "COL", "VEN"): "all_groups",
    ("2024", "COL", "VEN"): "all_groups",
    ("2026", "BGD", "MMR"): "with_hosts",
    ("2026", "UGA", "SSD|COD|SOM|RWA|BDI|SDN"): "with_hosts",
}


@pytest.fixture(scope="module")
def stated():
    """Every figure in need that is stated for a host country, over all years."""
    years = [gc.load_regional_plans(y).chapters.assign(year=y) for y in EDITIONS]
    rows = pd.concat(years, ignore_index=True)
    return rows[rows["host"].ne("") & rows["in_need"].notna()]


@pytest.mark.parametrize(
    ("row", "use"),
    [
        (RegionalRow("LBN", "SYR", "people", 1_500_000), "in_need"),
        (RegionalRow("LBN", "LBN", "people", 2_200_000), "nationals"),
        (RegionalRow("TCD", "SDN", "nationals", 273_654), "nationals"),
        (RegionalRow("BGD", "MMR", "hosts", 541_021), "hosts"),
        (RegionalRow("COL", "VEN", "all_groups", 5_400_000), "all_groups"),
        (RegionalRow("BGD", "MMR", "with_hosts", 1_890_109), "with_hosts"),
        (RegionalRow("COL", "VEN", "on_the_move", 102_000), "on_the_move"),
        (RegionalRow("POL", "UKR", "people", 2_600_000, is_projection=True), "projection"),
        (RegionalRow("PER", "VEN", "people", None), "not_stated"),
        (RegionalRow("", "SYR", "people", 7_100_000), "by_plan"),
    ],
)
def test_each_rule_of_use(row, use):
    assert use_of_figure(row) == use


def test_nine_of_the_seventeen_stated_figures_are_used(stated):
    usable = stated[stated["use"] == "in_need"]
    by_place = usable.groupby(["year", "host", "origin"])["in_need"].agg(list)
    assert by_place.to_dict() == USABLE
    assert (len(stated), len(usable)) == (17, 9)


def test_each_of_the_other_eight_says_why(stated):
    others = stated[(stated["use"] != "in_need") & (stated["contents"] != "hosts")]
    by_place = others.set_index(["year", "host", "origin"])["use"]
    assert by_place.to_dict() == UNUSABLE
    hosts = stated[stated["contents"] == "hosts"]
    assert hosts[["host", "use"]].to_numpy().tolist() == [["BGD", "hosts"]]


@pytest.mark.parametrize("year", EDITIONS)
def test_a_number_targeted_is_never_one_in_need(year):
    chapters = gc.load_regional_plans(year).chapters
    assert chapters.loc[chapters["use"] == "in_need", "in_need"].notna().all()
    assert not (chapters["in_need"].isna() & chapters["use"].eq("in_need")).any()


def test_the_register_says_how_many_afghans_iran_counted():
    """UNHCR, Refugee Population Statistics: 780,000 at the end of 2020 and 2021, then 3.4 million."""
    plans = gc.load_regional_plans("2022")
    iran = [plans.registered(year)["IRN", "AFG"] for year in (2021, 2022)]
    assert iran[0] == pytest.approx(0.78e6, rel=0.05)
    assert iran[1] == pytest.approx(3.41e6, rel=0.01)


@pytest.mark.parametrize("year", EDITIONS)
def test_every_plan_of_an_edition_names_its_hosts(year):
    plans = gc.load_regional_plans(year).plans
    assert plans["hosts"].ne("").all()
    assert not plans["crisis"].duplicated().any()
    assert plans["crisis"].str.startswith(year).all()


def test_a_year_without_plans_and_a_table_without_a_column_are_refused():
    with pytest.raises(InputError, match="no edition '2019'"):
        gc.load_regional_plans("2019")
    plans = gc.load_regional_plans("2022")
    with pytest.raises(InputError, match=r"the table shares .* must have the column 'mean'"):
        RegionalPlans(2022, plans.plans, plans.chapters, plans.shares[["plan"]], plans.register)


@pytest.mark.raw
def test_the_tables_can_be_made_again(raw_dir, tmp_path):
    code = (
        "import build_regional, pathlib, sys;"
        "build_regional.OUT = pathlib.Path(sys.argv[1]); build_regional.main()"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT / "tools", check=True,
        env={**os.environ, "GECAM_RAW": str(raw_dir)}, capture_output=True,
    )  # fmt: skip
    packaged = ROOT / "src" / "gecam" / "datasets" / "regional"
    for table in ("plans", "chapters", "shares", "register"):
        assert (tmp_path / f"{table}.csv").read_bytes() == (packaged / f"{table}.csv").read_bytes()
