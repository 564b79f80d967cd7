"""Personal data: what is refused, and what is not mistaken for it."""

from __future__ import annotations

import pandas as pd
import pytest

from gecam.datasets import EDITIONS, load_edition
from gecam.errors import InputError
from gecam.publish import personal_data, refuse_personal_data, refuse_personal_texts


@pytest.mark.parametrize(
    "name",
    ["lat", "Latitude", "LONGITUDE", "Location Coordinates", "GPS point", "first_name", "Surname",
     "Full Name", "phone", "Mobile number", "E-mail", "passport no", "case number", "date of birth",
     "National ID", "geometry"],
)  # fmt: skip
def test_columns_that_locate_or_name_persons_are_refused(name):
    with pytest.raises(InputError, match="personal data are not taken in") as error:
        refuse_personal_data(pd.DataFrame({"iso3": ["SDN"], name: [1]}), table="t")
    assert [p.column for p in error.value.problems] == [name]


@pytest.mark.parametrize(
    "name",
    ["iso3", "people", "latest", "longest", "place", "as_of", "name", "platform", "emails_sent"],
)
def test_other_columns_are_taken(name):
    assert bool(personal_data(pd.DataFrame({name: [1]}), table="t")) == (name == "emails_sent")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to amna.k@example.org please", "an e-mail address"),
        ("call +249 91 234 5678", "a telephone number"),
        ("+39 06 1234567", "a telephone number"),
        ("found at 35.1264, 33.4299", "coordinates"),
        ("-12.34567 / 45.98765", "coordinates"),
        ("15°30'N", "coordinates"),
    ],
)
def test_texts_with_contacts_or_coordinates_are_refused(text, kind):
    with pytest.raises(InputError, match=kind) as error:
        refuse_personal_texts({"reason": text})
    assert text not in str(error.value)  # the value itself is not spread further


@pytest.mark.parametrize(
    "text",
    ["24,380,455 people", "2022-07-01", "PiN of 14.3 and 24.8 million", "0.35, 0.47", "page 12-14",
     "https://data.humdata.org/dataset/x?id=12345678", "+390,589 people", "a share of 0.1234",
     "ISO 3166"],
)  # fmt: skip
def test_figures_dates_and_addresses_of_pages_are_taken(text):
    refuse_personal_texts({"x": text})


@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_in_an_edition_is_mistaken(edition):
    case = load_edition(edition)
    texts = {
        f"{f.crisis} {i}": t
        for f in case.footprints
        for i, t in enumerate((f.note, f.pin_scope_source))
    }
    texts |= {f"{f.crisis} {i}": c.note for f in case.footprints for i, c in enumerate(f.counts)}
    texts |= {c.id: f"{c.name} {c.onset_source}" for c in case.crises}
    refuse_personal_texts(texts)
    for frame in (case.stock.people, case.population.people, case.protected.people):
        refuse_personal_data(frame, table="x")


def test_the_first_cell_that_tells_is_named_and_its_value_is_not():
    frame = pd.DataFrame({"note": ["fine", "ask a.b@example.org", "ask c.d@example.org"]})
    (problem,) = personal_data(frame, table="incidents")
    assert (problem.row, problem.column) == (2, "note")
    assert "example" not in str(problem)


@pytest.mark.parametrize(
    "text", ["1.1111" + " " * 20_000, "location_" * 5_000, "a@" + "-" * 40_000]
)
def test_the_time_of_the_check_grows_like_the_length_of_the_text(growth, text):
    start, pump = text[:6], text[6:]
    assert growth(lambda size: refuse_personal_texts({"x": start + pump[:size]})) < 1.5


@pytest.mark.parametrize("gap", [", ", " ", "\t", " / ", "N, ", "°  ", " \n"])
def test_two_figures_with_four_decimals_are_coordinates_however_they_are_set_apart(gap):
    with pytest.raises(InputError, match="coordinates"):
        refuse_personal_texts({"x": f"at 35.1264{gap}-33.4299"})


def test_two_columns_of_one_name_are_both_looked_at():
    frame = pd.DataFrame([["fine", "ask a.b@example.org"]], columns=["note", "note"])
    (problem,) = personal_data(frame, table="incidents")
    assert (problem.row, problem.column) == (1, "note")
