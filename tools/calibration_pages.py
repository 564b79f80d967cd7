"""Write docs/results/calibration.md and docs/results/back-test.md from the packaged figures.

`python tools/calibration_pages.py`; a few seconds.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from gecam.datasets import crisis_onsets, load_calibration, load_edition, packaged_backtests
from gecam.evaluation import (
    BackTest,
    Noise,
    calibrate_stocks,
    composition_noise,
    ecological_table,
    group_shares_published,
    needs_noise,
    published_odds_ratios,
    sex_noise,
)
from gecam.evaluation.calibration.noise import noise
from gecam.model import defaults, residents_at

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "results"
NOISE_HEAD = (
    "| | n | groups | root mean square | its 90 % interval | usual | 90 % width | mean ratio |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|"
)
COMPARISONS = {
    "two_tables": "two tables of OCHA, country plans of 2022",
    "two_tables_appeals": "two tables of OCHA, appeals and other plans of 2022",
    "severity_same_year": "overview 2024 and INFORM Severity, July 2024",
    "severity_before": "INFORM Severity, January 2024, and overview 2024",
    "year_before": "plans of 2021 and 2022",
}


def main() -> None:
    """Write both pages."""
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "calibration.md").write_text(calibration_page(), encoding="utf-8")
    (OUT / "back-test.md").write_text(backtest_page(), encoding="utf-8")


def calibration_page() -> str:
    """Return the page of calibration figures."""
    stocks = calibrate_stocks(
        load_calibration("stock_totals"), load_calibration("stock_basis"), crisis=crisis_onsets()
    )
    drift = [
        *(noise_line(n, f"{n.name} countries, growth as it was") for n in stocks.growth),
        *(noise_line(n, f"{n.name} countries, growth capped") for n in stocks.growth_capped),
    ]
    needs = [
        noise_line(n, ", ".join([COMPARISONS[n.name.split(",")[0]], *n.name.split(", ")[1:]]))
        for n in needs_noise(load_calibration("needs_pairs"))
    ]
    corridors = composition_noise(load_calibration("corridors"))
    gaps = load_calibration("origin_gaps")
    gaps = gaps[gaps["later_source"].eq("undesa-ims-2024")]
    low, high = corridors.exponent_interval
    n_destinations = stocks.revisions["destination"].nunique()
    return f"""# Calibration: the figures

Written by `python tools/calibration_pages.py` from the packaged figures; the method and its
limits stand in [Calibration of the defaults](../explanation/calibration.md). Logarithms and
logits throughout: 0.1 is about 10 %. "Usual" is the median difference, scaled to the sd of a
normal; "90 % width" the sd of a normal whose 90 % interval would hold 90 % of the differences;
"mean ratio" 1 where figures are right on average; "groups" the countries, as differences of one
country depend on each other.

## Stocks: a published level

Figures of the last common year that the next revision of UN DESA changed by more than 0.1 %, by
how they were made. {n_destinations} destinations, three revisions.

{NOISE_HEAD}
{chr(10).join(noise_line(n, n.name) for n in (*stocks.level, *(p for p in stocks.by_pair)))}

Correlation of the changes of two dates five years apart: {stocks.end_correlation:.2f} (n =
{stocks.n_end_correlation}).

## Stocks: drift per root year

Change that the earlier revision's growth did not foresee, over the root of h + h²/D; revised
stocks whose last figure is no extrapolation.

{NOISE_HEAD}
{chr(10).join(drift)}

## Composition: an origin's share of its destination

Pairs with people in both revisions; shares among the origins that both tell apart.

{NOISE_HEAD}
{chr(10).join(noise_line(n, n.name) for n in corridors.sizes)}

A power law a (0.01/share)^b gives a = {corridors.at_one_percent:.2f} and b = {corridors.exponent:.2f}
(90 % {low:.2f} to {high:.2f}; {corridors.n:,} corridors, {corridors.n_destinations}
destinations). In the destinations that the 2024 revision changed,
{people(gaps["only_earlier"].sum())} people of {gaps["origins_only_earlier"].sum():,.0f} corridors
of the 2020 revision have no origin of their own any more, and {people(gaps["only_later"].sum())}
of {gaps["origins_only_later"].sum():,.0f} are new: what "others" holds changes more than any
corridor.

Women over men of an origin, where both revisions split the sexes.

{NOISE_HEAD}
{chr(10).join(noise_line(n, n.name) for n in sex_noise(load_calibration("corridors")))}

## People in need

{NOISE_HEAD}
{chr(10).join(needs)}

## Residents

Residents that a needs overview gives of its own, against those of the edition (World Bank; of 2025
and 2026 UN DESA), at the reference date. Neither is a new count of the other's, so the difference is
no error of one alone; the default is that of 2024, which was read first.

{NOISE_HEAD}
{chr(10).join(residents_lines())}

## Shares in need by group

{shares_table()}

## Odds ratio of other migrants

{odds_ratio_table()}

## Where migrants live

Difference between the logit of migrants' share and the national one. "Unknown": the sd if
migrants are spread like residents with Dirichlet concentration 10. "Crowded": if they live where
many people live. "Refugees": where refugees in need are.

{areas_table()}

## What the defaults rest on

{defaults_table()}
"""


def noise_line(n: Noise, name: str) -> str:
    """Return a line of a table of noise."""
    interval = "too few" if np.isnan(n.lower) else f"{n.lower:.2f} to {n.upper:.2f}"
    label = name.replace("undesa-ims-", "revision ").replace(" revision", ", next")
    return (
        f"| {label} | {n.n:,} | {n.n_clusters} | {n.rms:.3f} | {interval} | {n.robust:.3f} "
        f"| {n.width_90:.3f} | {n.mean_ratio:.2f} |"
    )


def residents_lines() -> list[str]:
    """Return how far the residents of needs overviews lie from those of the editions."""
    lines = []
    for year in ("2024", "2025", "2026"):
        case = load_edition(year)
        differences = [
            np.log(f.denominator / residents_at(case.population, f.destination, f.as_of))
            for f in case.footprints
            if f.destination and f.is_national and f.denominator
        ]
        lines.append(noise_line(noise("residents", differences), f"overviews of {year}"))
    return lines


def shares_table() -> str:
    """Return shares in need by group."""
    lines = [
        "| group | n | mean | sd | smallest | median | largest | all in need | by construction |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {found.group} | {found.n} | {found.mean:.3f} | {found.sd:.3f} | {found.smallest:.2f} "
        f"| {found.median:.2f} | {found.largest:.2f} | {found.n_all} | {found.n_by_construction} |"
        for found in group_shares_published(load_calibration("published_shares"))
    ]
    return "\n".join(lines)


def odds_ratio_table() -> str:
    """Return what the published counts of both groups imply."""
    counts = load_calibration("both_groups")
    learned = published_odds_ratios(counts)
    table = counts.merge(learned.countries, on="country", suffixes=("", "_learned"))
    lines = [
        f"Status **{learned.status}**: {learned.n_usable} usable, {learned.n_at_one} at 100 %, "
        f"{learned.n_missing} without figures of residents. With fewer than 5 usable the prior stays "
        f"judged, and leaving one out is not possible (n = {learned.n_usable}).",
        "",
        "| | migrants in need | residents in need | odds ratio | remark |",
        "|---|--:|--:|--:|---|",
    ]
    for row in table.itertuples():
        residents = row.residents_in_need / row.residents
        lines.append(
            f"| {row.country} | {row.migrants_in_need / row.migrants:.0%} | "
            f"{'' if np.isnan(residents) else f'{residents:.0%}'} | "
            f"{'' if np.isnan(row.log_or) else f'{np.exp(row.log_or):.1f}'} | {row.note} |"
        )
    return "\n".join(lines)


def areas_table() -> str:
    """Return the ecological table by country, and root mean squares."""
    table = ecological_table(load_calibration("areas"))
    lines = [
        "| country | areas | share | bounds | unknown | crowded | refugees |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in table.itertuples():
        refugees = "" if np.isnan(row.refugees) else f"{row.refugees:+.2f}"
        lines.append(
            f"| {row.Index} | {row.areas} | {row.share:.0%} | {row.lowest:.0%} to {row.highest:.0%} "
            f"| {row.unknown:.2f} | {row.crowded:+.2f} | {refugees} |"
        )
    rms = {name: np.sqrt((table[name] ** 2).mean()) for name in ("unknown", "crowded", "refugees")}
    n = table["refugees"].notna().sum()
    lines.append(
        f"| root mean square | | | | {rms['unknown']:.2f} | {rms['crowded']:.2f} "
        f"| {rms['refugees']:.2f} (n = {n}) |"
    )
    return "\n".join(lines)


def defaults_table() -> str:
    """Return the table of defaults that are numbers."""
    table = defaults()
    table = table[table["status"].ne("rule")]
    lines = ["| assumption | value | status | basis |", "|---|---|---|---|"]
    lines += [
        f"| `{row.name_}` | {row.value} | {row.status} | {row.basis} |"
        for row in table.rename(columns={"name": "name_"}).itertuples()
    ]
    return "\n".join(lines)


def backtest_page() -> str:
    """Return the page of back-tests."""
    tests = packaged_backtests()
    stocks, shares = tests[:-2], tests[-2:]
    second = stocks[4]
    return f"""# Back-tests

Written by `python tools/calibration_pages.py`; the same figures come from `gecam backtest` (every
case with `--cases`, for programs with `--json`). The method and its limits stand in [Calibration
of the defaults](../explanation/calibration.md).

A stock counts only where the later revision changed the figure of the last common year, and where
its last figure does not just continue the growth before. Forecasts know what was public on the
day on which the earlier revision came out. Scores are on the log scale (shares: logit); skill is
1 for a perfect forecast, 0 for one as good as the rule. A rule without spread is scored by its
absolute error: the skill of the *distribution* rewards an honest width, that of the *centre*
compares the single numbers.

## Stocks

| forecast | noise | n | in crisis countries | inside 90 % | 95 % confidence | verdict |
|---|---|--:|--:|--:|--:|---|
{chr(10).join(backtest_line(test) for test in stocks)}

{skill_table(stocks)}

**Coverage in crisis countries is unknown.** {stocks[0].n_crisis} of the countries of the first
test and {second.n_crisis} of the second have a humanitarian plan; fewer than 10 say nothing about
coverage. The revisions leave 26 of the 28 countries with a plan of 2022 as they were.

**Shortfalls, stated and not fitted away.** {shortfalls(stocks)}

## Shares in need, one country left out

The model of countries without a plan, fitted without one country with a plan, and asked for it.

| edition | n | inside 90 % | 95 % confidence | skill of the distribution | skill of the centre |
|---|--:|--:|--:|--:|--:|
{chr(10).join(imputation_line(test) for test in shares)}

The rule is the mean logit of the other countries. The intervals are about right; as single
numbers, modelled shares are no better than that mean. Only countries *with* a plan can be left
out: those without one publish no people in need, so how well they are modelled cannot be tested.

## Cases outside their interval

{outside(stocks[4])}
"""


def backtest_line(test: BackTest) -> str:
    """Return a line of the table of stocks."""
    name, noise = test.name.rsplit(", ", 1)
    later, earlier = re.findall(r"undesa-ims-(\d{4})", name)
    years = f"{later} from {earlier}"
    sample = "in sample" if "In sample" in test.notes[0] else "out of sample"
    c = test.coverage
    verdict = "as promised, within chance" if c.is_consistent else (
        "**too narrow**" if c.share < c.level else "**too wide**"
    )  # fmt: skip
    return (
        f"| {years} | {noise}, {sample} | {test.n} | {test.n_crisis} | {c.hits} ({c.share:.0%}) "
        f"| {c.lower:.0%} to {c.upper:.0%} | {verdict} |"
    )


def skill_table(tests: tuple[BackTest, ...]) -> str:
    """Return the skill of each forecast against each rule."""
    lines = [
        "| forecast | noise | against | skill of the distribution | skill of the centre | n |",
        "|---|---|---|--:|--:|--:|",
    ]
    for test in tests:
        first, second = backtest_line(test).split(" | ")[:2]
        for rule in test.rules:
            whole, centre = test.skill(rule), test.skill(rule, of="centre")
            lines.append(
                f"{first} | {second} | {rule.replace('_', ' ')} | {whole.value:+.2f} "
                f"({whole.lower:+.2f} to {whole.upper:+.2f}) | {centre.value:+.2f} "
                f"({centre.lower:+.2f} to {centre.upper:+.2f}) | {whole.n} |"
            )
    return "\n".join(lines)


def shortfalls(tests: tuple[BackTest, ...]) -> str:
    """Return the shortfalls in words."""
    found = [
        f"{test.name}: {test.shortfall} ({test.coverage.hits} of {test.n})."
        for test in tests
        if test.shortfall
    ]
    tail = (
        "What is known of stocks has heavy tails: most revisions are small, a few are large. A normal "
        "error with the right mean square is then too wide in the middle and still misses the few; its "
        "90 % intervals hold more than 90 %. It is kept, as the mean square is what adds up in totals."
    )
    return " ".join([*found, tail]) if found else "None."


def imputation_line(test: BackTest) -> str:
    """Return a line of the table of shares."""
    c = test.coverage
    whole, centre = test.skill("same_share"), test.skill("same_share", of="centre")
    edition = test.name.split("edition ")[1].split(",")[0]
    return (
        f"| {edition} | {test.n} | {c.hits} ({c.share:.0%}) | {c.lower:.0%} to {c.upper:.0%} "
        f"| {whole.value:+.2f} ({whole.lower:+.2f} to {whole.upper:+.2f}) "
        f"| {centre.value:+.2f} ({centre.lower:+.2f} to {centre.upper:+.2f}) |"
    )


def outside(test: BackTest) -> str:
    """Return the cases of one test outside their interval, and the five farthest inside."""
    rows = test.scored.assign(far=(test.scored["pit"] - 0.5).abs())
    rows = rows.sort_values("far", ascending=False, kind="stable").head(6)
    lines = [
        f"The six farthest from the middle of their forecast ({test.name}).",
        "",
        "| destination | came out | forecast | 90 % interval | |",
        "|---|--:|--:|--:|---|",
    ]
    for row in rows.to_dict("records"):
        is_out = not row["lower"] <= row["observed"] <= row["upper"]
        lines.append(
            f"| {row['case']} | {people(row['observed'])} | {people(row['central'])} "
            f"| {people(row['lower'])} to {people(row['upper'])} | {'outside' if is_out else ''} |"
        )
    return "\n".join(lines)


def people(value: float) -> str:
    """Return people with three digits."""
    if not np.isfinite(value) or value == 0:
        return "0" if value == 0 else ""
    step = 10 ** max(0, int(np.floor(np.log10(value))) - 2)
    return f"{np.floor(value / step + 0.5) * step:,.0f}"


if __name__ == "__main__":
    pd.set_option("display.width", 100)
    main()
