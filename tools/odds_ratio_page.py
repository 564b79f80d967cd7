"""Write the page on the evidence for the odds ratio: `python tools/odds_ratio_page.py`.

Every figure of docs/explanation/odds-ratio-evidence.md is computed here from the packaged pairs; the
words of the page stand in this file, so that no figure is copied by hand.
"""

# ruff: noqa: E501 -- lines of a page and rows of its tables

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from gecam.datasets import load_calibration
from gecam.estimation import (
    OddsRatioDistribution,
    calibration_pairs,
    combine_sources,
    fit_odds_ratio,
)
from gecam.estimation.methods.odds_ratio_model import OFFSETS, WITHIN_SD

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "odds-ratio-evidence.md"

TEXT = """# Evidence for the odds ratio

<!-- written by tools/odds_ratio_page.py -->

The odds ratio compares the odds of being in need of migrants other than refugees with those of residents. `gc.estimate` takes it from a
prior by expert judgement (median 1.22). This page shows what has been published on both groups, and what a model of these figures says.
**The default does not use the model yet**: `gc.estimate` gives the same figures with and without it.

## The table

`gc.load_calibration("group_pairs")` holds {n} published pairs of {countries} countries: one outcome of one crisis for migrants (or refugees) and
for residents, with the source of each. `gecam.estimation.calibration_pairs` says which rows may be used, and why the others are not:
{used} rows of {k} countries are used. Those left out:

| why | rows |
|---|--:|
{left_out}

## Pools of country values

One value per country, the median of the logarithms of its rows, with an error of {within} on the log scale (expert judgement), REML:

| countries | k | odds ratio | mean, 90 % | a new country, 90 % |
|---|--:|--:|---|---|
{pools}

Two pools of five and ten countries disagree because rich countries lie higher; the model keeps all ten and shrinks the difference.

## The model

`gecam.estimation.fit_odds_ratio` has one random effect by country and few offsets, each shrunk to a stated value, since ten countries
cannot estimate them:

| offset of the log odds ratio | prior mean | prior standard deviation | source |
|---|--:|--:|---|
{offsets}

The standard deviation between countries has a half-normal prior of scale 0.5; its posterior is {between} (90 %). Published pairs are selected
upward, as striking ones are printed first: a term lowers the result by 0 to 20 %.

| a country without a pair of its own | median | 90 % |
|---|--:|---|
{predictions}

| error within a country | scale of the prior between countries | median | 90 % |
|--:|--:|--:|---|
{variants}

| country with own pairs | rows | published | after shrinkage | 90 % |
|---|--:|--:|--:|---|
{by_country}

Remove a pair and fit again, to see what it does: `fit_odds_ratio(pairs[pairs["id"].ne(75)])`.

## Limits

- Ten countries, none of them in West Africa, South Asia or the Gulf; Libya's and Lebanon's plans count need in part by status.
- Exposure, displacement and death are other quantities, and no row of them enters. Refugees, naturalised people and those settled for decades do not.
- Offsets and the error within a country are expert judgement; the tables above show what two of them do.
- With few countries the predictive interval rests on the prior between countries as much as on the pairs.

## Every pair with an odds ratio

| country | year | class | outcome | group | against | odds ratio | used |
|---|--:|---|---|---|---|--:|---|
{rows}
"""


def main() -> None:
    """Write the page."""
    pairs = calibration_pairs(load_calibration("group_pairs"))
    is_used = pairs["left_out"].eq("")
    model = fit_odds_ratio(pairs)
    reasons = pairs.loc[~is_used, "left_out"].str.partition(":")[0].value_counts()
    text = TEXT.format(
        n=len(pairs),
        countries=pairs.loc[~pairs["country"].isin(["EUU", "WLD"]), "country"].nunique(),
        used=int(is_used.sum()),
        k=len(model.countries),
        left_out=lines((reason, n) for reason, n in reasons.items()),
        within=WITHIN_SD,
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
        by_country=lines(
            (country, int(row["rows"]), f"{np.exp(row['log_odds_ratio']):.2f}", *figures(model.of_country(country)))
            for country, row in model.countries.iterrows()
        ),
        rows=lines(
            (r.country, f"{float(r.year):.0f}", r.crisis_class, r.outcome, r.group, r.comparison,
             f"{r.odds_ratio:.2f}", "yes" if not r.left_out else "")
            for r in pairs[pairs["odds_ratio"].notna()].sort_values(["crisis_class", "country", "year"]).itertuples()
        ).replace("_", " "),
    )  # fmt: skip
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.name}: {len(text) / 1e3:.0f} kB")


def lines(rows: Iterable[tuple[object, ...]]) -> str:
    """Return rows of a table."""
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


def figures(law: OddsRatioDistribution) -> tuple[str, str]:
    """Return median and interval as text."""
    low, high = law.interval()
    return f"{law.median:.2f}", f"{low:.2f} to {high:.2f}"


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
