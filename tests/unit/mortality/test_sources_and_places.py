"""Who reported, where people died, and from where they came."""

import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.mortality import (
    crisis_country_deaths,
    deaths_by_country,
    histories_of_kinds,
    named_sources,
    source_counts,
    source_kind,
)


def test_who_passed_a_report_on_is_no_second_source():
    assert named_sources("Libyan Red Crescent via IOM Libya") == ("libyan red crescent",)


def test_names_are_folded_and_counted_once():
    text = "Mixed Migration Monitoring Mechanism Initative (4mi); mixed  migration monitoring "
    text += "mechanism initiative (4Mi), l&#039;Unione"
    assert named_sources(text) == (
        "mixed migration monitoring mechanism initiative (4mi)",
        "l'unione",
    )
    assert named_sources(" , ;") == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Guardia Costiera", "authorities"),
        ("Pima County Office of the Medical Examiner (PCOME)", "authorities"),
        ("UNHCR Italy", "IOM and UN"),
        ("Libyan Red Crescent", "civil society"),
        ("SOS Méditerranée", "civil society"),
        ("Times of Malta", "media"),
    ],
)
def test_kinds_of_source(name, kind):
    assert source_kind(name) == kind


def test_histories_leave_out_incidents_that_name_nobody():
    table = histories_of_kinds(pd.Series(["ANSA, UNHCR", "ansa", "", "IOM Libya"]))
    assert table.observed == 3
    assert table.pair("media", "IOM and UN") == (2, 2, 1)
    assert source_counts(pd.Series(["ANSA, UNHCR", ""])).tolist() == [2, 0]


PLACES = pd.DataFrame(
    [
        ("LBY", "UNK", 10), ("ITA", "SDN;TUN", 5), ("ITA", "TUN", 1), ("", "SDN", 2), ("SDN", "", 4),
        ("LBY", "SDN;UNK", 7),
    ],
    columns=["country", "country_of_origin", "dead_and_missing"],
)  # fmt: skip


def test_each_incident_counts_once_in_or_from():
    answer = crisis_country_deaths(PLACES, ["LBY", "SDN"])
    assert answer.recorded == 29
    assert answer.within == 21
    assert answer.people_from == 2  # the only incident all of whose origins are on the list
    assert answer.people_from_at_most == 14
    assert answer.within_or_from == 28
    assert answer.origin_unknown == 14
    assert answer.country_unknown == 2
    assert answer.share_within_or_from == pytest.approx(28 / 29)


def test_more_countries_never_mean_fewer_deaths():
    few, many = (
        crisis_country_deaths(PLACES, countries) for countries in (["LBY"], ["LBY", "SDN", "TUN"])
    )
    assert few.within_or_from <= many.within_or_from <= few.recorded


def test_deaths_by_country_part_sole_from_shared_origins():
    table = deaths_by_country(PLACES)
    assert table.loc["TUN"].tolist() == [0, 1, 6]
    assert table.loc["SDN"].tolist() == [4, 2, 14]
    assert "UNK" not in table.index


def test_impossible_inputs_are_errors():
    with pytest.raises(InputError, match=r"Nearest: LBY \(Libya\)"):
        crisis_country_deaths(PLACES, ["Libyya"])
    with pytest.raises(InputError, match="country_of_origin is missing"):
        deaths_by_country(PLACES[["country", "dead_and_missing"]])
    with pytest.raises(InputError, match="no deaths"):
        crisis_country_deaths(PLACES[:0], ["LBY"])
