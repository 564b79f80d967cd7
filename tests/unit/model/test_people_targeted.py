"""Targeted and reached: published numbers by group, and the gap between in need and targeted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.datasets import load_targets
from gecam.errors import InputError
from gecam.io import read_file, read_hno
from gecam.model import published_targets

HEAD = (
    "Country ISO3,Admin 1 PCode,Description,Cluster,Category,Population,In Need,Targeted,"
    "Affected,Reached"
)


def targets(*rows: str) -> pd.DataFrame:
    return published_targets(read_hno("\n".join([HEAD, *rows]).encode()))


def test_the_group_of_all_sectors_comes_before_the_refugee_response():
    table = targets(
        "CMR,,Final caseload,ALL,,28600000,3369526,2302441,,",
        "CMR,,Final caseload,ALL,Refugees,,486347,389078,,120000",
        "CMR,,Refugee Response,MS,,,587818,470255,,",  # with 101,471 hosts
        "CMR,,Refugee Response,MS,Refugees,,486347,389078,,",
    )
    (row,) = table.to_dict("records")
    assert (row["group"], row["basis"], row["note"]) == ("protection", "group", "")
    assert (row["in_need"], row["targeted"], row["reached"]) == (486_347, 389_078, 120_000)
    assert row["not_targeted"] == 486_347 - 389_078
    assert row["targeted_share"] == pytest.approx(0.8, abs=1e-5)


def test_a_response_that_may_hold_hosts_says_so_and_its_refugees_come_first():
    table = targets(
        "CAF,,Final caseload,ALL,,6000000,2800000,1900000,,",
        "CAF,,Réponse aux Réfugiés,MS,,,82000,72000,,",
        "NER,,Final caseload,ALL,,26000000,4500000,3000000,,",
        "NER,,Réponse aux Réfugiés,MS,,,987792,394691,,",
        "NER,,Réponse aux Réfugiés,MS,Réfugiés,,290026,290026,,",
    ).set_index("destination")
    assert "hosts or planned arrivals" in table.loc["CAF", "note"]
    assert table.loc["NER", ["in_need", "not_targeted", "note"]].tolist() == [290_026, 0, ""]


def test_what_is_not_published_stays_missing():
    table = targets(
        "SDN,,Final caseload,ALL,,50000000,24000000,14000000,,",
        "SDN,,Final caseload,ALL,Refugees,900000,900000,,,",
        "YEM,,Final caseload,ALL,,38000000,18000000,11000000,,",
    )
    (row,) = table.to_dict("records")
    assert row["destination"] == "SDN"
    assert np.isnan([row["targeted"], row["not_targeted"], row["targeted_share"]]).all()


def test_migrants_are_told_apart_from_refugees():
    table = targets(
        "YEM,,Final caseload,ALL,,38000000,18000000,11000000,,",
        "YEM,,Refugees and Migrants Multisector,MS,,,192522,192522,,",
    )
    assert table["group"].tolist() == ["migrants"]


def test_packaged_targets_are_published_numbers():
    """South Sudan 2026, row of the refugee response of OCHA's file; Bangladesh 2022, JRP."""
    latest = load_targets("2026").set_index("destination")
    assert latest.loc["SSD", "not_targeted"] == 647_302 - 592_848
    assert latest.loc["TCD", ["in_need", "targeted"]].tolist() == [1_070_847, 1_070_847]
    assert "COL" not in latest.index  # its plan and chapter publish no targeted of 2026
    rohingya = load_targets("2022").set_index("destination").loc["BGD"]
    assert (rohingya["basis"], rohingya["not_targeted"]) == ("regional plan", 0)
    assert "SYR" not in set(load_targets("2024")["destination"])  # an error of the source
    with pytest.raises(InputError, match="no edition '1999'"):
        load_targets("1999")


@pytest.mark.raw
def test_packaged_targets_are_those_of_the_file(raw_dir):
    made = published_targets(read_file(raw_dir / "crisis" / "hpc_hno_2026.csv").value)
    pd.testing.assert_frame_equal(made, load_targets("2026"), check_dtype=False)
