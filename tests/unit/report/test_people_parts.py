"""Sexes, ages, phases, rates and costs in report and briefs of Chad and Colombia, each number anew."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gecam.codes import name
from gecam.database import published_answer
from gecam.datasets import load_ages, load_regional_plans, load_severity, load_targets
from gecam.estimation import by_severity, cells_by_age, complete_estimates, rates, regional_rates
from gecam.preparedness import Plan, inclusion, regional_inclusion
from gecam.report import Table, country_brief, page, parts_table, regional_rates_table
from gecam.results import CLASS_WORDS, GROUP_WORDS, flag_text


@pytest.fixture(scope="module")
def complete(chad_and_colombia):
    return complete_estimates(chad_and_colombia, load_regional_plans("2026"))


@pytest.fixture(scope="module")
def answer(chad_and_colombia, complete):
    aged, ages = chad_and_colombia, load_ages("2026")
    phased = by_severity(aged, load_severity("2026"), complete=complete)
    cells = {
        "in need": cells_by_age(complete, ages),
        "in severe need": cells_by_age(phased.complete, ages),
    }
    return aged, phased, cells, parts_table(aged, phased=phased, cells=cells)


def are_told(rows, breakdown):
    """Whether texts are the means and quantiles of the draws of some rows, in order, rounded."""
    numbers = [(d.mean(), *np.quantile(d, [0.05, 0.95])) for d in breakdown.draws]
    for (people, lower, upper), (mean, low, high) in zip(rows, numbers, strict=True):
        if people == "<100":
            assert mean < 100
            continue
        assert abs(number(people) - mean) <= 0.5001 * unit(people)
        coarse = max(unit(people), unit(lower), unit(upper))  # ends are no finer than that
        assert abs(number(lower) - low) <= coarse
        assert abs(number(upper) - high) <= coarse
    return True


def number(text):
    return 0.0 if text == "<100" else float(text.replace(",", ""))


def unit(text):
    digits = text.replace(",", "")
    return 10 ** (len(digits) - len(digits.rstrip("0"))) if digits != "0" else 1


def test_rows_of_chad_are_those_of_its_sexes_ages_and_phases(answer):
    aged, phased, _, table = answer
    rows = [row for row in table.rows if row[0] == "Chad (TCD)"]
    expected = {
        "sex": aged.by("destination", "sex"),
        "age": aged.by("destination", "age"),
        "phase": phased.by("destination"),
    }
    for attribute, breakdown in expected.items():
        words = CLASS_WORDS[attribute].values()
        here = [row[2:] for row in rows if row[1] in words]
        assert are_told(here, breakdown.row(destination="TCD"))
    assert len(rows) == sum(len(x.row(destination="TCD")) for x in expected.values())


def test_rows_of_colombia_are_those_of_its_regional_plan(answer):
    _, _, cells, table = answer
    rows = [row for row in table.rows if row[0] == "Colombia (COL)"]
    assert len(rows) == 12  # two sexes, three ages, in need and in severe need
    for words, breakdown in cells.items():
        here = [row[2:] for row in rows if f"in a regional plan, {words}:" in row[1]]
        assert are_told(here, breakdown.row(destination="COL"))
    assert not [row for row in table.rows if "age not published" in row[1]]


def test_parts_and_rates_below_a_threshold_are_not_told(answer, complete):
    aged, phased, cells, table = answer
    higher = parts_table(aged, phased=phased, cells=cells, threshold=50_000.0)
    means = {row[:2]: row[2] for row in table.rows}
    for row in higher.rows:
        is_below = means[row[:2]] == "<100" or 0 < number(means[row[:2]]) < 50_000
        assert row[2] == ("<50,000" if is_below else means[row[:2]])
    assert len({row[2] for row in higher.rows}) > 2
    every = regional_rates_table(complete).rows
    people = regional_rates(complete)["mean"]
    threshold = float(people.median())
    assert len(regional_rates_table(complete, threshold=threshold).rows) < len(every)


@pytest.mark.usefixtures("without_figures")
def test_the_report_has_the_table(answer):
    aged, _, _, table = answer
    text = page(aged, published_answer(aged), who=table)
    section = text[text.index('id="who"') : text.index('id="countries"')]
    chad = re.findall(r"<tr><th scope=\"row\">Chad \(TCD\)</th><td>([^<]+)</td>", section)
    assert {"children (under 18)", "in phase 4 (severe need)"} <= set(chad)
    assert section.count("Colombia (COL)") == 12
    assert 'id="who"' not in page(aged, published_answer(aged))


COSTS = {"0-17": 300.0, "18-59": 200.0, "60+": 250.5}


@pytest.fixture(scope="module")
def briefs(answer, complete):
    """Briefs of both countries, with costs by age and a share of 80 % to reach."""
    aged, phased, *_ = answer
    costs = {"unit_cost_by_age": COSTS}
    included = {
        "TCD": inclusion(
            aged, "TCD", case=aged.case, phased=phased, plan=Plan("TCD", **costs), reach=0.8
        ),
        "COL": regional_inclusion(
            complete, "COL", ages=load_ages("2026"), phased=phased, plan=Plan("COL", **costs),
            reach=0.8,
        ),
    }  # fmt: skip
    targets = load_targets("2026")
    return {
        place: country_brief(
            aged, table, None, targets=targets[targets["destination"].eq(place)], trace="",
            explain="", complete=complete if place == "COL" else None,
        )
        for place, table in included.items()
    }  # fmt: skip


def section(brief, title):
    """Return paragraphs and rows of a section of a brief."""
    (one,) = (x for x in brief.sections if x.title == title)
    texts = " ".join(x.text for x in one.blocks if hasattr(x, "text"))
    return texts, [row for x in one.blocks if isinstance(x, Table) for row in x.rows]


def parts_of(place, answer, complete):
    """Return words and draws of every part of a country's people, by public names alone."""
    aged, phased, cells, _ = answer
    if place == "TCD":
        rows = {x: aged.by("destination", x) for x in ("group", "sex", "age", "origin")}
        rows |= {"phase": phased.by("destination")}
    else:
        of_plan = complete.by_cell(in_crisis=True)
        by_age = cells["in need"]
        rows = {"group": of_plan, "origin": of_plan, "sex": by_age, "age": by_age}
        rows |= {"phase": phased.by_cell(in_crisis=True)}
    parts = {}
    for part, whole in rows.items():
        here = whole.row(destination=place)
        for label, draws in zip(here.labels[part], here.draws, strict=True):
            words = part_words(part, label)
            parts[words] = parts.get(words, 0) + draws
    return parts


def part_words(part, label):
    if part == "group":
        return GROUP_WORDS[label]
    if part == "origin":
        return f"from {name(label)}" if len(label) == 3 and label.isupper() else label
    return CLASS_WORDS[part][label]


def three(text):
    """Return mean and ends of a text such as 1,700,000 (under 1,000 to 2 million) as texts."""
    return re.findall(r"\d[\d,]*\.?\d*", text)


@pytest.mark.parametrize("place", ["TCD", "COL"])
def test_whom_a_brief_counts_are_the_rows_of_the_estimates(briefs, answer, complete, place):
    parts = parts_of(place, answer, complete)
    groups = [parts[word] for word in GROUP_WORDS.values() if word in parts]
    whole = np.sum(groups, axis=0)
    _, rows = section(briefs[place], "Who they are")
    told = {who: (people, share) for who, people, share in rows}
    for words, draws in parts.items():
        if words not in told:  # origins below the tenth, and of no single country
            assert words.startswith("from ") or words.isdigit()
            continue
        people, share = told[words]
        if people == "0":
            assert not draws.any()
            continue
        mean, *ends = three(people)
        low, high = np.quantile(draws, [0.05, 0.95])
        coarse = max(map(unit, (mean, *ends)))
        assert abs(number(mean) - draws.mean()) <= 0.5001 * coarse, words
        assert abs(number(ends[-1]) - high) <= coarse, words
        is_under = "under" in people
        assert low <= number(ends[0]) if is_under else abs(number(ends[0]) - low) <= coarse, words
        part = draws.mean() / whole.mean()
        assert share == ("<1%" if 0 < part < 0.01 else f"{part:.0%}")
    assert {"children (under 18)", "women and girls", "in phase 4 (severe need)"} <= set(told)
    (lead, *_) = briefs[place].lead
    assert abs(number(three(lead)[0]) - whole.mean()) <= 0.5001 * unit(three(lead)[0])


def test_rates_of_a_brief_are_those_of_the_answer(briefs, answer, complete):
    aged = answer[0]
    of_groups, of_cells = rates(aged, "destination", "group"), regional_rates(complete)
    expected = {"TCD": of_groups, "COL": of_cells}
    for place, table in expected.items():
        _, rows = section(briefs[place], "How often they are in need, beside residents")
        own = table[table["destination"].eq(place)].to_dict("records")
        assert len(rows) == len(own)
        for (_, people, residents, ratio), row in zip(rows, own, strict=True):
            for text, of in (
                (people, "per_100"),
                (residents, "residents_per_100"),
                (ratio, "ratio"),
            ):
                numbers = [row[of], row[f"{of}_lower"], row[f"{of}_upper"]]
                shown = [float(x) for x in re.findall(r"[\d.]+", text)]
                digits = 0.5 if max(shown) >= 10 else 0.05
                assert shown == pytest.approx(numbers[: len(shown)], abs=digits + 1e-9)


def test_texts_on_the_plan_of_chad_are_its_published_figures(briefs, answer):
    aged = answer[0]
    text, rows = section(briefs["TCD"], "What the plan says")
    (target,) = load_targets("2026").query("destination == 'TCD'").to_dict("records")
    assert f"{target['in_need']:,.0f} in need, {target['targeted']:,.0f} targeted" in text
    assert f"{target['in_need'] - target['targeted']:,.0f} not targeted" in text
    (figure,) = (f for f in aged.case.footprints if f.destination == "TCD")
    people = aged.by("destination").row(destination="TCD").draws[0]
    per = 100 * people / figure.people
    shown = f"{figure.people:,.0f} people in need there are {per.mean():.2g} migrants"
    assert shown in text
    ((_, stated, chance, _),) = rows
    refugees = aged.by("destination", "group").row(destination="TCD", group="protection").draws[0]
    assert chance == f"{(refugees > number(stated)).mean():.0%}"
    text, rows = section(briefs["COL"], "What the plan says")
    assert "a regional plan follows" in text
    assert not rows


@pytest.mark.parametrize("place", ["TCD", "COL"])
def test_costs_of_a_brief_are_people_of_each_age_times_their_cost(briefs, answer, complete, place):
    parts = parts_of(place, answer, complete)
    text, rows = section(briefs[place], "What it costs by age")
    whole = 0
    for (who, people, unit_cost, cost), (age, per_person) in zip(rows, COSTS.items(), strict=True):
        draws = 0.8 * parts[CLASS_WORDS["age"][age]]
        assert who == CLASS_WORDS["age"][age]
        assert abs(number(three(people)[0]) - draws.mean()) <= 0.5001 * max(
            map(unit, three(people))
        )
        assert float(unit_cost) == per_person
        million = re.search(r"[\d.]+", cost).group()
        assert float(million) == pytest.approx(per_person * draws.mean() / 1e6, rel=5e-3)
        whole = whole + per_person * draws
    text, rows = section(briefs[place], "What it costs to include them")
    million = re.search(r"reaching all of them costs ([\d.]+) million", text).group(1)
    assert float(million) == pytest.approx(whole.mean() / 0.8 / 1e6, rel=5e-3)
    people = 0.8 * np.sum([parts[w] for w in GROUP_WORDS.values() if w in parts], axis=0)
    best = np.sort(people)[int(np.ceil(0.75 * people.size)) - 1]  # three against one
    shown = number(rows[1][1])
    assert shown == pytest.approx(best, rel=5e-3)
    assert rows[1][3] == f"{(people > best).mean():.0%}"


def test_the_brief_of_colombia_says_what_its_people_rest_on(briefs, complete):
    text, _ = section(briefs["COL"], "How good the numbers are")
    (cell,) = (x for x in complete.cells if x.destination == "COL")
    assert f"{cell.present:,.0f} people present at the end of 2025" in text
    assert flag_text("AGES_JUDGED") in text
    assert flag_text("SEVERITY_JUDGED") in text
    sources = " ".join(map(str, briefs["COL"].foot.blocks))
    assert "Regional plans, chapters by country" in sources
