"""Published counts of refugees in need: the tag decides what a row may be used for."""

from __future__ import annotations

import pytest

from gecam.errors import InputError
from gecam.io.ocha.published_shares import read_published_shares

HEAD = "iso3,year,group,in_need,present,share,source_title,source_url,scope_note\n"


def shares(*rows: str) -> object:
    return read_published_shares((HEAD + "".join(row + "\n" for row in rows)).encode())


@pytest.mark.parametrize(
    ("note", "tag", "is_comparable"),
    [
        ("comparable: same date", "comparable", True),
        ('"comparable, weak: both rounded"', "comparable, weak", True),
        ("comparable by assumption: one number for both", "comparable by assumption", True),
        ("exceeds: holds hosts", "exceeds", False),
        ("year mismatch: present is of 2022", "year mismatch", False),
        ('"lower bound: targeted, not in need"', "lower bound", False),
        ("no denominator found; as recorded", "no denominator", False),
        ("not in PiN: outside the plan", "not in PiN", False),
        ("sector: of one sector", "sector", False),
    ],
)
def test_tags(note: str, tag: str, is_comparable: bool) -> None:
    row = shares(f"SDN,2024,refugees,963410,963410,1.0,OCHA,,{note}").rows.iloc[0]
    assert (row["tag"], row["is_comparable"]) == (tag, is_comparable)


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("refugees and asylum-seekers", "protection"),
        ("Palestine refugees", "protection"),
        ("migrants", "other"),
        ("migrants (WASH sector)", "other"),
        ("refugees and migrants (multisector)", "migrants"),
        ("Afghans in Iran and Pakistan (all statuses)", "migrants"),
        ("refugees and migrants (in PiN) / refugees and asylum-seekers (present)", "protection"),
    ],
)
def test_groups(words: str, group: str) -> None:
    table = shares(f"YEM,2024,{words},60000,70000,0.857,s,,comparable: x")
    assert table.rows.loc[0, "group"] == group


def test_blank_numbers_stay_missing_and_regions_have_no_code() -> None:
    row = shares(",2023,refugees and migrants,,6300000,0.734,s,,comparable: stated").rows.iloc[0]
    assert row["iso3"] == ""
    assert row["in_need"] != row["in_need"]
    assert row["share"] == 0.734


def test_a_share_that_is_no_ratio_is_said() -> None:
    table = shares(
        ",2024,refugees and migrants,4200000,6500000,0.678,s,,comparable: stated",
        "SDN,2022,refugees,925000,1130547,0.818,s,,comparable: x",
    )
    assert [n.count for n in table.notes if n.code == "SHARE_STATED"] == [1]


def test_unknown_tag_or_group_is_an_error() -> None:
    with pytest.raises(InputError) as caught:
        shares("SDN,2024,people,1,1,1,s,,compared", "SDN,2024,refugees,1,1,1,s,,sectoral thing")
    assert [(p.row, p.column) for p in caught.value.problems] == [
        (2, "group"), (2, "scope_note"), (3, "scope_note"),
    ]  # fmt: skip


@pytest.mark.raw
def test_raw_shares_have_22_comparable_rows_in_two_groups(raw_dir) -> None:
    table = read_published_shares(raw_dir / "crisis" / "refugees_in_need_published.csv")
    assert len(table.rows) == 72  # 24 were appended
    comparable = table.comparable()
    assert len(comparable) == 35
    comparable = comparable[comparable["line"] <= 49]
    assert len(comparable) == 22
    protection = comparable.loc[comparable["group"] == "protection", "share"]
    others = comparable.loc[comparable["group"] != "protection", "share"]
    assert (len(protection), len(others)) == (16, 6)
    assert [round(x, 2) for x in protection.quantile([0, 0.5, 1])] == [0.82, 1.00, 1.04]
    assert [round(x, 2) for x in others.quantile([0, 1])] == [0.52, 0.73]
    assert round(others.median(), 2) == 0.64
