"""Write the page on refugees whom plans count: `python tools/registered_factor.py`.

Every figure of docs/results/registered-factor.md is computed here from the packaged table; the words of
the page stand in tools/pages, so that no figure is copied by hand.
"""

# ruff: noqa: E501 -- lines of a page and rows of its tables

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from gallery import write
from gecam.datasets import load_calibration
from gecam.uncertainty import LogitNormal
from page_texts import DOCS, filled

PAGE = DOCS / "results" / "registered-factor.md"
FITTED_UNTIL = 2024  # rows of later years are held out
SCOPE = "union"  # of the test: all who are registered, inside the stock or not
LEVELS = (0.5, 0.9)
COVERED = (0.80, 0.97)  # share of 90 % intervals that must hold the count
OF_PLANS = ("in_plan", "with_arrivals")
FIRST_SHARE = LogitNormal.from_mean(0.969, 1.4)  # of refugees in need, before the factor


@dataclass(frozen=True)
class Fit:
    """A factor on the register: weight of the older one, and log-normal around it."""

    weight: float
    location: float
    log_sd: float
    log_likelihood: float

    @property
    def mean(self) -> float:
        """Mean of the factor."""
        return float(np.exp(self.location + self.log_sd**2 / 2))

    def quantiles(self, row: pd.Series, at: Sequence[float]) -> NDArray[np.float64]:
        """Return quantiles of the count of a row, persons."""
        ends = np.log([row["register"], row["register_before"]])
        grid = np.linspace(ends.min() - 2, ends.max() + 2, 20_001)
        cdf = [norm.cdf(grid, end + self.location, self.log_sd) for end in ends]
        both = (1 - self.weight) * cdf[0] + self.weight * cdf[1]
        return np.exp(np.interp(at, both, grid))


def fit(rows: pd.DataFrame, *, two_dates: bool = True) -> Fit:
    """Fit the factor: posterior means, with the spread of a new plan.

    Parameters
    ----------
    rows
        Of ``planned_refugees``.
    two_dates
        Whether a plan may take the register of a year earlier.
    """
    y = np.log(rows["in_need"] / rows["register"]).to_numpy()
    older = np.log(rows["register_before"] / rows["register"]).to_numpy()
    weights = (np.arange(50) + 0.5) / 50 if two_dates else np.array([0.0])
    m, s, w = np.meshgrid(
        np.linspace(-0.4, 0.5, 91), np.exp(np.linspace(np.log(0.02), np.log(0.6), 80)), weights,
        indexing="ij",
    )  # fmt: skip
    each = [
        (1 - w) * norm.pdf(value, m, s) + w * norm.pdf(value, at + m, s)
        for value, at in zip(y, older, strict=True)
    ]
    log_likelihood = np.sum(np.log(np.maximum(each, 1e-300)), axis=0)
    p = np.exp(log_likelihood - log_likelihood.max())
    p /= p.sum()
    centre = float((p * m).sum())
    spread = float(np.sqrt((p * ((m - centre) ** 2 + s**2)).sum()))
    return Fit(float((p * w).sum()), centre, spread, float(log_likelihood.max()))


def first_method(row: pd.Series, at: Sequence[float]) -> NDArray[np.float64]:
    """Return quantiles of the count by the method before: a share of those registered at mid-year."""
    after = row["register_after"]
    now = row["register"] if np.isnan(after) else (row["register"] + after) / 2
    return np.asarray(now * FIRST_SHARE.at_score(norm.ppf(at)))


def interval_score(low: float, high: float, value: float, level: float) -> float:
    """Return the interval score of a value, on the logarithm."""
    lower, upper, at = np.log([low, high, value])
    return float(
        upper - lower + 2 / (1 - level) * (max(lower - at, 0.0) + max(at - upper, 0.0))
    )  # fmt: skip


Ask = Callable[[pd.Series, Sequence[float]], NDArray[np.float64]]


def tested(rows: pd.DataFrame, ask: Ask) -> pd.DataFrame:
    """Return the interval, whether it holds the count, and its score, by row and level."""
    lines = []
    for _, row in rows.iterrows():
        for level in LEVELS:
            low, high = ask(row, ((1 - level) / 2, (1 + level) / 2))
            score = interval_score(low, high, row["in_need"], level)
            holds = low <= row["in_need"] <= high
            lines.append((row["iso3"], row["year"], level, low, high, holds, score))
    names = ["iso3", "year", "level", "low", "high", "holds", "score"]
    return pd.DataFrame(lines, columns=names)


def split(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return counts of plans that the factor is fitted to, and those held out."""
    plans = rows[rows["kind"].isin(OF_PLANS)]
    return plans[plans["year"] <= FITTED_UNTIL], plans[plans["year"] > FITTED_UNTIL]


def models(fitted: pd.DataFrame) -> dict[str, Fit]:
    """Return both models, fitted."""
    return {"two dates": fit(fitted), "one distribution": fit(fitted, two_dates=False)}


def tests(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tests of both models and of the method before."""
    fitted, held_out = split(rows)
    asked: dict[str, Ask] = {name: model.quantiles for name, model in models(fitted).items()}
    asked["method before"] = first_method
    return {name: tested(held_out, ask) for name, ask in asked.items()}


def main() -> None:
    """Write the page and its picture."""
    rows = load_calibration("planned_refugees")
    PAGE.write_text(page(rows), encoding="utf-8")
    picture(rows)


def page(rows: pd.DataFrame) -> str:
    """Return the text of the page."""
    fitted, held_out = split(rows)
    plans, responses = rows[rows["kind"].isin(OF_PLANS)], rows[rows["kind"].eq("response")]
    both, results = models(fitted), tests(rows)
    two = both["two dates"]
    without = fit(fitted[fitted["kind"].eq("in_plan")])
    afghan = plans[plans["iso3"].eq("AFG") & plans["year"].isin([2024, 2025])]
    names = [
        f"{r.iso3} {r.year:.0f}" for r in plans[plans["kind"].eq("with_arrivals")].itertuples()
    ]
    return filled(
        "registered-factor",
        n=len(rows), n_plans=len(plans), n_responses=len(responses),
        counts="\n".join(count_lines(plans)), responses="\n".join(count_lines(responses)),
        arrivals=f"Counts that hold people who were expected to come: {', '.join(names)} (marked *).",
        centres="\n".join(centre_lines(plans)),
        afghan=_ratios(afghan, "register"), afghan_before=_ratios(afghan, "register_before"),
        n_fitted=len(fitted), until=FITTED_UNTIL,
        models="\n".join(
            f"| {name} | {m.weight:.2f} | {m.mean:.2f} | {m.log_sd:.2f} | {m.log_likelihood:.1f} |"
            for name, m in both.items()
        ),
        weight=two.weight, mean=two.mean, sd=two.log_sd,
        gain=two.log_likelihood - both["one distribution"].log_likelihood,
        mean_without=without.mean, sd_without=without.log_sd, scope=SCOPE,
        held_out="\n".join(held_out_lines(held_out, results)),
        scores="\n".join(score_lines(results)), verdict=verdict(results),
        n_test=len(held_out), countries=held_out["iso3"].nunique(),
    )  # fmt: skip


def count_lines(rows: pd.DataFrame) -> Iterator[str]:
    """Yield rows of a table of counts."""
    for r in rows.itertuples():
        mark = "*" if r.kind == "with_arrivals" else ""
        yield (
            f"| {r.iso3}{mark} | {r.year:.0f} | {r.in_need:,.0f} | {r.register:,.0f} "
            f"| {r.in_need / r.register:.2f} | {r.in_need / r.register_before:.2f} |"
        )


def centre_lines(plans: pd.DataFrame) -> Iterator[str]:
    """Yield centre and spread by date of the register and by whether planned arrivals are in."""
    dates = {"end of the year before": "register", "a year earlier": "register_before"}
    for label, column in dates.items():
        for who, rows in (
            ("all", plans),
            ("without planned arrivals", plans[plans["kind"].eq("in_plan")]),
            ("without Afghanistan", plans[plans["iso3"].ne("AFG")]),
        ):
            y = np.log(rows["in_need"] / rows[column])
            yield f"| {label} | {who} | {len(y)} | {np.exp(y.mean()):.2f} | {y.std():.2f} |"


def held_out_lines(held_out: pd.DataFrame, results: dict[str, pd.DataFrame]) -> Iterator[str]:
    """Yield held-out counts with the intervals of each model; a miss is bold."""
    for row in held_out.itertuples():
        cells = []
        for of in results.values():
            at = of[of["iso3"].eq(row.iso3) & of["year"].eq(row.year) & of["level"].eq(0.9)]
            low, high, holds = at[["low", "high", "holds"]].iloc[0]
            words = f"{low:,.0f} to {high:,.0f}"
            cells.append(words if holds else f"**{words}**")
        yield f"| {row.iso3} {row.year:.0f} | {row.in_need:,.0f} | {' | '.join(cells)} |"


def score_lines(results: dict[str, pd.DataFrame]) -> Iterator[str]:
    """Yield coverage and mean scores of each model."""
    for name, of in results.items():
        by = of.groupby("level")
        holds, n, score = by["holds"].sum(), by["holds"].size(), by["score"].mean()
        cells = [f"{holds[x]} of {n[x]}" for x in LEVELS] + [f"{score[x]:.2f}" for x in LEVELS]
        yield f"| {name} | {' | '.join(cells)} |"


def verdict(results: dict[str, pd.DataFrame]) -> str:
    """Return whether the rules of the test hold."""
    of = {name: at[at["level"].eq(0.9)] for name, at in results.items()}
    share = of["two dates"]["holds"].mean()
    is_covered = COVERED[0] <= share <= COVERED[1]
    is_better = of["two dates"]["score"].mean() < of["method before"]["score"].mean()
    rule = f"between {COVERED[0]:.0%} and {COVERED[1]:.0%} of 90 % intervals hold the count"
    return (
        f"The rules were: {rule}, and the mean score is better than that of the method before. The model of two dates "
        f"{'meets' if is_covered else 'misses'} the first ({share:.0%}) and {'meets' if is_better else 'misses'} the second. "
        "Its intervals of 50 % hold few counts: too narrow in the middle, or chance, which so few counts cannot tell apart."
    )


def picture(rows: pd.DataFrame) -> None:
    """Draw counts over the register, with the 90 % intervals of held-out rows."""
    plans = rows[rows["kind"].isin(OF_PLANS)].reset_index(drop=True)
    results = tests(rows)
    figure, axes = plt.subplots(figsize=(7.5, 5.5), layout="constrained")
    y = -np.arange(len(plans))
    for (name, of), colour, shift in zip(
        list(results.items())[::2], ("#1b6ca8", "#b8b8b8"), (0.0, -0.3), strict=True
    ):
        at = of[of["level"].eq(0.9)].merge(plans, on=["iso3", "year"])
        place = [
            y[plans.index[plans["iso3"].eq(r.iso3) & plans["year"].eq(r.year)][0]]
            for r in at.itertuples()
        ]
        axes.hlines(np.array(place) + shift, at["low"] / at["register"], at["high"] / at["register"],
                    color=colour, lw=4, label=f"{name}, 90 %")  # fmt: skip
    axes.plot(plans["in_need"] / plans["register"], y, "ko", ms=4, label="published count")
    axes.plot(
        plans["register_before"] / plans["register"],
        y,
        "k|",
        ms=8,
        label="register of a year earlier",
    )
    axes.axvline(1, color="k", lw=0.5)
    axes.set_xscale("log")
    axes.set_xticks([0.5, 0.7, 1, 1.4, 2], ["0.5", "0.7", "1", "1.4", "2"])
    axes.minorticks_off()
    axes.set_yticks(y, [f"{r.iso3} {r.year:.0f}" for r in plans.itertuples()])
    axes.set_xlabel("over UNHCR's register at the end of the year before the plan")
    axes.legend(frameon=False, fontsize=8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figure.png"
        figure.savefig(path, dpi=110)
        write("figure-registered-factor", path)


def _ratios(rows: pd.DataFrame, column: str) -> str:
    return " and ".join(f"{x:.2f}" for x in rows["in_need"] / rows[column])


if __name__ == "__main__":
    main()
