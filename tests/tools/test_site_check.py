"""The check of the built documentation sees what it is there for."""

from __future__ import annotations

from site_check import LOOKED_FOR, not_found, not_told

ENTRIES = {words.lower(): [[k, "index-0", True]] for k, words in enumerate(LOOKED_FOR)}
INDEX = {"docnames": list(LOOKED_FOR.values()), "indexentries": ENTRIES}


def test_what_is_not_found_first_is_said():
    assert list(not_found(INDEX)) == []
    elsewhere = {**ENTRIES, "excel": [[0, "index-0", False]]}
    del elsewhere["own data"]
    faults = list(not_found({**INDEX, "indexentries": elsewhere}))
    assert [fault.split(":")[0] for fault in faults] == [
        "search for 'Excel'",
        "search for 'own data'",
    ]


def test_a_picture_without_a_sentence_is_said(tmp_path):
    told = "Migrants affected by country in 2022, as means with intervals."
    (tmp_path / "a.html").write_text(
        f'<img alt="{told}" src="../_images/a.png"><img alt="Map of it" src="../_images/b.png">'
        '<img src="../_images/c.png" /><img src="_static/logo.svg">'
    )
    faults = list(not_told(tmp_path))
    assert len(faults) == 2
    assert "'Map of it'" in faults[0]
