"""People in need by area: what a brief says of them, and a map."""

from __future__ import annotations

import html
import io
import re
from importlib import import_module

import numpy as np
import pytest
from rich.console import Console
from scipy.special import expit, logit
from typer.testing import CliRunner

from gecam import by_area, complete_estimates, load_areas, load_regional_plans
from gecam.cli.main import app
from gecam.database import published_answer
from gecam.errors import InputError
from gecam.geo import Shapes
from gecam.publish import rows_by_area
from gecam.report import area_map, areas_table, in_the_language, page, print_areas
from gecam.report.areas import areas_of_countries, areas_section
from gecam.results import flag_text, published_table

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')


@pytest.fixture(scope="module")
def areas(chad_and_colombia):
    return by_area(chad_and_colombia, load_areas("2026"))


def test_a_section_says_what_the_areas_rest_on(areas):
    (section,) = areas_section(areas, "TCD", explain="gecam explain TCD")
    text = " ".join(getattr(block, "text", "") for block in section.blocks)
    assert "as OCHA published them for 2025" in text
    assert "Nobody counted other migrants by area" in text
    row = areas.place.iloc[0]
    assert (
        f"multiplies their number by {row.effect:.2f} ({row.lower:.2f} to {row.upper:.2f})" in text
    )
    assert not list(areas_section(areas, "COL"))  # its people stand in a regional plan


def test_a_table_has_people_and_rates_of_each_area(areas):
    table = areas_table(rows_by_area(areas), is_one_country=True)
    assert table.columns[0] == "area"
    first = table.rows[0]
    assert first[0] == "Ouaddai"
    assert all("(" in cell for cell in first[1:4])


def test_a_table_and_its_sentence_say_the_threshold_that_hid_areas(areas):
    """Of 20,000 people: Chad has areas of more and of fewer."""
    (of_chad,) = (x for x in areas_of_countries(areas, threshold=20_000.0) if x["place"] == "TCD")
    assert "Areas of fewer than 20,000 people are not shown" in " ".join(of_chad["notes"])
    rows = rows_by_area(areas, threshold=20_000.0)
    shown = areas_table(rows, is_one_country=True).rows
    assert "not shown" in {row[1] for row in shown}
    numbers = [float(row[1].split(" (")[0].replace(",", "")) for row in shown if "(" in row[1]]
    assert numbers
    assert min(numbers) >= 20_000
    console = Console(file=io.StringIO(), width=500)
    print_areas(areas, rows, console)
    text = console.file.getvalue()
    assert "Areas of fewer than 20,000 people are not shown" in text
    assert "than 100 people" not in text
    with in_the_language("fr"):
        (of_chad,) = (
            x for x in areas_of_countries(areas, threshold=20_000.0) if x["place"] == "TCD"
        )
        assert "moins de 20,000 personnes" in " ".join(
            of_chad["notes"]
        )  # digits follow on the page


def test_a_map_colours_areas_by_code_or_name_and_leaves_others_grey(areas):
    shapes = Shapes.of(
        ["TCD14", "wadi fira", "elsewhere"], [shapely.box(i, 0, i + 1, 1) for i in range(3)]
    )
    drawn = area_map(areas, shapes, destination="Chad")
    assert "(logarithmic)" in drawn.artists["colorbar"].ax.get_ylabel()
    linear = area_map(areas, shapes, destination="Chad", scale="linear").artists
    assert linear["areas"].get_clim()[0] == 0
    assert linear["colorbar"].ax.get_ylabel() == "migrants in need, persons"
    values = drawn.artists["areas"].get_array()
    assert values.mask.tolist() == [False, False, True]
    people = rows_by_area(areas).set_index("area")["mean"]
    np.testing.assert_allclose(values[:2], people[["TCD14", "TCD17"]])
    largest = float(people["TCD14"])  # Ouaddai alone has so many
    drawn_alone = area_map(areas, shapes, destination="Chad", threshold=largest).artists["areas"]
    assert drawn_alone.get_array().mask.tolist() == [False, True, True]
    assert "1 areas without figures are grey" in drawn.ax.get_xlabel()
    with pytest.raises(InputError, match="no shape has the code or name"):
        area_map(areas, Shapes.of(["X"], [shapely.box(0, 0, 1, 1)]), destination="Chad")


@pytest.fixture(scope="module")
def complete(chad_and_colombia):
    return complete_estimates(chad_and_colombia, load_regional_plans("2026"))


@pytest.fixture(scope="module")
def all_areas(chad_and_colombia, complete):
    """People of regional plans too: all of Colombia's."""
    return by_area(chad_and_colombia, load_areas("2026"), complete=complete)


@pytest.fixture(scope="module")
def pages(chad_and_colombia, complete, all_areas):
    """Pages by language, without pictures; under "" one without areas."""
    answer = published_answer(complete)
    written = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("gecam.report.page"), "pictures_of", lambda *_: [])
        for key, areas in (("en", all_areas), ("fr", all_areas), ("", None)):
            with in_the_language(key or "en"):
                written[key] = page(chad_and_colombia, answer, areas=areas)
    return written


def section_of(text, place):
    """Return what stands before the table of a country, and its rows as texts."""
    section = re.search(rf'<details id="areas-{place}">(.*?)<div(.*?)</details>', text, flags=re.S)
    rows = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", section[2], flags=re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.S) for row in rows]
    return html.unescape(section[1]), [tuple(map(html.unescape, row)) for row in cells]


def test_the_report_has_the_rows_that_may_be_shown(pages, all_areas):
    text, rows = pages["en"], rows_by_area(all_areas)
    for place in ("TCD", "COL"):
        expected = areas_table(rows[rows["destination"].eq(place)], is_one_country=True)
        notes, shown = section_of(text, place)
        assert tuple(shown) == expected.rows
        assert flag_text("AREAS_OF_ANOTHER_YEAR") in notes
        # Venezuelans were counted; other migrants of Chad were not
        assert ("spread like residents" in notes) is (place == "TCD")
    # published text of Ouaddai: the mean as `published_columns` rounds it
    ouaddai = rows[rows["area"].eq("TCD14")].iloc[0]
    (cell,) = (row[1] for row in section_of(text, "TCD")[1] if row[0] == "Ouaddai")
    assert cell.startswith(f"{ouaddai['people']} (")
    assert "multiplies their number by" in section_of(text, "TCD")[0]


def test_areas_of_the_report_add_up_to_the_row_of_the_country(pages, all_areas, complete):
    """Chad's plan, and the regional plan of Colombia: sums of rounded means."""
    by_country = all_areas.by("destination").summary().set_index("destination")
    national = published_table(all_areas.by("destination")).set_index("destination")["estimate"]
    (cell,) = (i for i, x in enumerate(complete.cells) if x.destination == "COL")
    assert by_country.loc["COL", "mean"] == pytest.approx(complete.draws[cell].mean(), rel=1e-12)
    text = pages["en"]
    for place in ("TCD", "COL"):
        _, rows = section_of(text, place)
        people = [
            float(row[1].split(" (")[0].replace(",", "")) for row in rows if row[1][0].isdigit()
        ]
        assert sum(people) == pytest.approx(by_country.loc[place, "mean"], rel=0.02)
        assert float(national[place].replace(",", "")) == pytest.approx(sum(people), rel=0.06)


def test_the_report_is_in_french_with_the_same_rows(pages):
    text = pages["fr"]
    assert '<h2 id="areas">Par zone</h2>' in text
    notes, rows = section_of(text, "TCD")
    assert "telles que OCHA les a publiées pour 2025" in notes
    assert len(rows) == len(section_of(pages["en"], "TCD")[1])
    assert rows[0][0] == "Ouaddai"


def test_a_report_without_areas_says_nothing_of_them(pages):
    text = pages[""]
    assert 'id="areas' not in text
    head, _, rest = pages["en"].partition('<h2 id="areas">')
    link = '<li><a href="#areas">By area</a></li>\n'
    assert head.replace(link, "") + rest[rest.index('<h2 id="countries">') :] == text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--edition", "2022"], "editions with areas: 2024, 2025, 2026"),
        (["--edition", "2026", "--all-years"], "of one packaged edition"),
        (["--edition", "2026", "--measure", "severe"], "people in need of one packaged edition"),
    ],
)
def test_tables_by_area_are_refused_where_there_are_none(tmp_path, words, message):
    out = str(tmp_path / "report.html")
    answer = CliRunner().invoke(app, ["report", *words, "--area-tables", "--out", out])
    assert answer.exit_code == 2
    assert message in " ".join(answer.output.replace("│", " ").split())


def test_people_in_need_in_bogota_follow_from_published_counts(all_areas, complete):
    """Bogotá in 2026, derived anew from published counts and the national draws, by other code.

    Venezuelans in Bogotá D.C.: 337,594 of 1,729,537 (Migración Colombia, 31 December 2020); departments
    without a count share the rest like residents. Residents in need there: 839,899 of 7,937,898 (OCHA's
    overview of 2025). Homes are Dirichlet with kappa 50; needs err by 0.2 (grade B) and 0.86 (one year)
    on the logit scale. The odds ratio is one for all areas, so that raking decides its size: one shift
    of logits in each draw makes up the national row.
    """
    (table,) = (x.rows for x in load_areas("2026") if x.destination == "COL")
    table = table[table["in_need"].notna() & table["residents"].notna()].reset_index(drop=True)
    bogota = table.index[table["area"].eq("CO11")][0]
    assert table.loc[bogota, ["in_need", "residents"]].tolist() == [839_899, 7_937_898]
    assert table.loc[bogota, "migrants"] == 337_594
    counted, residents = table["migrants"].to_numpy(float), table["residents"].to_numpy(float)
    rest = np.isnan(counted)
    homes = np.where(
        rest, (1_729_537 - np.nansum(counted)) * residents / residents[rest].sum(), counted
    )
    (cell,) = (i for i, x in enumerate(complete.cells) if x.destination == "COL")
    of_colombia = all_areas.rows.labels["destination"].eq("COL").to_numpy()
    migrants, national = np.nansum(all_areas.migrants[of_colombia], axis=0), complete.draws[cell]

    rng, times = np.random.default_rng(7), 5
    stock, need = np.tile(migrants, times), np.tile(national, times)
    live = rng.dirichlet(50 * homes / homes.sum(), len(stock)) * stock[:, None]
    logits = logit(table["in_need"].to_numpy(float) / residents)
    logits = logits + np.hypot(0.2, 0.86) * rng.standard_normal(live.shape)
    low, high = np.full(len(stock), -20.0), np.full(len(stock), 20.0)
    for _ in range(40):  # bisection for the shift of logits
        middle = (low + high) / 2
        is_over = (live * expit(logits + middle[:, None])).sum(axis=1) > need
        low, high = np.where(is_over, low, middle), np.where(is_over, middle, high)
    derived = (live * expit(logits + high[:, None]))[:, bogota]

    rows = all_areas.by("area")
    draws = rows.draws[rows.labels["area"].eq("CO11").to_numpy()][0]
    error = draws.std() * np.sqrt((1 + 1 / times) / len(draws))
    assert draws.mean() == pytest.approx(derived.mean(), abs=3 * error)
    # not the count alone, who would be more: fewer residents are in need there than elsewhere
    assert derived.mean() < 0.95 * 337_594 / 1_729_537 * national.mean()
    assert np.quantile(draws, [0.05, 0.5, 0.95]) == pytest.approx(
        np.quantile(derived, [0.05, 0.5, 0.95]), rel=0.15
    )
