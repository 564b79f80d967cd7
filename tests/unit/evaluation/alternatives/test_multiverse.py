"""The multiverse: every combination is run, and countries that cannot differ are run once."""

from __future__ import annotations

import collections
import math
from dataclasses import replace

import numpy as np
import pytest

from gecam.datasets import EDITIONS, load_alternatives, load_edition
from gecam.errors import InputError
from gecam.estimation import (
    CopyCrisis,
    ReplaceFootprint,
    ScaleStock,
    TouchNobody,
    WithoutCrises,
    apply_edits,
    complete_estimates,
    estimate,
)
from gecam.evaluation import (
    Alternatives,
    Choice,
    Level,
    coverage_choices,
    default_choices,
    multiverse,
)
from gecam.evaluation.alternatives import country_runs as module
from gecam.evaluation.alternatives.specifications import MODELLED, PRESENT
from gecam.model import OddsRatioPrior, Population, Source


def some(case, *names):
    """Some of the choices; all of them take minutes."""
    return [c for c in default_choices(case) if c.name in names]


def run(case, level):
    """Estimate a case at one level the long way."""
    changed = apply_edits(case, [level.change] if level.change else [], is_part=True)
    changed = replace(changed, assumptions=replace(changed.assumptions, **level.assumptions))
    return estimate(changed, draws=300, seed=4, scope=level.scope or "all")


@pytest.mark.parametrize(
    "names",
    [
        ("refugees in need", "projection", "odds ratio"),
        ("refugees outside the stock", "unknown scopes", "crises of one country"),
    ],
)
def test_each_specification_is_what_estimate_gives(small_case, names):
    chosen = some(small_case, *names)
    found = multiverse(small_case, choices=chosen, draws=300, seed=4)
    assert len(found.table) == math.prod(len(c.levels) for c in chosen)
    rows = found.table.sample(5, random_state=1)
    for row in rows.to_dict("records"):
        case, scope = small_case, "all"
        for c in found.choices:
            level = next(x for x in c.levels if x.name == row[c.name])
            case = replace(case, assumptions=replace(case.assumptions, **level.assumptions))
            scope = level.scope or scope
        est = estimate(case, draws=300, seed=4, scope=scope)
        total = est.total().summary().iloc[1]
        for name in ("mean", "lower", "upper", "odds_ratio_1"):
            assert row[name] == pytest.approx(total[name], rel=1e-9), (name, row)


def test_overlaps_move_the_draws_where_the_odds_ratio_acts_once_per_country(small_case):
    assumptions = replace(small_case.assumptions, odds_ratio_acts_on="country")
    case = replace(small_case, assumptions=assumptions)
    found = multiverse(case, "KEN", choices=some(case, "crises of one country"), draws=300, seed=4)
    for level, mean in zip(found.choices[0].levels, found.table["mean"], strict=True):
        total = run(case.restrict("KEN"), level).total().summary().iloc[1]
        assert mean == pytest.approx(total["mean"], rel=1e-12), level.name


def test_the_first_level_describes_the_default_only_where_the_case_has_it(small_case):
    """Two fields are changed; the other choices keep their words."""
    changed = replace(small_case.assumptions, unknown_scope_weight=0.9, protection_in_need="one")
    usual, other = (
        {choice.name: choice.levels[0].name for choice in default_choices(case)}
        for case in (small_case, replace(small_case, assumptions=changed))
    )
    assert usual["unknown scopes"] == "everybody or nationals, half and half"
    assert {name for name in usual if usual[name] != other[name]} == {
        "unknown scopes", "refugees in need"
    }  # fmt: skip
    assert other["unknown scopes"] == other["refugees in need"] == "as the case assumes"


def test_choices_in_any_order_of_levels_are_what_estimate_gives(small_case):
    """A level that changes nothing may stand after one that changes the plan, the draws, or both."""
    choices = (
        Choice("growth", (Level("none", {"apply_growth": False}), Level("as it is")), "a test"),
        Choice("odds", (Level("2", {"odds_ratio": OddsRatioPrior.exactly(2.0)}), Level("prior")), "x"),
        Choice("both", (Level("as it is"), Level("changed", {
            "overlap": "comonotone", "protection_in_need": "one"})), "x"),
    )  # fmt: skip
    found = multiverse(small_case, choices=choices, draws=200, seed=4)
    assert [c.levels[0].is_of_draws for c in choices] == [False, True, True]
    assert not choices[2].levels[1].is_of_draws
    for row in found.table.to_dict("records"):
        wanted = {}
        for choice in choices:
            wanted |= next(x for x in choice.levels if x.name == row[choice.name]).assumptions
        case = replace(small_case, assumptions=replace(small_case.assumptions, **wanted))
        total = estimate(case, draws=200, seed=4).total().summary().iloc[1]
        assert row["mean"] == pytest.approx(total["mean"], rel=1e-12)
        assert row["odds_ratio_1"] == pytest.approx(total["odds_ratio_1"], rel=1e-12)


def test_what_a_choice_does_not_touch_is_made_once(small_case, monkeypatch):
    planned, drawn = [], []
    plan, draw = module.destination_plan, module.draw_cells
    monkeypatch.setattr(module, "destination_plan", lambda *x: planned.append(x) or plan(*x))
    monkeypatch.setattr(module, "draw_cells", lambda *x: drawn.append(x) or draw(*x))
    choices = some(small_case, "odds ratio", "crises of one country")
    several = collections.Counter(f.destination for f in small_case.footprints).most_common(1)[0][0]
    found = multiverse(small_case, several, choices=choices, draws=50)
    assert len(found.table) == 3 * 4
    assert len(planned) == 2  # with relations and without; neither odds ratio nor overlap matters
    # crises of one country share one odds ratio: its draws depend on how they are united
    assert len(drawn) == 3 * 4 + 1  # at each odds ratio and union, and of the default
    drawn.clear()
    found = multiverse(small_case, "PER", choices=choices, draws=50)  # one crisis
    assert len(drawn) < len(found.table)


def test_all_choices_of_method_make_1800_specifications(small_case):
    choices = default_choices(small_case)
    assert math.prod(len(c.levels) for c in choices) == 1800
    assert all(c.why for c in choices)


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["2022", "2024"])
def test_a_level_that_is_said_not_to_differ_in_a_country_does_not(edition):
    check_levels(load_edition(edition), load_alternatives(edition))


def test_a_level_that_is_said_not_to_differ_in_an_invented_country_does_not(small_case):
    check_levels(small_case, None)


def check_levels(whole, alternatives):
    for destination in whole.destinations:
        one = whole.restrict([destination])
        first = None
        for c in default_choices(whole, alternatives):
            for level in c.levels[1:]:
                if level.differs(one):
                    continue
                first = first or run(one, Level("default"))
                other = run(one, level)
                assert np.array_equal(first.total().draws, other.total().draws, equal_nan=True), (
                    destination, c.name, level.name,
                )  # fmt: skip


def test_the_first_row_is_the_default_and_stands_beside_its_interval(small_case):
    found = multiverse(
        small_case, choices=some(small_case, "projection", "odds ratio"), draws=200, seed=4
    )
    default = estimate(small_case, seed=4).total().summary().iloc[1]
    assert found.mean == pytest.approx(default["mean"], rel=1e-9)
    assert (found.lower, found.upper) == pytest.approx((default["lower"], default["upper"]))
    first = found.table.iloc[0]
    assert [first[c.name] for c in found.choices] == [c.levels[0].name for c in found.choices]
    assert found.low <= first["mean"] <= found.high


def test_parts_of_the_range_add_up_to_it_and_shares_to_one(small_case):
    chosen = some(small_case, "refugees in need", "unknown scopes", "odds ratio")
    found = multiverse(small_case, choices=chosen, draws=100, seed=4)
    assert math.fsum(found.shares.range_parts) == pytest.approx(found.high - found.low)
    assert found.shares.shapley.sum() == pytest.approx(1)
    assert found.shares.is_full


def test_a_country_or_region_can_be_asked_about(small_case):
    chosen = some(small_case, "crises of one country", "odds ratio")
    peru, africa, world = (
        multiverse(small_case, target, choices=chosen, draws=100, seed=4)
        for target in ("PER", "Africa", "world")
    )
    total = peru.table["mean"] + africa.table["mean"]
    assert np.allclose(total, world.table["mean"])
    assert peru.shares.range_parts[peru.shares.choices.index("crises of one country")] == 0


def test_other_stocks_needs_and_populations_become_choices(small_case):
    people = small_case.stock.people
    stock = replace(small_case.stock, people=people.assign(people=people["people"] * 1.5),
                    source=Source("other", "invented", "another edition"))  # fmt: skip
    residents = small_case.population.people
    other = Population(
        residents.assign(people=residents["people"] * 2), source=Source("p2", "x", "y")
    )
    found = multiverse(
        small_case,
        "PER",
        choices=default_choices(
            small_case, Alternatives({"later": stock}, {"revised": {"per": 3e6}}, {"double": other})
        )[-3:],
        draws=100,
        seed=4,
    )
    table = found.table.set_index(["stock edition", "people in need", "population"])["odds_ratio_1"]
    default = table.iloc[0]
    assert len(table) == 8
    edition = small_case.stock.source.id
    own = "the plans' own, else the case's"
    # Peru has no refugees: the figure is proportional to each of the three.
    assert table["later", "the case's table", own] == pytest.approx(1.5 * default)
    assert table[edition, "revised", own] == pytest.approx(0.5 * default)
    assert table[edition, "the case's table", "double"] == pytest.approx(0.5 * default)


def test_modelled_countries_are_added_at_their_level_only(small_case, case_factory):
    modelled = case_factory(footprints=small_case.footprints[:1], crises=small_case.crises[:1],
                            name="modelled")  # fmt: skip
    covered = small_case.restrict(["PER", "KEN"])
    chosen = [c for c in default_choices(covered, Alternatives(modelled=modelled))
              if c.name in {MODELLED, "odds ratio"}]  # fmt: skip
    found = multiverse(
        covered, choices=chosen, alternatives=Alternatives(modelled=modelled), draws=200, seed=4
    )
    means = found.table.set_index(["odds ratio", MODELLED])["mean"]
    whole = multiverse(small_case, choices=chosen[:1], draws=200, seed=4).table.set_index(
        "odds ratio"
    )
    for ratio in ("prior", "1", "2"):
        assert means[ratio, "modelled shares, added"] == pytest.approx(whole["mean"][ratio])
        assert means[ratio, "left out"] < means[ratio, "modelled shares, added"]


def test_packaged_alternatives_hold_every_destination_and_name_real_crises():
    for edition in EDITIONS:
        case, other = load_edition(edition), load_alternatives(edition)
        for stock in other.stocks.values():
            assert set(stock.destinations) == set(case.destinations)
            assert stock.source.id != case.stock.source.id
        for table in other.needs.values():
            assert set(table) <= {f.crisis for f in case.footprints}
    with pytest.raises(InputError, match="no edition"):
        load_alternatives("1999")


def test_other_revisions_are_those_of_the_edition_by_year_as_a_number_too():
    for name, revision in (("2022", "2024"), ("2023", "2020"), ("2024", "2020")):
        (words,) = (stocks := load_alternatives(int(name)).stocks)
        assert words == f"the {revision} revision"
        stock = load_edition(name, revision=revision).stock
        assert stocks[words].totals().equals(stock.totals())
    assert not load_alternatives(2025).stocks


@pytest.mark.parametrize(
    ("choices", "match"),
    [
        ([], "at least two levels"),
        ([Choice("one", (Level("a"),), "why")], "too few levels"),
        ([Choice("one", (Level("a"), Level("a")), "why")], "repeat"),
    ],
)
def test_choices_that_are_none_are_refused(small_case, choices, match):
    with pytest.raises(InputError, match=match):
        multiverse(small_case, choices=choices)


@pytest.mark.parametrize(
    "edit_of",
    [
        lambda case: ReplaceFootprint(replace(case.by_place["PER"][0], people=3e6)),
        lambda case: CopyCrisis("per", "Peru", scale=0.5),
        lambda case: CopyCrisis("sdn", "SDN", to="PER", past=case),
        lambda case: ScaleStock(2.0, ("PER",)),
        lambda case: TouchNobody("per", "PER", "No harm."),
        lambda case: WithoutCrises(),
    ],
)
def test_any_edit_of_a_case_can_be_a_level(small_case, edit_of):
    """Countries are run one by one; an edit of one of them leaves the others as they are."""
    edit = edit_of(small_case)
    choice = Choice("crisis", (Level("as it is"), Level("edited", change=edit)), "a test")
    found = multiverse(small_case, choices=[choice], draws=200, seed=4)
    edited = apply_edits(small_case, [edit])
    expected = 0.0
    if edited.footprints:
        expected = estimate(edited, draws=200, seed=4).total().summary()["mean"].iloc[-1]
    assert found.table["mean"].iloc[1] == pytest.approx(expected, rel=1e-9)
    assert found.table["mean"].iloc[0] > 0


def test_countries_of_different_measures_are_not_added(small_case):
    exposed = ReplaceFootprint(replace(small_case.by_place["PER"][0], measure="exposed"))
    choice = Choice("crisis", (Level("as it is"), Level("exposed", change=exposed)), "a test")
    with pytest.raises(InputError, match="measures are mixed"):
        multiverse(small_case, choices=[choice], draws=50)


@pytest.mark.parametrize("target", ["ken", "ERI"])
def test_only_places_have_a_multiverse(small_case, target):
    with pytest.raises(InputError, match="world, a region or a country"):
        multiverse(small_case, target)


def test_quantiles_and_one_line(small_case):
    found = multiverse(small_case, "PER", draws=50, seed=4)
    assert found.quantiles().loc[0.5] == found.table["mean"].median()
    assert repr(found).startswith("Multiverse(Peru (PER): 1800 specifications, means ")


@pytest.mark.slow
def test_edition_2022_runs_two_hundred_specifications_in_a_minute():
    """About 50 seconds for all 1,800 on an idle core; processor time: neighbours matter less."""
    import time

    case = load_edition("2022")
    start = time.process_time()
    found = multiverse(case)
    assert len(found.table) >= 200
    assert time.process_time() - start < 60 * len(found.table) / 200


def test_imputed_countries_are_a_choice_of_their_own_with_the_two_largest(small_case):
    modelled = replace(small_case.restrict(["PER"]), name="without a plan")
    planned = small_case.restrict(["SDN", "KEN"])
    chosen = coverage_choices(planned, Alternatives(modelled=modelled))
    assert [c.name for c in chosen] == ["refugees in need", "odds ratio", MODELLED]
    found = multiverse(
        planned, choices=chosen, alternatives=Alternatives(modelled=modelled), draws=50
    )
    means = found.table.set_index([MODELLED])["mean"]
    assert len(found.table) == 30
    assert (means.loc["modelled shares, added"].to_numpy() > means.loc["left out"].to_numpy()).all()
    with pytest.raises(InputError, match="no countries without a plan"):
        coverage_choices(planned, Alternatives())


def test_people_left_to_regional_plans_are_a_choice_that_adds_the_same_to_every_specification():
    """Their draws are those of `complete_estimates`: the complete total less that of country plans."""
    case, other = load_edition("2022").restrict(["COL", "LBN", "SDN"]), load_alternatives("2022")
    wanted = ("refugees in need", "people left to regional plans")
    chosen = [c for c in default_choices(case, other) if c.name in wanted]
    found = multiverse(case, choices=chosen, alternatives=other, draws=100, seed=3)
    means = found.table.pivot(index=wanted[0], columns=wanted[1], values="mean")
    est = estimate(case, draws=100, seed=3)
    for level, present in PRESENT.items():
        complete = complete_estimates(est, other.regional, present=present).totals().draws
        added = float((complete[0] - complete[1]).mean())
        assert (means[level] - means["left out"]).to_numpy() == pytest.approx(added)
        # 0.70 of Venezuelans, 1.5 million Syrians and 207,000 Palestinians; spread of 100 draws
        assert added == pytest.approx(0.70 * 1.85e6 + 1.5e6 + 207_000, rel=0.1)
    default = found.table.iloc[0]
    assert default[wanted[1]] == "left out"
    sudan = multiverse(case, "SDN", choices=chosen, alternatives=other, draws=100, seed=3)
    assert sudan.table.groupby(wanted[0])["mean"].nunique().eq(1).all()
    assert "people left to regional plans" not in {c.name for c in default_choices(case)}


def test_packaged_alternatives_hold_the_countries_without_a_plan_on_request():
    planned = set(load_edition("2022").destinations)
    other = load_alternatives("2022", modelled=True)
    assert load_alternatives("2022").modelled is None
    assert len(other.modelled.destinations) > 150
    assert planned.isdisjoint({f.destination for f in other.modelled.footprints})
    assert set(other.modelled.destinations) <= set(other.stocks["the 2024 revision"].destinations)
