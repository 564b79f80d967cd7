"""GATHER, HXL and SDMX: the forms in which rows and facts go out."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.database.releases.release_rows import ReleaseNote, estimate_rows
from gecam.database.releases.selection import typed
from gecam.database.storage.schema import ESTIMATES
from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.publish import (
    NOT_DONE,
    SDMX_COLUMNS,
    disclose,
    gather_checklist,
    hxl_tags,
    sdmx_rows,
    sdmx_structure,
)


def test_gather_has_its_eighteen_items_and_silence_is_not_done():
    checklist = gather_checklist({1: "migrants in need", 2: "  "})
    assert checklist["item"].tolist() == list(range(1, 19))
    assert checklist["answer"].tolist() == ["migrants in need", *[NOT_DONE] * 17]
    with pytest.raises(InputError, match=r"items 1 to 18: got \[19\]"):
        gather_checklist({19: "x"})


def test_hashtags_are_well_formed_and_tell_columns_apart():
    hxl = pytest.importorskip("hxl")
    tags = [tag for tag in hxl_tags(["people", "interval", *ESTIMATES]) if tag]
    assert len(set(tags)) == len(tags)
    for tag in tags:
        column = hxl.model.Column.parse(tag, use_exception=True)
        assert column.display_tag == tag


@pytest.fixture(scope="module")
def rows(small_case):
    return typed(estimate_rows(estimate(small_case, draws=50, seed=1), ReleaseNote("r1", "x")))


def test_sdmx_has_one_observation_per_row_and_keys_are_unique(rows):
    sdmx = sdmx_rows(rows)
    assert list(sdmx.columns) == list(SDMX_COLUMNS)
    key = list(SDMX_COLUMNS[4:13])
    assert len(sdmx) == len(rows)
    assert not sdmx.duplicated(key).any()
    assert (sdmx[key] != "").all(axis=None)
    np.testing.assert_array_equal(sdmx["OBS_VALUE"], rows["mean"])
    assert sdmx["OBS_STATUS"].eq("M").tolist() == rows["mean"].isna().tolist()


def test_every_column_and_code_of_the_observations_is_in_the_structure(rows):
    observations = sdmx_rows(rows)
    said = sdmx_structure(observations, made_on="2026-01-01T00:00:00Z")["data"]
    parts = said["dataStructures"][0]["dataStructureComponents"]
    named = [c["id"] for c in (
        *parts["dimensionList"]["dimensions"], parts["dimensionList"]["timeDimension"],
        *parts["measureList"]["measures"], *parts["attributeList"]["attributes"],
    )]  # fmt: skip
    assert sorted(named) == sorted(SDMX_COLUMNS[3:])
    for codes in said["codelists"]:
        column = observations[codes["id"].removeprefix("CL_")].astype(str)
        assert set(column) - {""} <= {code["id"] for code in codes["codes"]}


def test_sdmx_marks_what_is_hidden(rows):
    shown = disclose(rows.assign(is_public=False, mean=rows["mean"] / 1000)).rows
    sdmx = sdmx_rows(shown)
    hidden = sdmx["CONF_STATUS"].eq("C")
    assert hidden.tolist() == shown["status"].eq("suppressed").tolist()
    assert sdmx.loc[hidden, ["OBS_VALUE", "LOWER", "UPPER"]].isna().all(axis=None)
    assert sdmx.loc[hidden, "OBS_STATUS"].eq("M").all()
