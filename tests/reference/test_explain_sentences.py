"""Every sentence of an explanation is true of its row: read as a reader reads it, and calculated again.

The text is taken apart by regular expressions, and each number in it is recalculated from the other
numbers of its sentence, from the case, or from the table of the answer: never from the functions that
wrote it. Tolerances are half a unit of the last digit printed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import date

import pandas as pd
import pytest

import gecam as gc
from gecam.codes import moved_border
from gecam.codes import name as code_name
from gecam.datasets import EDITIONS
from gecam.evaluation import Explanation
from gecam.results import Estimates

YEAR = 365.25  # days
N = r"(-?[\d,]+)"  # a count
R = r"([+-]?[\d.]+)"  # a rate
D = r"(\d{4}-\d\d-\d\d)"
FLAG = re.compile(r"\(([A-Z][A-Z_]+)\)\.?$", re.M)


def number(text: str) -> float:
    return float(text.replace(",", ""))


def years(start: str, end: str) -> float:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days / YEAR


def unit(text: str) -> float:
    """Return the size of the last digit of a rounded count: 1,300,000 is to 100,000."""
    digits = text.replace(",", "")
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))


def found(pattern: str, text: str) -> Iterator[tuple[str, ...]]:
    for match in re.finditer(pattern, text):
        yield match.groups(default="")


MOVED = (
    rf", when the crisis began; since then with the residents, of whom there were {N} and are {N}"
)


# -- each function yields what is not so ----------------------------------------------------------


def projections(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    """The stock at its date, the growth with its base, and the stock at the reference date."""
    cap = est.assumptions.growth_cap
    pattern = (
        rf"(?i:other) migrants: {N} on {D}[^;.]*?, {R}% a year until {D} "
        rf"\((as|capped: {R}% a year) since {D}, when there were {N}(?:, would give {N})?\)"
        rf"(?:{MOVED}|; held there because the crisis began then)?: {N}[;.]"
    )
    for base, on, rate, until, kind, full, since, start, uncapped, eve, now, people in found(
        pattern, text
    ):
        moved = number(now) / number(eve) if eve else 1.0
        growth = math.log(number(base) / number(start)) / years(since, on)
        applied = math.copysign(cap, growth) if kind != "as" else growth
        h = years(on, until)
        loose = 1 + number(base) * (1 / number(start) + 1 / number(base)) * h  # counts are rounded
        if abs(100 * math.expm1(applied) - float(rate)) > 0.06:
            yield f"{rate} % a year is {100 * math.expm1(applied):.2f}"
        if abs(number(base) * math.exp(applied * h) * moved - number(people)) > loose:
            yield f"{base} at {rate} % from {on} to {until} is not {people}"
        if full and abs(100 * math.expm1(growth) - float(full)) > 0.06:
            yield f"uncapped {full} % a year is {100 * math.expm1(growth):.2f}"
        if full and abs(growth) <= cap:
            yield f"{full} % a year is no more than the cap"
        if uncapped and abs(number(base) * math.exp(growth * h) / number(uncapped) - 1) > 1e-3:
            yield f"uncapped people: {uncapped}"
    for start, since, end, until, people in found(
        rf"(?i:all) migrants: between {N} on {D} and {N} on {D}: {N}[;.]", text
    ):
        if not min(number(start), number(end)) <= number(people) <= max(number(start), number(end)):
            yield f"{people} is not between {start} ({since}) and {end} ({until})"


def understood(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    """No sentence on a stock escapes the checks above and below."""
    forms = (
        rf"other migrants: {N} on {D}( \([^)]*\))?, {R}% a year until {D} \((as|capped).*\)"
        rf"(?:{MOVED}|; held there because the crisis began then)?: {N}",
        rf"all migrants: between {N} on {D} and {N} on {D}: {N}",
        rf"other migrants: {N}",
        rf"other migrants: {N} on {D}(?:{MOVED}|; held there because the crisis began then)?: {N}",
        rf"refugees: {N} counted by UNHCR at the stock's date, {N} at the reference date, of whom .*",
    )
    for step in e.decomposition:
        if step.name == "projection":
            for how in step.how:
                if not any(re.fullmatch(form, how) for form in forms):
                    yield f"a sentence that nothing checks: {how}"


def refugees(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    pattern = (
        rf"refugees: {N} counted by UNHCR at the stock's date, {N} at the reference date, of whom "
        rf"{R}% inside the stock(?: \({R}%, less[^)]*\))?(, those outside added)?: {N}"
    )
    for _, now, held, prior, is_added, people in found(pattern, text):
        part = 1.0 if is_added else float(held) / 100
        if abs(number(now) * part - number(people)) > 1 + number(now) * 5e-5:
            yield f"{held} % of {now} is not {people}"
        if prior and float(held) > float(prior):
            yield f"{held} % is not less than {prior} %"


def steps_add_up(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    table = text.partition("How the number comes about")[2].partition("Every step")[0]
    rows = re.findall(rf"  +(?:([+-][\d,]+)  +)?{N}$", table, re.M)
    before = 0.0
    for i, (change, people) in enumerate(rows):
        if i and before + number(change) != number(people):
            yield f"{before:,.0f} {change} is not {people}"
        before = number(people)
    if rows and abs(before - e.mean) > 0.5:
        yield f"the last step {before:,.0f} is not the mean {e.mean:,.1f}"


def products(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    """Formulas with their numbers: quotients, products, and the 2x2 table at the median odds ratio."""
    for a, b, share in found(rf"p = P / N = {N} / {N} = {R}%", text):
        if abs(100 * number(a) / number(b) - float(share)) > 0.006:
            yield f"{a} / {b} is not {share} %"
    for a, b, c, share in found(rf"= P / \(N - S\) = {N} / \({N} - {N}\) = {R}%", text):
        if abs(100 * number(a) / (number(b) - number(c)) - float(share)) > 0.006:
            yield f"{a} / ({b} - {c}) is not {share} %"
    for a, share, c in found(rf"= {N} x {R}% = {N}[ .]", text):
        if abs(number(a) * float(share) / 100 - number(c)) > 1 + number(a) * 5e-5:
            yield f"{a} x {share} % is not {c}"
    pattern = (
        rf"everybody: p = P / N = {N} / {N} = [^\n]*\n- Formula: odds ratio 1: migrants x p = {N} x "
        rf"[^\n]*\n- Formula: odds ratio {R}: {N} \(the 2x2 table with these margins"
    )
    for P, residents, S, ratio, people in found(pattern, text):
        exact = affected(number(S), number(residents), number(P), float(ratio))
        # the ratio is printed with two digits, the people with all
        if abs(exact / number(people) - 1) > 0.006:
            yield f"odds ratio {ratio} gives {exact:,.0f}, not {people}"


def affected(S: float, total: float, P: float, ratio: float) -> float:
    """Solve A (N - S - P + A) = ratio (S - A)(P - A) by bisection."""
    low, high = max(0.0, S + P - total), min(S, P)
    for _ in range(200):
        A = (low + high) / 2
        if A * (total - S - P + A) < ratio * (S - A) * (P - A):
            low = A
        else:
            high = A
    return low


def headline(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    """The sentence at the top and the exact numbers, against the table of the answer."""
    pattern = (
        rf"^About (<100|{N}) .*?probability it is between (<100|(?:under )?{N}) and (<100|{N}), if"
    )
    for about, _, low, _, high, _ in found("(?ms)" + pattern, text):
        if about[0] != "<" and abs(number(about) - e.mean) > 0.5 * unit(about) + 0.5:
            yield f"{about} is not {e.mean:,.1f} rounded"
        # ends are rounded outwards, to the digits of the mean: the interval holds 90 % or more
        step = 100.0 if about[0] == "<" else unit(about)
        if low.startswith("under ") and not e.lower < number(low.removeprefix("under ")):
            yield f"{e.lower:,.1f} is not {low}"
        if low[0] not in "<u" and not number(low) <= e.lower + 0.5 < number(low) + step + 1:
            yield f"{low} is not {e.lower:,.1f} rounded down"
        if high[0] != "<" and not number(high) - step - 1 < e.upper - 0.5 <= number(high):
            yield f"{high} is not {e.upper:,.1f} rounded up"
        if not e.lower <= e.mean <= e.upper:
            yield f"{e.mean:,.1f} lies outside {e.lower:,.1f} to {e.upper:,.1f}"
    for said in found(rf"\(odds ratio 1\), it would be (<100|{N})\.", text):
        if said[0] != "<100" and abs(number(said[0]) - e.odds_ratio_1) > 0.5 * unit(said[0]) + 0.5:
            yield f"{said[0]} is not {e.odds_ratio_1:,.1f} rounded"
    pattern = (
        rf"mean of the draws {N}, standard deviation {N}, Monte Carlo error at most {N}; "
        rf"odds ratio 1: {N}"
    )
    for mean, sd, mcse, at_one in found(pattern, text):
        exact = (e.mean, e.sd, e.mcse, e.odds_ratio_1)
        for said, value in zip((mean, sd, mcse, at_one), exact, strict=True):
            if abs(number(said) - value) > 0.5:
                yield f"{said} is not {value:,.1f}"


def spread(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    """The last step of each cell says on which side of the central figure the mean lies."""
    for cell in (cell for cell in est.cells if cell.steps and cell.steps[-1].name == "spread"):
        change = cell.steps[-1].value - cell.steps[-2].value
        side = "above" if change > 0 else "below" if change < 0 else "at"
        if f"lies {side} the figure at central values" not in cell.steps[-1].text:
            yield f"{cell.id}: {cell.steps[-1].text}, {change:+,.2f}"


def limits(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    for low, high in found(rf"Whatever the odds ratio: between {N} and {N}\.", text):
        if not number(low) <= e.odds_ratio_1 + 0.5 <= number(high) + 1:
            yield f"{e.odds_ratio_1:,.1f} is not between {low} and {high}"
    pattern = (
        rf"odds ratio 1: {N}\.[^\n]*\n(?:\n|- (?!Limits)[^\n]*\n)*"
        rf"- Limits at the central figures: {N} to {N}"
    )
    for at_one, low, high in found(pattern, text):
        # the limits are exact, the figure at odds ratio 1 is rounded and may stand at one of them
        half = 10 ** (len(at_one) - len(at_one.rstrip("0,")) - at_one.count(",")) / 2
        if not number(low) - half <= number(at_one) <= number(high) + half:
            yield f"{at_one} is not between {low} and {high}"


def figures(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    """Figures are those of the case, and one that is said to be used is used."""
    if len(e.target.destinations) != 1 or e.target.kind == "origin":
        return
    case, (place,) = est.case, e.target.destinations
    totals = case.stock.totals().loc[place]
    needs = {f.people for f in case.footprints if f.destination == place}
    text = " ".join(text.split())
    for figure in e.figures:
        if figure.what.startswith("migrants in"):
            if float(totals.loc[pd.Timestamp(figure.as_of)]) != figure.value:
                yield f"{figure.what} on {figure.as_of}: {figure.value}"
            is_start = "start of the growth" in figure.role
            if (
                e.decomposition
                and is_start
                and f"since {figure.as_of}, when there were" not in text
            ):
                yield f"{figure.as_of} is no start of a growth"
        if figure.what.startswith("people in need,") and figure.value not in needs:
            yield f"{figure.what}: {figure.value}"


def concentration(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    for (names,) in found(r"At least half of the total, at odds ratio 1, is in ([^.]*)\.", text):
        table = est.by("destination").summary()
        named = table["destination"].map(code_name).isin(re.split(", | and ", names))
        part, whole = table.loc[named, "odds_ratio_1"].sum(), table["odds_ratio_1"].sum()
        if part < whole / 2:
            yield f"{names} hold {part / whole:.0%}"


def parts(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    shares = [part.share for part in e.parts if not math.isnan(part.share)]
    if shares and abs(math.fsum(shares) - 1) > 1e-9:
        yield f"shares of countries sum to {math.fsum(shares)}"
    missing = {x.destination for x in est.cells if x.status in {"not_estimated", "left_out"}}
    for names in found(r"Not estimated or not added, wholly or in part: ([^.]*)\.", text):
        for code in re.findall(r"\(([A-Z]{3})\)", names[0]):
            if code not in missing:
                yield f"{code} is estimated and added"


def flags(text: str, est: Estimates, e: Explanation) -> Iterator[str]:
    """A flag of a row is true of one of its cells."""
    cells = [x for x in est.cells if x.destination in e.target.destinations]
    for code in set(FLAG.findall(text.partition("What to know")[2].partition("\n\n\n")[0])):
        rule = TRUE_OF.get(code)
        if rule is not None and not any(rule(est, cell) for cell in cells):
            yield f"{code} is true of none of {[cell.id for cell in cells]}"


def of_crisis(est, cell):
    return next(c for c in est.crises if c.id == cell.crisis)


def of_footprint(est, cell):
    return next(
        f
        for f in est.case.footprints
        if (f.crisis, f.destination) == (cell.crisis, cell.destination)
    )


def basis(est, cell):
    rows = est.case.stock.basis
    return rows[rows["destination"].eq(cell.destination)]


def counts(est, cell):
    return [c for c in of_footprint(est, cell).counts if c.group in {cell.group, "migrants"}]


def stock_dates(est, cell):
    return [day.date() for day in est.case.stock.totals().loc[cell.destination].index]


def is_after_last(est, cell):
    onset = of_crisis(est, cell).onset
    return onset is not None and stock_dates(est, cell)[0] < onset


TRUE_OF: dict[str, Callable[..., bool]] = {
    "BASIS_CITIZENSHIP": lambda est, cell: basis(est, cell)["basis"].eq("citizenship").any(),
    "BORDER_CHANGE": lambda est, cell: (
        cell.group == "other"
        and any(moved_border(est.compositions[cell.destination, "other"].origin, cell.destination))
    ),
    "COUNT_EXCEEDS_STOCK": lambda est, cell: (
        max((c.in_need for c in counts(est, cell)), default=0) > cell.stock
    ),
    "FIGURE_AFTER_ONSET": is_after_last,
    "GROWTH_CAPPED": lambda est, cell: (
        any("capped: " in step.text for step in cell.steps) or not cell.steps
    ),
    "LEFT_OUT_OF_TOTALS": lambda est, cell: cell.crisis in est.case.left_out_of_totals,
    "NO_PROTECTION_FIGURES": lambda est, cell: est.case.protected is None,
    "ODDS_RATIO_JUDGED": lambda est, cell: (
        cell.group == "other" and cell.evidence_level in {2, 3, 4}
    ),
    "ONSET_UNKNOWN": lambda est, cell: of_crisis(est, cell).onset is None,
    "PLAN_SHARE_BY_RULE": lambda est, cell: any(c.is_by_rule for c in counts(est, cell)),
    "PROTECTION_PRIOR": lambda est, cell: (
        cell.group == "protection" and not any(c.use == "share" for c in counts(est, cell))
    ),
    "RELATED_COUNT": lambda est, cell: any(
        c.use in {"related", "plan_level"} for c in of_footprint(est, cell).counts
    ),
    "SCOPE_UNKNOWN": lambda est, cell: of_footprint(est, cell).pin_scope == "unknown",
    "STOCK_FROZEN": lambda est, cell: (
        (
            of_crisis(est, cell).onset is not None
            and any(f"until {of_crisis(est, cell).onset}" in s.text for s in cell.steps)
        )
        or not cell.steps
    ),
    "STOCK_IMPUTED": lambda est, cell: basis(est, cell)["is_imputed"].any(),
    "SUBNATIONAL_PLAN": lambda est, cell: bool(of_footprint(est, cell).area),
    "SUPERSEDED": lambda est, cell: cell.status == "superseded",
    "UNRWA": lambda est, cell: cell.destination in {"JOR", "LBN", "PSE", "SYR"},
}
CHECKS = (
    projections, understood, refugees, steps_add_up, products, headline, spread, limits, figures,
    parts, flags, concentration,
)  # fmt: skip


def faults(est: Estimates, target: str, kind: str | None = None) -> list[str]:
    e = gc.explain(est, target, kind=kind, points=0)
    text = gc.render(e, width=100_000)
    return [
        f"{target}: {check.__name__}: {fault}" for check in CHECKS for fault in check(text, est, e)
    ]


@pytest.fixture(scope="module")
def answer() -> Estimates:
    """Yemen, whose other migrants grow while its stock does not, and Myanmar, held at an onset."""
    return gc.estimate(gc.load_edition("2022").restrict(["YEM", "MMR"]), draws=300, seed=1)


def test_sentences_of_two_countries(answer):
    assert not [fault for place in ("YEM", "MMR") for fault in faults(answer, place)]


def test_sentences_of_a_capped_growth(answer):
    capped = gc.scenario(answer, growth_cap=0.02)
    assert "(capped: +4.0% a year since 2015-07-01" in gc.render(
        gc.explain(capped, "YEM", points=0)
    )
    assert not faults(capped, "YEM")


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_sentence_of_every_row_of_every_edition(edition):
    est = gc.estimate(gc.load_edition(edition), draws=300, seed=1)
    national = {f.crisis for f in est.case.footprints if f.destination}
    targets = [
        ("world", "world"),
        *((place, "destination") for place in est.case.destinations),
        *((crisis.id, "crisis") for crisis in est.crises if crisis.id in national),
        *((cell.id, "cell") for cell in est.cells),
        *((region, "region") for region in est.by("region").labels["region"]),
    ]
    assert not [fault for target, kind in targets for fault in faults(est, target, kind)]


def test_a_false_sentence_is_noticed(answer):
    """The checks can fail: each takes a text in which one number is changed."""
    e = gc.explain(answer, "YEM", points=0)
    text = gc.render(e, width=100_000)
    changes = {
        projections: (r"[+-][\d.]+% a year until", "+3.0% a year until"),
        refugees: (r"[\d.]+% inside the stock", "50.00% inside the stock"),
        steps_add_up: (r"(?m)  \+[\d,]+  ", "  +1  "),
        products: (r"x [\d.]+% = ", "x 12.34% = "),
        headline: (r"^About [\d,]+|\nAbout [\d,]+", "\nAbout 1,230,000"),
        limits: (r"between 0 and [\d,]+\. This", "between 0 and 5. This"),
    }
    for check, (pattern, replacement) in changes.items():
        assert not list(check(text, answer, e)), check.__name__
        assert list(check(re.sub(pattern, replacement, text), answer, e)), check.__name__
