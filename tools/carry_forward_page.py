"""Write the back-test of figures carried forward: `python tools/carry_forward_page.py`.

Needs the publishers' files ($GECAM_RAW) and takes about a minute.
"""

# ruff: noqa: E501 -- lines of a page and rows of its tables

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from build_editions import ROOT, rows
from carry_forward import (
    CARRIED_RULE,
    FIRST,
    LAST,
    RULES,
    SCORED,
    Panel,
    covered,
    errors,
    kalman,
    moves,
    multivariate_t,
    normal_and_own_t,
    panel,
    scale_of,
    total_errors,
    total_interval,
    weight_of_inform,
    with_drift,
)
from gecam.model import AFTER_ONSET, NEXT_FIGURE

PAGE = ROOT / "docs" / "results" / "carry-forward.md"
CARRIED = CARRIED_RULE

TEXT = """# Figures carried forward: the back-test

<!-- written by tools/carry_forward_page.py -->

Can people in need be foreseen in the months between two plans? No rule that was tried knows more than the **last published figure, with its published revisions**:
not INFORM Severity, which is published monthly, nor its changes, nor a Kalman filter of both. So `gc.case_at("2026-03")` carries that figure forward, says how old it is, and
gives an interval for the *next published* figure. It is no nowcast: it does not see what changes between publications.

## What was compared

Country plans launched for {first} to {last}, as they were launched in the December before and as they were revised, with the month in which a revision became public
(stated by its source, recalled or assumed: `gc.figures_at` has the table), and INFORM's people in need (levels 3 to 5) of one crisis for each country, chosen once. Each of the twelve months before a launch is asked for its figure:
{n_all:,} months of {n_pairs} country-years. Parameters come from earlier launches, so scores are of the launches of {scored_first} to {last}: {n_scored} country-years in {n_countries}
countries, {n_rows:,} months. The months of one country-year are near copies of each other: think of {n_scored} observations. A sudden onset (of {n_onsets} listed, by hindsight) lies between the two launches in {n_onset} of them.

## The rules

Absolute error and root mean square of the logarithm of the next plan over the rule's figure:

| rule | all | | without an onset | | with one | |
|---|--:|--:|--:|--:|--:|--:|
| | mean absolute | rms | mean absolute | rms | mean absolute | rms |
{rules}

The weight of INFORM beside the plan that has the least absolute error among earlier launches is {weights}. Dating the revisions lowers the error from {launched:.3f} to {carried:.3f},
after onsets from {launched_onset:.3f} to {carried_onset:.3f}. INFORM repeats the plan some months after it: where it moves on its own, the next plan does not follow. The filter has a step of the level, a noise of plans and a noise
of INFORM, with an offset of each country (sd 0.26), fitted for foreseeing plans.

The error of the last plan does not depend on how long ago it was published: mean absolute {far:.3f} twelve to seven months before the launch, {near:.3f} three to one.

## The distribution of the error

The logarithm of the next plan over the carried figure is Student's t with {degrees:g} degrees of freedom and scale {scale:g}: 90 % within a factor of {factor:.2f}. Such a distribution has no mean on
the scale of people; the published figure is its **median**. The distribution was chosen after these scores had been seen; the plans of 2027 are its first test.

| launch of | country-years | mean error without onsets | scale fitted to earlier launches | covered by 90 % |
|---|--:|--:|--:|--:|
{years}
| all | {n_scored} | | {scale_all:.3f} (to all of them) | {coverage:.1%} |

Of the months without an onset {coverage_calm:.1%} are covered, of those with one {coverage_onset:.1%}.

The errors of a year have a part in common, since plans of one year are made by one rule. Logarithm of the sum of all plans over the sum carried from November, and 90 % intervals
of that sum under five distributions:

| distribution of the countries' errors | {year_names} | missed |
|---|{dashes}--:|
| observed | {observed} | |
{distributions}

Used is the **multivariate t** with {common:g} in common within the scale of {scale:g}: its distribution for one country is exactly the one above, and all countries share the width of a year. A normal shock with a
t of each country's own has narrower sums and another distribution for each country.

## After a sudden onset

While an onset since a figure is listed and no revision has been published, the larger of the figure and INFORM's is taken, and the error is t with {after_degrees:g} degrees of freedom and scale {after_scale:g}
(90 % within a factor of {after_factor:.1f}). This is expert judgement from {n_unrevised} cases; errors one month before the launch, of the larger of the two:
{unrevised}. {outside}

## INFORM as an alarm

An alarm is a month in which INFORM moves by more than 5 % to a number that no plan has (within 3 %). From 2020-10 to 2026-03 there are {n_alarms}, {hits} of them within three months of a listed onset; of
{n_onsets_seen} onsets {seen} had an alarm, and {moved} had any move of INFORM, mostly to a figure that a revision had just published. An alarm is a reason to look for an onset or a revision; it moves no number.

## What not to conclude

These are errors about the next number of a publisher, which is partly a decision: scopes and boundaries of plans change. They are no errors about need. Plans that begin or end cannot be foreseen. Seven
rules, two filters and a drift were tried on the same data: one that won by little would have won by chance.
"""


def main() -> None:
    """Write the page."""
    manifest = {row["file"]: row for row in rows(ROOT / "tools" / "manifest.csv")}
    PAGE.write_text(page(panel(manifest)), encoding="utf-8")


def page(data: Panel) -> str:
    """Return the text of the page."""
    every = errors(data, RULES[CARRIED], range(FIRST + 1, LAST + 1))
    scored = every[every["target"] >= SCORED[0]]
    by_rule = {name: errors(data, rule, SCORED) for name, rule in RULES.items()}
    by_rule["last plan, with the median change of earlier years"] = with_drift(every)
    for words, uses_inform in (("plans", False), ("plans and INFORM", True)):
        by_rule[f"local level (Kalman filter) of {words}"] = pd.concat(
            [kalman(data, year, uses_inform=uses_inform) for year in SCORED]
        )
    launched = by_rule["last plan as launched"]
    weights = sorted({f"{weight_of_inform(data, year):.2f}" for year in SCORED})
    totals = total_errors(data, range(FIRST + 1, LAST + 1))
    moved = moves(data)
    alarms, after = moved[moved["is_alarm"]], moved[moved["onset"].ne("")]
    calm, struck = scored[~scored["onset"]], scored[scored["onset"]]
    unrevised = _after_onsets(data)
    distribution, later = NEXT_FIGURE, AFTER_ONSET
    inside = unrevised["error"].abs() <= np.log(later.factor(0.9))
    return TEXT.format(
        first=FIRST, last=LAST, scored_first=SCORED[0], n_all=len(every), n_rows=len(scored),
        n_pairs=_pairs(every), n_scored=_pairs(scored), n_countries=scored["iso3"].nunique(),
        n_onset=_pairs(struck), n_onsets=len(data.onsets), rules="\n".join(_rule_lines(by_rule)),
        weights=" and ".join(weights) + (" in all four windows" if len(weights) == 1 else ""),
        launched=_mae(launched), carried=_mae(scored),
        launched_onset=_mae(launched[launched["onset"]]), carried_onset=_mae(struck),
        far=_mae(calm[calm["horizon"] > 6]), near=_mae(calm[calm["horizon"] <= 3]),
        degrees=distribution.degrees, scale=distribution.scale, common=distribution.common, factor=distribution.factor(0.9),
        years="\n".join(_year_lines(every)), scale_all=scale_of(every, distribution.degrees),
        coverage=covered(scored, distribution.degrees, distribution.scale, 0.9),
        coverage_calm=covered(calm, distribution.degrees, distribution.scale, 0.9),
        coverage_onset=covered(struck, distribution.degrees, distribution.scale, 0.9),
        year_names=" | ".join(map(str, totals)), dashes="--:|" * len(totals),
        observed=" | ".join(f"{error:+.3f}" for error in totals.values()),
        distributions="\n".join(_distribution_lines(data, totals)),
        after_degrees=later.degrees, after_scale=later.scale, after_factor=later.factor(0.9),
        n_unrevised=len(unrevised), unrevised=_cases(unrevised),
        outside=f"{int((~inside).sum())} of them lies outside." if (~inside).any() else "",
        n_alarms=len(alarms), hits=int(alarms["onset"].ne("").sum()),
        n_onsets_seen=len(data.onsets), seen=_pairs(alarms[alarms["onset"].ne("")], "onset"),
        moved=_pairs(after, "onset"),
    )  # fmt: skip


def _pairs(table: pd.DataFrame, label: str = "target") -> int:
    return len(table.drop_duplicates(["iso3", label]))


def _mae(table: pd.DataFrame) -> float:
    return float(table["error"].abs().mean())


def _rule_lines(by_rule: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Yield one line for each rule, the best first."""
    for name, table in sorted(by_rule.items(), key=lambda item: _mae(item[1])):
        parts = (table, table[~table["onset"]], table[table["onset"]])
        numbers = " | ".join(
            f"{_mae(p):.3f} | {(p['error'] ** 2).mean() ** 0.5:.3f}" for p in parts
        )
        yield f"| {f'**{name}**' if name == CARRIED else name} | {numbers} |"


def _year_lines(every: pd.DataFrame) -> Iterator[str]:
    """Yield coverage and scale by launch."""
    distribution = NEXT_FIGURE
    for year in SCORED:
        now, earlier = every[every["target"] == year], every[every["target"] < year]
        scale = scale_of(earlier[~earlier["unrevised"]], distribution.degrees)
        calm = now[~now["onset"]]["error"].mean()
        share = covered(now, distribution.degrees, distribution.scale, 0.9)
        yield f"| {year} | {_pairs(now)} | {calm:+.3f} | {scale:.3f} | {share:.0%} |"


def _distribution_lines(data: Panel, totals: Mapping[int, float]) -> Iterator[str]:
    """Yield the interval of the total of each year under each distribution."""
    distributions = {
        "independent t": multivariate_t(0.0),
        "multivariate t, 0.075 in common": multivariate_t(0.075),
        "multivariate t, 0.10 in common": multivariate_t(0.10),
        "normal shock 0.075 and own t": normal_and_own_t(0.075),
        "normal shock 0.10 and own t": normal_and_own_t(0.10),
    }
    for name, distribution in distributions.items():
        ends = {year: total_interval(data, year, distribution) for year in totals}
        missed = sum(not low <= totals[year] <= high for year, (low, high) in ends.items())
        shown = " | ".join(f"{low:+.3f} to {high:+.3f}" for low, high in ends.values())
        yield f"| {name} | {shown} | {missed} of {len(totals)} |"


def _after_onsets(data: Panel) -> pd.DataFrame:
    """Return the errors after onsets without a revision, one month before the next launch."""
    rule = RULES["plan with revisions; after an onset the larger of it and INFORM"]
    table = errors(data, rule, range(FIRST + 1, LAST + 1))
    return table[table["unrevised"] & table["horizon"].eq(1)]


def _cases(table: pd.DataFrame) -> str:
    return ", ".join(f"{r.iso3} {r.target} {r.error:+.2f}" for r in table.itertuples())


if __name__ == "__main__":
    main()
