"""Records of events: what enters, what is said about it, movements against people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, chi2

from gecam.errors import InputError, NotEstimatedError
from gecam.estimation import estimate
from gecam.io import read_gidd
from gecam.model import OddsRatioPrior
from gecam.preparedness import (
    EventSet,
    by_first_year,
    migrant_events,
    migrants_of,
    recorded_events,
)
from gecam.uncertainty import LogNormal

HEADER = "iso3,year,event_name,hazard_type_name,new_displacement,total_displacement\n"


def record(counts, *, iso3="MOZ", start=2010, people=1000.0):
    years = np.repeat(np.arange(start, start + len(counts)), counts)
    frame = pd.DataFrame({"iso3": iso3, "year": years, "people": people})
    other = pd.DataFrame({"iso3": "KEN", "year": [start, start + len(counts) - 1], "people": 1.0})
    return pd.concat([frame, other], ignore_index=True)


def test_the_average_is_the_sum_over_the_years_of_the_record_not_of_the_events():
    events = recorded_events(record([3, 0, 1, 0]), "MOZ", first=2010)
    assert (events.years, len(events)) == (4, 4)
    assert float(events.average_annual) == 1000.0
    assert events.counts.tolist() == [3, 0, 1, 0]


def test_idmc_counts_movements_and_blanks_are_not_zero():
    rows = "MOZ,2019,Idai,Storm,478000,\nMOZ,2019,flood,Flood,,12\nMOZ,2020,x,Flood,2000,\n"
    events = recorded_events(read_gidd((HEADER + rows).encode()), "MOZ", first=2019)
    assert events.unit == "movements"
    assert sorted(events.people) == [2000.0, 478000.0]
    assert events.notes[0].startswith("1 event without a number of people")
    assert any("movements, not people" in note for note in events.notes)


def test_movements_become_people_by_a_stated_factor_only():
    events = EventSet([1000.0], [0.1], "movements")
    with pytest.raises(InputError, match="as_people"):
        migrant_events(
            events,
            LogNormal(1.0, 0.1),
            10.0,
            odds_ratio=OddsRatioPrior.judged_2024(),
            destination="MOZ",
        )
    people = events.as_people(0.7, basis="survey of 2021")
    assert (people.unit, people.people.tolist()) == ("people", [700.0])
    assert people.notes[-1] == "0.7 people per movement (survey of 2021)"
    for factor, basis in ((1.2, "x"), (0.0, "x"), (0.5, " ")):
        with pytest.raises(InputError):
            events.as_people(factor, basis=basis)
    with pytest.raises(InputError, match="only movements"):
        people.as_people(0.7, basis="again")


def test_conflict_displacement_is_not_a_set_of_events():
    table = read_gidd(b"iso3,year,new_displacement,total_displacement\nAFG,2009,5,9\n")
    with pytest.raises(InputError, match="a year is not an event"):
        recorded_events(table, "AFG", first=2009)


def test_growth_of_reporting_is_the_exact_binomial_test():
    events = recorded_events(record([2, 3, 2, 9, 11, 12]), "MOZ", first=2010)
    ratio, p = events.growth
    assert ratio == pytest.approx(32 / 7)
    assert p == pytest.approx(binomtest(7, 39, 0.5).pvalue)  # scipy, two-sided, symmetric null
    assert any("4.6 times as many events" in note for note in events.notes)


def test_steady_reporting_raises_no_note():
    events = recorded_events(record([4, 5, 3, 5, 4, 4]), "MOZ", first=2010)
    assert events.notes == ()
    assert recorded_events(record([5, 5]), "MOZ", first=2010).growth == (1.0, 1.0)


def test_runs_of_bad_years_are_noted():
    events = recorded_events(record([0, 0, 30, 0, 0, 0, 28, 0]), "MOZ", first=2010)
    index, p = events.dispersion
    counts = events.counts
    assert index == pytest.approx(counts.var(ddof=1) / counts.mean())
    assert p == pytest.approx(chi2.sf(7 * index, 7))
    assert any("bad years are likelier" in note for note in events.notes)


def test_first_year_and_smallest_size_are_choices_that_show():
    table = record([1, 1, 1, 9, 9, 9])
    table.loc[table["iso3"].eq("MOZ") & table["year"].ge(2013), "people"] = [10.0] * 26 + [1000.0]
    frame = by_first_year(table, "MOZ", [2010, 2013])
    assert frame["events"].tolist() == [30, 27]
    assert recorded_events(table, "MOZ", first=2010, at_least=100).people.tolist() == [1000.0] * 4


def test_the_record_must_lie_within_the_table():
    with pytest.raises(InputError, match="2010 to 2013"):
        recorded_events(record([1, 1, 1, 1]), "MOZ", first=2000)
    with pytest.raises(InputError, match="2010 to 2013"):
        recorded_events(record([1, 1, 1, 1]), "MOZ", first=2010, last=2020)


def test_an_extract_of_one_country_states_the_years_it_covers():
    extract = record([0, 0, 2, 0, 1, 0]).query("iso3 == 'MOZ'")
    with pytest.raises(InputError, match="covers="):
        recorded_events(extract, "MOZ", first=2010)
    events = recorded_events(extract, "MOZ", first=2010, covers=(2010, 2015))
    assert (events.years, float(events.average_annual)) == (6, 500.0)


def test_a_country_without_events_is_not_zero_risk():
    with pytest.raises(NotEstimatedError, match="not zero risk"):
        recorded_events(record([1, 1]), "LBN", first=2010)


def test_bad_tables_are_refused():
    with pytest.raises(InputError, match="lacks the columns people"):
        recorded_events(pd.DataFrame({"iso3": [], "year": []}), "MOZ", first=2010)
    with pytest.raises(InputError, match="0 or more"):
        recorded_events(record([1]).assign(people=-1.0), "MOZ", first=2010)
    with pytest.raises(InputError, match="as many rates"):
        EventSet([1.0, 2.0], [1.0])
    with pytest.raises(InputError, match="none missing"):
        EventSet([np.nan], [1.0])
    with pytest.raises(InputError, match="unit must"):
        EventSet([1.0], [1.0], "deaths")
    with pytest.raises(InputError, match="has no years"):
        _ = EventSet([1.0], [1.0]).counts


def test_migrants_at_odds_ratio_1_are_the_same_share_as_everybody():
    events = EventSet([1000.0, 50_000.0], [0.2, 0.1])
    prior = OddsRatioPrior.exactly(1.0)
    found = migrant_events(
        events, LogNormal(20_000.0, 0.0), 1e6, odds_ratio=prior, destination="MOZ", draws=5
    )
    assert found.unit == "migrants"
    # 2 % of the residents are migrants, and of the people touched
    assert found.people == pytest.approx(np.array([[20.0] * 5, [1000.0] * 5]))


def migrants_at(log_odds, people):
    return migrant_events(
        EventSet([people], [0.1]), LogNormal(1e4, 0.1), 1e6,
        odds_ratio=OddsRatioPrior.from_logs(log_odds, 0.0), destination="MOZ", draws=50,
    )  # fmt: skip


def test_a_higher_odds_ratio_gives_more_migrants():
    assert (migrants_at(1.0, 1e5).people > migrants_at(0.0, 1e5).people).all()


def test_events_never_exceed_the_population():
    found = migrants_at(0.0, 5e6)
    assert found.notes[-1].startswith("1 events larger than today's population")
    assert (found.people <= 3e4).all()


def test_the_migrants_of_a_case_are_those_of_its_estimates(small_case):
    stock, residents = migrants_of(small_case, "SDN")
    est = estimate(small_case, draws=50, seed=1)
    cells = [cell for cell in est.cells if cell.destination == "SDN"]
    assert stock.mean == pytest.approx(sum(cell.stock for cell in cells), rel=1e-6)
    assert stock.log_sd > 0
    assert residents == 40e6
    with pytest.raises(InputError, match="no crisis in FRA"):
        migrants_of(small_case, "FRA")


@pytest.mark.raw
def test_the_real_record_of_mozambique(raw_dir):
    table = read_gidd(raw_dir / "crisis" / "idmc_gidd_disaster_events.csv.gz")
    events = recorded_events(table, "MOZ", first=2008)
    assert (len(events), events.years, events.unit) == (49, 17, "movements")
    # sum of new_displacement of MOZ in the file, over 17 years
    assert float(events.average_annual) * 17 == pytest.approx(2_739_386, abs=0.5)
