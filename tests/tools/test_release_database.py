"""The packed database of the editions."""

from __future__ import annotations

import numpy as np
import pytest

import gecam as gc
import release_database


def test_the_database_holds_the_editions_and_can_make_them_again(tmp_path, monkeypatch):
    countries, load = ["COL", "SDN", "TCD"], gc.load_editions
    monkeypatch.setattr(
        gc, "load_editions", lambda *names: [x.restrict(countries) for x in load(*names)]
    )
    root = release_database.build(tmp_path / "e.pack", ("2024", "2025"), draws=100)
    assert (tmp_path / "e.pack").stat().st_size < 3e6
    database = gc.Database.unpack(tmp_path / "e.pack", tmp_path / "e.gecam", expected_root=root)
    assert database.releases()["name"].tolist() == ["2024", "2025"]
    rows = database.estimates("2025", breakdown="total").set_index("id")["mean"]
    est = gc.estimate(gc.load_edition("2025").restrict(countries), draws=100)
    complete = gc.complete_estimates(est, gc.load_regional_plans("2025")).totals().summary()
    for total, mean in zip(complete["total"], complete["mean"], strict=True):
        assert rows[f"total/{total}"] == pytest.approx(mean)
    assert not database["2025"].has_draws
    assert np.array_equal(database["2025"].load().draws, est.draws, equal_nan=True)
    assert database.diff("2024", "2025", by_cause=False).years == (2024, 2025)
