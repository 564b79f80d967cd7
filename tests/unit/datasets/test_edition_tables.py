"""A case as tables and back: nothing is lost, equal cases give equal bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gecam.datasets import EDITIONS, case_at, load_edition, read_edition, write_edition
from gecam.errors import InputError
from gecam.estimation import canonical
from gecam.model import Relation


def test_an_invented_case_survives_the_round_trip(small_case, tmp_path):
    write_edition(small_case, tmp_path / "a")
    again = read_edition(tmp_path / "a")
    assert canonical(again) == canonical(small_case)
    write_edition(again, tmp_path / "b")
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_a_measured_overlap_survives_the_round_trip_and_changes_the_hash(small_case, tmp_path):
    first, second, *rest = small_case.crises
    bare, measured = (
        replace(
            small_case,
            crises=(
                replace(first, relations=(Relation("overlaps", second.id, "maps", **shared),)),
                second, *rest,
            ),
        )
        for shared in ({}, {"shared": 0.25, "shared_sd": 0.05})
    )  # fmt: skip
    write_edition(measured, tmp_path)
    assert canonical(read_edition(tmp_path)) == canonical(measured)
    assert canonical(measured) != canonical(bare)
    assert "shared" not in str(canonical(bare))  # inputs of before the field keep their hash


@pytest.mark.parametrize("name", EDITIONS)
def test_packaged_editions_rebuild_to_the_same_bytes(name, tmp_path):
    from importlib.resources import files

    write_edition(load_edition(name), tmp_path)
    packaged = files("gecam.datasets") / "editions" / name
    for file in sorted(tmp_path.iterdir()):
        assert file.read_bytes() == (packaged / file.name).read_bytes(), file.name


def test_an_edition_that_does_not_exist_says_which_do():
    with pytest.raises(InputError, match=", ".join(EDITIONS)):
        load_edition("1999")


def test_the_year_of_an_edition_may_be_a_number():
    by_text = load_edition("2022", revision="2024")
    by_number = load_edition(2022, revision=2024)
    assert canonical(by_number) == canonical(by_text)


def test_a_missing_table_is_named(small_case, tmp_path):
    write_edition(small_case, tmp_path)
    (tmp_path / "crises.csv").unlink()
    with pytest.raises(InputError, match=r"crises\.csv"):
        read_edition(tmp_path)


def test_the_year_of_a_scope_survives_the_round_trip_and_older_tables_keep_their_bytes(
    small_case, tmp_path
):
    first, *rest = small_case.footprints
    carried = replace(small_case, footprints=(replace(first, pin_scope_year=2021), *rest))
    write_edition(carried, tmp_path / "a")
    assert read_edition(tmp_path / "a").footprints[0].pin_scope_year == 2021
    assert canonical(read_edition(tmp_path / "a")) == canonical(carried)
    write_edition(small_case, tmp_path / "b")
    assert "pin_scope_year" not in (tmp_path / "b" / "footprints.csv").read_text(encoding="utf-8")
    assert "pin_scope_year" not in str(canonical(small_case))


@pytest.mark.raw
@pytest.mark.slow
def test_tools_rebuild_the_packaged_bytes(raw_dir, tmp_path, monkeypatch):
    from importlib.resources import files
    from pathlib import Path

    import build_editions
    import raw_files

    monkeypatch.setattr(raw_files, "RAW", raw_dir)
    monkeypatch.setattr(build_editions, "OUT", tmp_path)
    build_editions.main()
    packaged = Path(str(files("gecam.datasets"))) / "editions"
    made = {file.relative_to(tmp_path) for file in tmp_path.rglob("*.csv")}
    assert made == {file.relative_to(packaged) for file in packaged.rglob("*.csv")}
    for file in sorted(made):
        assert (tmp_path / file).read_bytes() == (packaged / file).read_bytes(), file


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("crises", ",2022-07-01,", ",,", r"Crisis.*reference_date"),
        ("sources", "publisher", "publishers", r"Source.*unknown column 'publishers'"),
    ],
)
def test_a_table_that_says_too_little_or_too_much_is_refused(
    small_case, tmp_path, table, old, new, message
):
    write_edition(small_case, tmp_path)
    path = tmp_path / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_edition(tmp_path)


def test_an_absent_column_is_the_default_of_its_field(small_case, tmp_path):
    write_edition(small_case, tmp_path)
    path = tmp_path / "crises.csv"
    rows = [line.rsplit(",", 1) for line in path.read_text(encoding="utf-8").splitlines()]
    assert rows[0][1] == "people_from"
    path.write_text("".join(f"{rest}\n" for rest, _ in rows), encoding="utf-8")
    assert {crisis.people_from for crisis in read_edition(tmp_path).crises} == {()}


def test_a_case_of_a_month_is_no_edition(tmp_path):
    with pytest.raises(InputError, match="carried forward to a month"):
        write_edition(case_at("2026-03"), tmp_path)
