"""Published counts of groups: a share, a count, or a figure that is shown with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from gecam.datasets import case_from_files
from gecam.estimation import estimate

HEAD = "Country ISO3,Description,Cluster,Category,Population,In Need,Targeted\n"
SUDAN = HEAD + "SDN,Final,ALL,,50000000,30000000,\n"
UNHCR = (
    "year,coo_iso,coa_iso,refugees,asylum_seekers,oip\n"
    "2024,ERI,SDN,800000,50000,\n2025,ERI,SDN,800000,50000,\n"
)


def counts(tmp_path: Path, row: str):
    needs, unhcr = tmp_path / "hpc_hno_2025.csv", tmp_path / "unhcr.csv"
    needs.write_text(SUDAN + row, encoding="utf-8")
    unhcr.write_text(UNHCR)
    made = case_from_files([needs, unhcr])
    (footprint,) = made.case.footprints
    told = [line for line in made.taken if line.startswith("published group")]
    assert len(told) == len(footprint.counts)
    return made, footprint.counts


@pytest.mark.parametrize(
    ("row", "group", "use", "present", "reason"),
    [
        # in need over the people present that the file states: 0.8
        ("SDN,Final,ALL,Refugees,900000,720000,\n", "protection", "share", 900_000, "stated beside"),
        ("SDN,Final,ALL,Refugiados,892161,892161,\n", "protection", "share", 892_161, "by rule"),
        # registered: 850,000
        ("SDN,Final,ALL,Refugees,,800000,\n", "protection", "share", 850_000, "UNHCR registers"),
        ("SDN,Final,ALL,Refugees,,990000,\n", "protection", "related", None, "hosts or planned"),
        ("SDN,Final,ALL,Refugees,500000,560000,\n", "protection", "related", 500_000, "more than the"),
        ("SDN,Refugee response,MS,,,800000,\n", "protection", "related", None, "a sector's count"),
        ("SDN,Final,ALL,Refugees and migrants,,9000,\n", "migrants", "related", None, "not told apart"),
        ("SDN,Final,ALL,Migrants,,40000,\n", "other", "count", None, "of all sectors"),
        ("SDN,Final,ALL,Migrants,50000,40000,\n", "other", "share", 50_000, "stated beside"),
        ("SDN,Final,ALL,Migrants,,9000000,\n", "other", "related", None, "people who returned"),
    ],
)  # fmt: skip
def test_what_a_count_may_be_used_for(tmp_path, row, group, use, present, reason):
    _, (count,) = counts(tmp_path, row)
    assert (count.group, count.use, count.present) == (group, use, present)
    assert reason in count.note
    assert count.is_by_rule == (reason == "by rule")


def test_refugees_and_asylum_seekers_in_two_rows_are_added_and_narrower_rows_are_not(tmp_path):
    rows = (
        "SDN,Final,ALL,Refugees,800000,600000,\nSDN,Final,ALL,Asylum seekers,50000,40000,\n"
        "SDN,Final,ALL,Refugees - Children,400000,300000,\nSDN,Final,FSC,Refugees,,1,\n"
    )
    _, (count,) = counts(tmp_path, rows)
    assert (count.in_need, count.present) == (640_000, 850_000)


def test_a_published_share_is_the_answer_of_its_group(tmp_path):
    made, _ = counts(tmp_path, "SDN,Final,ALL,Refugees,850000,850000,\n")
    cell = next(x for x in estimate(made.case, draws=200).cells if x.group == "protection")
    assert cell.evidence_level == 1
