"""Write the back-test of figures carried forward: `python tools/carry_forward_page.py`.

Needs the publishers' files ($GECAM_RAW) and takes about a minute.
"""

# ruff: noqa: E501 -- lines of a page and rows of its tables

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

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
from page_texts import DOCS, filled

PAGE = DOCS / "results" / "carry-forward.md"
CARRIED = CARRIED_RULE


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(panel()), encoding="utf-8")


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
    return filled(
        "carry-forward",
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
