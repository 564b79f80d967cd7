"""Edits of a case: values that change the inputs, are compared and hashed, and say what they do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation import (
    ChangeAssumptions,
    ChangeNeeds,
    CopyCrisis,
    CustomEdit,
    ReplaceFootprint,
    ReplaceStock,
    ScaleCounts,
    ScaleRegistered,
    ScaleStock,
    TouchNobody,
    UsePopulation,
    WithoutCrises,
    apply_edits,
    edit_words,
    estimate,
    nobody_touched,
)
from gecam.model import GroupCount, OddsRatioPrior, Population


def peru(case):
    (footprint,) = (f for f in case.footprints if f.destination == "PER")
    return footprint


def people(case, place):
    return case.stock.totals().xs(place, level="destination").to_numpy()


def edits_of(case):
    """One edit of each kind; called twice it gives equal ones."""
    half = replace(peru(case), people=3e6)
    return [
        ScaleStock(1.5, ("Peru",)), ScaleRegistered(2.0), ReplaceStock(case.stock),
        UsePopulation(case.population), ChangeNeeds({"per": 1e6}), ScaleCounts(2.0, ("per",)),
        ReplaceFootprint(half), TouchNobody("per", "Peru", "No harm."), WithoutCrises(),
        CopyCrisis("sdn", "Sudan", to="Peru", scale=0.5), ChangeAssumptions({"odds_ratio": 2}),
        CustomEdit(len, "a test"),
    ]  # fmt: skip


def test_edits_are_values(small_case):
    for one, other in zip(edits_of(small_case), edits_of(small_case), strict=True):
        assert one == other
        assert hash(one) == hash(other)
    assert len({*edits_of(small_case), *edits_of(small_case)}) == 12
    assert ScaleStock(1.5, ("PER",)) != ScaleStock(1.6, ("PER",))
    assert ChangeAssumptions({"odds_ratio": 2}) != ChangeAssumptions({"odds_ratio": 3})


def test_each_edit_says_what_it_changes(small_case):
    small_case = replace(
        small_case, population=replace(small_case.population, source=small_case.stock.source)
    )
    words = edit_words([*edits_of(small_case), peru(small_case)])
    assert words[0] == "migrant stock of Peru times 1.5"
    assert words[1] == "registered people in all countries times 2"
    assert words[4] == "people in need: 1,000,000 in per"
    assert words[6] == "per in Peru: 3,000,000 people in need"
    assert words[7] == "per in Peru: nobody. No harm."
    assert words[9] == "sdn in Peru, moved from Sudan keeping the share, times 0.5"
    assert words[11:] == ("a test", "per in Peru: 6,000,000 people in need")
    assert all(words)


def test_without_edits_a_case_stays_itself(small_case):
    assert apply_edits(small_case, []) is small_case


def test_a_stock_is_scaled_where_it_is_said(small_case):
    made = apply_edits(small_case, [ScaleStock(1.5, ("PER",)), ScaleStock(2.0)])
    np.testing.assert_allclose(people(made, "PER"), 3 * people(small_case, "PER"), rtol=1e-15)
    np.testing.assert_allclose(people(made, "SDN"), 2 * people(small_case, "SDN"), rtol=1e-15)
    assert made.protected is small_case.protected
    assert made.name == small_case.name


def test_registered_people_are_scaled_and_empty_cells_stay_empty(small_case):
    made = apply_edits(small_case, [ScaleRegistered(3.0, ("SDN",))])
    old, new = small_case.protected.people, made.protected.people
    here = old["destination"].eq("SDN")
    for column in ("refugees", "asylum_seekers", "oip"):
        np.testing.assert_array_equal(new[column], old[column].where(~here, old[column] * 3.0))
    with pytest.raises(InputError, match="has no figures of UNHCR"):
        apply_edits(replace(small_case, protected=None), [ScaleRegistered(3.0)])


def test_needs_change_by_crisis_or_in_one_of_its_countries(small_case):
    made = apply_edits(small_case, [ChangeNeeds({"per": 2e6, "sdn/SDN": 7e6})])
    assert {f.destination: f.people for f in made.footprints if f.destination in {"PER", "SDN"}} == {
        "PER": 2e6, "SDN": 7e6,
    }  # fmt: skip
    (regional,) = (f for f in small_case.footprints if not f.destination)
    assert regional in made.footprints


def test_counts_that_are_used_scale_and_others_stay(small_case):
    counts = (GroupCount("other", 100.0, "count"), GroupCount("other", 50.0, "related"))
    case = apply_edits(small_case, [replace(peru(small_case), counts=counts)])
    made = apply_edits(case, [ScaleCounts(2.0, ("per",))])
    assert [c.in_need for c in peru(made).counts] == [200.0, 50.0]
    assert [c.in_need for c in peru(apply_edits(case, [ScaleCounts(2.0, ("sdn",))])).counts] == [
        100.0, 50.0,
    ]  # fmt: skip


def test_one_population_takes_the_place_of_the_plans_own(small_case):
    case = apply_edits(small_case, [replace(peru(small_case), denominator=25e6)])
    assert peru(apply_edits(case, [UsePopulation()])).denominator is None
    other = Population(small_case.population.people.assign(people=50e6))
    made = apply_edits(case, [UsePopulation(other)])
    assert made.population is other


def test_assumptions_take_new_values(small_case):
    made = apply_edits(small_case, [ChangeAssumptions({"odds_ratio": 2, "growth_cap": 0.1})])
    assert made.assumptions.odds_ratio == OddsRatioPrior.exactly(2)
    assert made.assumptions.growth_cap == 0.1
    assert ChangeAssumptions({"odds_ratio": 2}).is_of_draws
    assert not ChangeAssumptions({"odds_ratio": 2, "growth_cap": 0.1}).is_of_draws
    with pytest.raises(InputError, match="no assumption 'growth'"):
        ChangeAssumptions({"growth": 0.1})
    with pytest.raises(InputError, match="must be a number > 0"):
        ChangeAssumptions({"odds_ratio": 0})


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (ScaleStock(2.0, ("FRA",)), "has no stock of FRA"),
        (ChangeNeeds({"nothing": 1e6}), "has no people in need of nothing"),
        (ChangeNeeds({"sdn/PER": 1e6}), "has no people in need of sdn/PER"),
        (ChangeNeeds({"region": 1e6}), "has no people in need of region"),
        (ScaleCounts(2.0, ("nothing",)), "has no crisis nothing"),
    ],
)
def test_what_a_case_does_not_have_is_refused_or_passed_over_in_a_part(small_case, edit, words):
    with pytest.raises(InputError, match=words):
        apply_edits(small_case, [edit])
    part = apply_edits(small_case, [edit], is_part=True)
    assert part.footprints == small_case.footprints


def test_edits_are_checked_together(small_case):
    """The first of two footprints of another measure would not pass alone."""
    both = [replace(f, measure="exposed") for f in small_case.footprints if f.destination]
    with pytest.raises(InputError, match="measures are mixed"):
        apply_edits(small_case, both[:1])
    made = apply_edits(small_case, [WithoutCrises(), *both])
    assert made.assumptions == small_case.assumptions  # rows know what they count
    flags = {cell.crisis: cell.flags for cell in estimate(made, draws=20).cells
             if cell.group == "protection" and cell.status == "estimated"}  # fmt: skip
    assert all("REFUGEES_MEASURED" in of_row for of_row in flags.values())
    said = apply_edits(
        small_case, [WithoutCrises(), *both, ChangeAssumptions({"protection_in_need": "one"})]
    )
    assert said.assumptions.protection_in_need == "one"


def test_a_crisis_that_is_put_back_touches_somebody(small_case):
    gone = TouchNobody("per", "PER", "No harm.")
    assert nobody_touched(small_case, [gone]) == (gone,)
    assert nobody_touched(small_case, [gone, peru(small_case)]) == ()
    assert "PER" not in apply_edits(small_case, [gone]).destinations


def test_an_edit_of_ones_own_comes_in_its_order(small_case):
    def halved(case):
        return replace(
            case, footprints=tuple(replace(f, people=f.people / 2) for f in case.footprints)
        )

    edits = [ChangeNeeds({"per": 2e6}), CustomEdit(halved, "half"), ScaleStock(2.0, ("PER",))]
    made = apply_edits(small_case, edits)
    assert peru(made).people == 1e6
    np.testing.assert_allclose(people(made, "PER"), 2 * people(small_case, "PER"), rtol=1e-15)


def test_a_function_that_returns_no_case_is_told(small_case):
    with pytest.raises(InputError, match="returns the changed case: got NoneType, for 'forgot'"):
        apply_edits(small_case, [CustomEdit(lambda _: None, "forgot")])


def test_a_footprint_of_no_country_is_no_edit(small_case):
    (regional,) = (f for f in small_case.footprints if not f.destination)
    with pytest.raises(InputError, match="names no country"):
        apply_edits(small_case, [regional])
