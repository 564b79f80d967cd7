"""`gecam estimate --by area` and the section of a brief, as a program and a reader see them."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from gecam.cli.main import app

RUN = CliRunner()
CHAD = ("estimate", "--edition", "2026", "--destination", "Chad", "--by", "area", "--draws", "200")


def square(code: str, x: float) -> dict[str, object]:
    ring = [[x, 10.0], [x + 1, 10.0], [x + 1, 11.0], [x, 11.0], [x, 10.0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


@pytest.fixture
def shapes(tmp_path):
    """Two invented squares with codes of Chad's provinces, and one of another country."""
    features = [square("TCD14", 20.0), square("TCD17", 21.0), square("SD01", 22.0)]
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def test_rows_by_area_with_their_rates_and_the_effect_of_place():
    result = RUN.invoke(app, [*CHAD, "--json"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["schema"] == "gecam.areas/1"
    rows = answer["rows"]
    assert {row["destination"] for row in rows} == {"TCD"}
    assert rows[0]["area_name"] == "Ouaddai"
    assert rows[0]["mean"] > rows[1]["mean"]
    assert rows[0]["per_100"] > rows[0]["residents_per_100"] > 0
    (place,) = answer["place"]
    assert place["effect"] == pytest.approx(place["national"] / place["before_raking"])
    hidden = [row for row in rows if row["status"] == "suppressed"]
    assert all(row["mean"] is None for row in hidden)


def test_rows_are_printed_and_written_with_a_map(shapes, tmp_path):
    pytest.importorskip("pyproj", reason='needs the extra "geo"')
    out = tmp_path / "out"
    files = ["--areas", str(shapes), "--area-name", "code", "--out", str(out)]
    result = RUN.invoke(app, [*CHAD, *files])
    assert result.exit_code == 0, result.output
    assert "Ouaddai" in result.stdout
    assert "as OCHA published them for 2025" in " ".join(result.stdout.split())
    table = pd.read_csv(out / "by_area.csv")
    assert table["country"].eq("Chad").all()
    assert {"effect_of_place.csv", "by_area.png"} <= {file.name for file in out.iterdir()}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--by", "area,sex"], "write --by area"),
        (["--by", "area", "--measure", "severe"], "people in need"),
        (["--by", "area", "--area-name", "code"], "it goes with --areas"),
    ],
)
def test_what_does_not_go_with_areas_is_refused(options, words):
    result = RUN.invoke(app, ["estimate", *options])
    assert result.exit_code == 2
    assert words in " ".join(result.output.replace("│", " ").split())


def test_the_brief_says_where_in_the_country_they_are():
    result = RUN.invoke(
        app, ["prepare", "--edition", "2026", "--country", "TCD", "--draws", "200", "--json"]
    )
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout)
    assert record["schema"] == "gecam.prepare/4"
    assert record["areas"][0]["area_name"] == "Ouaddai"
    assert record["effect_of_place"][0]["group"] == "other"
