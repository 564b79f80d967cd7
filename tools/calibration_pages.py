"""Write docs/results/calibration.md and docs/results/back-test.md from the packaged figures.

`python tools/calibration_pages.py`; a few seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

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
from gecam.results import message
from page_texts import DOCS, filled

OUT = DOCS / "results"
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
    return filled(
        "calibration",
        n_destinations=stocks.revisions["destination"].nunique(),
        head=NOISE_HEAD,
        levels=noise_lines((*stocks.level, *stocks.by_pair)),
        end_correlation=stocks.end_correlation,
        n_end_correlation=stocks.n_end_correlation,
        drift="\n".join(drift),
        sizes=noise_lines(corridors.sizes),
        at_one_percent=corridors.at_one_percent,
        exponent=corridors.exponent,
        low=corridors.exponent_interval[0],
        high=corridors.exponent_interval[1],
        n=corridors.n,
        n_of_corridors=corridors.n_destinations,
        only_earlier=people(gaps["only_earlier"].sum()),
        origins_only_earlier=gaps["origins_only_earlier"].sum(),
        only_later=people(gaps["only_later"].sum()),
        origins_only_later=gaps["origins_only_later"].sum(),
        sexes=noise_lines(sex_noise(load_calibration("corridors"))),
        needs="\n".join(needs),
        residents="\n".join(residents_lines()),
        shares=shares_table(),
        odds_ratios=odds_ratio_table(),
        areas=areas_table(),
        defaults=defaults_table(),
    )


def noise_lines(rows: Iterable[Noise]) -> str:
    """Return lines of a table of noise, each named as it is."""
    return "\n".join(noise_line(n, n.name) for n in rows)


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
        f"expert judgement, and leaving one out is not possible (n = {learned.n_usable}).",
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
    return filled(
        "back-test",
        stocks="\n".join(backtest_line(test) for test in stocks),
        skills=skill_table(stocks),
        n_crisis=stocks[0].n_crisis,
        n_crisis_of_second=second.n_crisis,
        shortfalls=shortfalls(stocks),
        shares="\n".join(imputation_line(test) for test in shares),
        outside=outside(stocks[4]),
    )


def backtest_line(test: BackTest) -> str:
    """Return a line of the table of stocks."""
    name, noise = str(test.name).rsplit(", ", 1)
    later, earlier = re.findall(r"undesa-ims-(\d{4})", name)
    years = f"{later} from {earlier}"
    sample = "in sample" if message("IN_SAMPLE") in test.notes else "out of sample"
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
    edition = str(test.name).split("edition ")[1].split(",")[0]
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
