"""Write the page on the evidence for the odds ratio: `python tools/odds_ratio_page.py`.

Every figure of docs/explanation/odds-ratio-evidence.md is computed here from the packaged pairs; the
words of the page stand in tools/pages, so that no figure is copied by hand.
"""

# ruff: noqa: E501 -- lines of a page and rows of its tables

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import gecam as gc
from gallery import write
from gecam.datasets import load_calibration
from gecam.estimation import (
    OddsRatioDistribution,
    calibration_pairs,
    combine_sources,
    fit_odds_ratio,
    odds_ratio_priors,
)
from gecam.estimation.methods.odds_ratio_model import WITHIN_SD
from gecam.estimation.methods.odds_ratio_pairs import OFFSETS
from gecam.evaluation import foundations
from gecam.model import PRIOR_ROWS, OddsRatioPrior
from gecam.uncertainty import DEFAULT_DRAWS
from odds_ratio_checks import METHODS, SCOPES, p_of_pairs, scores, summary
from page_texts import DOCS, filled, lines

PAGE = DOCS / "explanation" / "odds-ratio-evidence.md"


def main() -> None:
    """Write the page."""
    pairs = calibration_pairs(load_calibration("group_pairs"))
    is_used = pairs["left_out"].eq("")
    model = fit_odds_ratio(pairs)
    reasons = pairs.loc[~is_used, "left_out"].str.partition(":")[0].value_counts()
    p_of = dict(p_of_pairs(pairs))
    text = filled(
        "odds-ratio-evidence",
        n=len(pairs),
        countries=pairs.loc[~pairs["country"].isin(["EUU", "WLD"]), "country"].nunique(),
        used=int(is_used.sum()),
        k=len(model.countries),
        left_out=lines((reason, n) for reason, n in reasons.items()),
        within=WITHIN_SD,
        draws=f"{DEFAULT_DRAWS:,}",
        surveys=lines(surveys("2022", "2026")),
        pools=lines(pools(pairs[is_used])),
        offsets=lines((k.replace("_", " "), f"{m:.2f}", f"{s:.1f}", w) for k, (m, s, w) in OFFSETS.items()),
        between="{:.2f} to {:.2f}".format(*model.between_interval()),
        predictions=lines(
            (label, *figures(model.predict(**options)))
            for label, options in {
                "protracted, by citizenship, against the nation, low and middle income": {},
                "by birth": {"basis": "birth"},
                "conflict": {"crisis_class": "conflict"},
                "against residents of the same places": {"comparison": "same_places"},
                "high income": {"is_high_income": True},
            }.items()
        ),
        variants=lines(
            (within, scale, *figures(fit_odds_ratio(pairs, within_sd=within, between_scale=scale).predict()))
            for within in (0.15, 0.3, 0.5) for scale in (0.5, 1.0)
        ),
        **further(pairs),
        by_country=lines(
            (country, int(row["rows"]), f"{np.exp(row['log_odds_ratio']):.2f}", *figures(model.of_country(country)))
            for country, row in model.countries.iterrows()
        ),
        rows=lines(
            (r.country, f"{float(r.year):.0f}", r.crisis_class, r.outcome, r.group, r.comparison,
             f"{r.odds_ratio:.2f}", "yes" if not r.left_out else "",
             f"{p_of[r.Index]:.2f}" if r.Index in p_of else "")
            for r in pairs[pairs["odds_ratio"].notna()].sort_values(["crisis_class", "country", "year"]).itertuples()
        ).replace("_", " "),
    )  # fmt: skip
    forest(pairs)
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.name}: {len(text) / 1e3:.0f} kB")


def surveys(*editions: str) -> Iterator[tuple[object, ...]]:
    """Yield by edition the five countries whose survey would narrow the world total most."""
    for edition in editions:
        table = gc.sensitivity(gc.load_edition(edition), figures=1).surveys
        for row in table.head(5).itertuples():
            yield (
                edition, gc.codes.name(row.destination), f"{row.variance_reduction:.1%}",
                f"{row.interval_reduction:,.0f}", f"{row.interval_reduction_se:,.0f}",
            )  # fmt: skip


def further(pairs: pd.DataFrame) -> dict[str, object]:
    """Return what the page says of exposure, of the priors of rows, and of validation."""
    exposure, priors = fit_odds_ratio(pairs, quantity="exposure"), odds_ratio_priors(pairs)
    scope = [(name, score) for name in SCOPES if "low" not in name for score in scores(pairs, name)]
    values = {
        q: fit_odds_ratio(pairs, quantity=q).countries["log_odds_ratio"]
        for q in ("need", "exposure")
    }
    return {
        "exposed_k": len(exposure.countries),
        "exposed": "{} ({})".format(*figures(exposure.predict())),
        "exposed_between": "{:.2f} to {:.2f}".format(*exposure.between_interval()),
        "rows_of_priors": lines(
            (PRIOR_ROWS[name], *figures(held.prior), held.text, held.basis)
            for name, held in priors.rows.items()
        ),
        **{name: priors.factors[name] for name in ("birth", "unknown", "high_income")},
        "drift": priors.log_sd_per_root_year,
        "own_priors": lines(
            (country, held.year, *figures(held.prior)) for country, held in priors.countries.items()
        ),
        "validation": lines(
            (r.scope, r.k, r.method, f"{r.log_score:.2f}", f"{r.in_50:.0%}", f"{r.in_90:.0%}")
            for r in summary(pairs).itertuples()
        ),
        "foundations": lines(stands_on()),
        "totals": lines(totals(pairs)),
        **verdict(pairs),
        "p_values": lines(
            (score.country, name.partition(",")[0],
             f"{np.exp(values[SCOPES[name][0]][score.country]):.2f}", f"{score.p:.2f}")
            for name, score in scope if score.method == METHODS[0]
        ),
    }  # fmt: skip


def stands_on() -> Iterator[tuple[str, ...]]:
    """Yield the share of each total by what it stands on."""
    shares = {}
    for edition in ("2022", "2024"):
        table = foundations(gc.estimate(gc.load_edition(edition))).set_index("stands_on")
        for total, rows in table.groupby("total", sort=False):
            shares[edition, total] = rows["share"]
    del shares["2024", "country plans"]  # the same as all
    for name in next(iter(shares.values())).index:
        yield name, *(f"{share[name]:.0%}" for share in shares.values())


def totals(pairs: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Yield the total of 2022 with other pairs behind the odds ratio."""
    as_need = {
        "is_settled": False, "use": "calibration", "group": "migrants_noncitizen",
        "crisis_class": "protracted_economic", "outcome": "need_plan",
    }  # fmt: skip
    exposure = pairs["crisis_class"].eq("sudden_onset")
    every = pd.concat(
        [pairs.assign(**as_need), pairs[exposure].assign(crisis_class="sudden_onset")]
    )
    fit = every[~every["crisis_class"].eq("sudden_onset")]
    sets = {
        "by the rules of use (24 rows, the default)": pairs,
        "one instrument for both groups (23 rows)": pairs[pairs["is_same_instrument"] | exposure],
        "the 61 fit for calibration": pd.concat(
            [fit[pairs["use"].eq("calibration")], every[every["crisis_class"].eq("sudden_onset")]]
        ),
        "all 120": every,
    }
    case = gc.load_edition("2022")
    named = {name: odds_ratio_priors(rows) for name, rows in sets.items()}
    priors: dict[str, object] = {**named, "none: the prior of 2024": OddsRatioPrior.judged_2024()}
    for name, prior in priors.items():
        assumed = replace(case.assumptions, odds_ratio=prior)
        row = gc.estimate(replace(case, assumptions=assumed)).total().summary().iloc[1]
        held = prior.rows["need"].prior if name in named else prior
        yield (
            name,
            f"{held.median:.2f}",
            f"{row['mean']:,.0f}",
            f"{row['lower']:,.0f} to {row['upper']:,.0f}",
        )


def verdict(pairs: pd.DataFrame) -> dict[str, float]:
    """Return the figures of the verdict."""
    table = summary(pairs).set_index(["scope", "method"])["log_score"]
    every, poor = (table[scope] for scope in list(SCOPES)[:2])
    model, old, _, one = METHODS
    of_poor = pd.DataFrame(list(scores(pairs, list(SCOPES)[1])))
    by_method = of_poor.set_index(["method", "country"])["log_score"]
    gap = by_method[model] - by_method[old]
    return {
        "poor": poor[model], "poor_old": poor[old], "poor_one": poor[one],
        "all": every[model], "all_old": every[old], "all_one": every[one],
        "difference": gap.mean(), "error": gap.std(ddof=1) / len(gap) ** 0.5,
    }  # fmt: skip


def forest(pairs: pd.DataFrame) -> None:
    """Draw every pair with an odds ratio, by class of crisis."""
    shown = pairs[pairs["odds_ratio"].notna()].sort_values(["crisis_class", "country", "year"])
    classes = list(shown["crisis_class"].unique())
    counts = [int(shown["crisis_class"].eq(name).sum()) for name in classes]
    figure, panels = plt.subplots(
        len(classes), 1, figsize=(7.5, 0.135 * sum(counts) + 2.4), sharex=True,
        height_ratios=counts, layout="constrained",
    )  # fmt: skip
    for panel, name in zip(panels, classes, strict=True):
        rows = shown[shown["crisis_class"].eq(name)][::-1].reset_index(drop=True)
        half = 1.645 * rows["log_or_sd"].fillna(0.0)
        panel.hlines(
            rows.index, rows["odds_ratio"] * np.exp(-half), rows["odds_ratio"] * np.exp(half), "0.6"
        )
        for is_used, style in (
            (True, {"c": "#2166ac"}),
            (False, {"facecolors": "white", "edgecolors": "0.4"}),
        ):
            some = rows[rows["left_out"].eq("") == is_used]
            panel.scatter(some["odds_ratio"], some.index, s=14, zorder=3, **style)
        labels = [
            f"{r.country} {r.year:.0f} {r.outcome}, {r.group}".replace("_", " ")
            for r in rows.itertuples()
        ]
        panel.set_yticks(rows.index, labels, fontsize=5)
        panel.set(title=name.replace("_", " "), xscale="log", xlim=(0.2, 400), ylim=(-1, len(rows)))
        panel.axvline(1, color="0.8", zorder=0)
    panels[-1].set_xlabel(
        "odds ratio (filled: used for people in need; bars: sampling error, 90 %)", fontsize=7
    )
    panels[-1].xaxis.set_major_formatter("{x:g}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forest.png"
        figure.savefig(path, dpi=110)
        write("figure-odds-ratios", path)


def figures(distribution: OddsRatioDistribution | OddsRatioPrior) -> tuple[str, str]:
    """Return median and interval as text."""
    low, high = distribution.interval()
    return f"{distribution.median:.2f}", f"{low:.2f} to {high:.2f}"


def pools(used: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Yield REML pools of country values."""
    rich = used["income_group"].eq("HIC")
    for label, rows in (
        ("all", used),
        ("low and middle income", used[~rich]),
        ("the same, without conflict", used[~rich & used["crisis_class"].ne("conflict")]),
        ("the same, need or hunger only", used[~rich & used["outcome"].ne("poverty_income")]),
        ("high income", used[rich]),
    ):
        y = np.log(rows["odds_ratio"]).groupby(rows["country"]).median()
        fit = combine_sources(
            y.to_numpy(), np.full(len(y), WITHIN_SD), scale="identity", method="REML", level=0.9
        )
        ends = [
            f"{np.exp(low):.2f} to {np.exp(high):.2f}"
            for low, high in (fit.interval, fit.prediction_interval)
        ]
        yield label, len(y), f"{np.exp(fit.estimate):.2f}", *ends


if __name__ == "__main__":
    main()
