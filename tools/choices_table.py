"""Write docs/results/choices.md: what each choice does to the world total, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from gecam.datasets import (
    load_alternatives,
    load_edition,
    load_regional_plans,
    load_risk,
    load_world,
)
from gecam.estimation import apply_edits, complete_estimates, estimate, modelled_case
from gecam.estimation.methods.small_area import NO_SHIFT, SelectionShift
from gecam.evaluation.alternatives.specifications import PRESENT, REGIONAL
from gecam.model import Assumptions, Case, OddsRatioPrior, Population
from gecam.results import SELECTIONS, Estimates
from gecam.uncertainty import DEFAULT_DRAWS, round_together

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "results" / "choices.md"
DRAWS = DEFAULT_DRAWS
Change = Callable[[Case], Case]


class Choice(NamedTuple):
    """A choice, what it is set to, how it changes a case, and the scope that is asked of it."""

    name: str
    setting: str
    change: Change
    scope: str = "all"


def unchanged(case: Case) -> Case:
    """Leave the default."""
    return case


def assume(**changes: object) -> Change:
    """Return a change of assumptions."""
    return lambda case: replace(case, assumptions=replace(case.assumptions, **changes))


def world_bank(case: Case) -> Case:
    """Use the World Bank's population in place of the plans' own denominators."""
    return replace(case, footprints=tuple(replace(f, denominator=None) for f in case.footprints))


def everybody_counted(case: Case) -> Case:
    """Read every plan as counting everybody."""
    return replace(case, footprints=tuple(replace(f, pin_scope="all") for f in case.footprints))


def without_counts(case: Case) -> Case:
    """Leave out the published counts of groups."""
    return replace(case, footprints=tuple(replace(f, counts=()) for f in case.footprints))


def population_of(year: int) -> Change:
    """Use the population of another year."""

    def change(case: Case) -> Case:
        people = case.population.people
        kept = people[people["as_of"].dt.year.eq(year)]
        shifted = kept.assign(as_of=f"{case.crises[0].reference_date.year}-07-01")
        source = case.population.source
        return replace(case, population=Population(shifted, case.population.log_sd, source))

    return change


CHOICES = (
    Choice("the default", "", unchanged),
    Choice("refugees in need", "the residents' share", assume(protection_in_need="national")),
    Choice("refugees in need", "all of them", assume(protection_in_need="one")),
    Choice("refugees in need", "prior near 1", assume(protection_in_need="published")),
    Choice("refugees in need", "as measured", assume(protection_in_need="measured")),
    Choice("refugees in need", "left out", unchanged, "excluding_refugees"),
    Choice("refugees outside the stock", "added", unchanged, "union"),
    Choice("odds ratio", "1", assume(odds_ratio=OddsRatioPrior.exactly(1.0))),
    Choice("odds ratio", "2", assume(odds_ratio=OddsRatioPrior.exactly(2.0))),
    Choice("relations between plans", "not applied", assume(apply_relations=False)),
    Choice("overlapping crises", "independent", assume(overlap="independent")),
    Choice("overlapping crises", "one inside the other", assume(overlap="comonotone")),
    Choice("projection of a stock", "last growth not carried on", assume(apply_growth=False)),
    Choice(
        "projection of a stock", "growth carried across an onset", assume(apply_onset_rule=False)
    ),
    Choice(
        "projection of a stock",
        "migrants and residents of the onset",
        assume(stock_after_onset="both_held"),
    ),
    Choice(
        "projection of a stock",
        "migrants of the onset, residents of now",
        assume(stock_after_onset="held"),
    ),
    Choice("moved borders", "left out", assume(), "excluding_border_changes"),
    Choice(
        "undercount of other migrants", "10 % missed, Beta(2, 18)", assume(undercount=(2.0, 18.0))
    ),
    Choice("scope of the plans", "everybody counted", everybody_counted),
    Choice("unknown scopes", "nationals only", assume(unknown_scope_weight=0.0)),
    Choice("population", "two years earlier (2020)", population_of(2020)),
    Choice("population", "World Bank, not the plans' own", world_bank),
)

PRIOR = Assumptions().odds_ratio
METHODS = (
    Choice("the default", "", unchanged),
    Choice("published counts of groups (evidence level 1)", "not used", without_counts),
    Choice("growth cap", "none", assume(growth_cap=4.9)),
    Choice(
        "error of stock totals",
        "none",
        assume(
            stock_log_sd=dict.fromkeys(Assumptions().stock_log_sd, 0.0),
            frozen_log_sd=0.0,
            drift_log_sd=0.0,
        ),
    ),
    Choice(
        "correlation of a stock's two dates", "0 (as calibrated: 0.78)", assume(end_correlation=0.0)
    ),
    Choice(
        "error of people in need",
        "none",
        assume(grade_logit_sd=dict.fromkeys("ABCDE", 0.0), subnational_logit_sd=0.0),
    ),
    Choice(
        "figures of places within a country",
        "groups spread like residents",
        assume(local_place=None),
    ),
    Choice("odds ratio", "at its median, no spread", assume(odds_ratio=PRIOR.scaled(0.0))),
    Choice(
        "odds ratio",
        "independent between countries",
        assume(odds_ratio=PRIOR.shared((0.0, 0.0, 1.0))),
    ),
    Choice("odds ratio", "the same everywhere", assume(odds_ratio=PRIOR.shared((1.0, 0.0, 0.0)))),
    Choice("spread of refugees' share in need", "nearly none", assume(protection_logit_sd=0.01)),
    Choice(
        "errors of one edition and one publisher",
        "independent",
        assume(stock_correlation=0.0, change_correlation=0.0, pin_correlation=0.0),
    ),
    Choice("error of the composition", "none", assume(composition_log_sd=0.0, sex_log_sd=0.0)),
)


def main() -> None:
    """Write the page."""
    text = [
        "# What each choice does to the world total",
        "",
        "One choice at a time, everything else as by default; all country-level plans with their "
        f"relations, {DRAWS:,} draws, seed 2022. Written by `python tools/choices_table.py`.",
        "",
    ]
    for name in ("2022", "2024"):
        text += [
            f"## Edition {name}",
            "",
            *table(name, CHOICES),
            *coverage(name),
            *regional(name),
            "",
        ]
        text += [*modelled(name), ""]
        text += [
            f"### What each method does, edition {name}",
            "",
            "One part of the method at a time taken out or set otherwise. Without an error, "
            "the interval is narrower by what that error contributes.",
            "",
            *table(name, METHODS),
            "",
        ]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("\n".join(text), encoding="utf-8")


def table(name: str, choices: tuple[Choice, ...]) -> Iterator[str]:
    """Yield the lines of one edition's table."""
    case = load_edition(name)
    yield "| choice | set to | odds ratio 1 | prior, mean | 90 % interval | against the default |"
    yield "|---|---|--:|--:|--:|--:|"
    reference = 0.0
    for choice in choices:
        row = total(estimate(choice.change(case), draws=DRAWS, seed=2022, scope=choice.scope))
        reference = reference or row["mean"]
        yield line(choice.name, choice.setting, row, reference)


def line(choice: str, setting: str, row: dict[str, float], reference: float) -> str:
    """Return the line of one choice, with its mean against that of the default."""
    people, lower, upper = written(row)
    return (
        f"| {choice} | {setting} | {written(row, 'odds_ratio_1')[0]} | {people} | "
        f"{lower} to {upper} | {row['mean'] / reference - 1:+.1%} |"
    )


def coverage(name: str) -> Iterator[str]:
    """Yield what other readings of the migrants whom a stock misses, or counts too many, do."""
    case = load_edition(name)
    reference = total(estimate(case, draws=DRAWS, seed=2022))["mean"]
    for setting, edit in load_alternatives(name).coverage.items():
        row = total(estimate(apply_edits(case, [edit]), draws=DRAWS, seed=2022))
        yield line("migrants whom the stock misses", setting, row, reference)


def regional(name: str) -> Iterator[str]:
    """Yield what people add whom country plans leave to regional plans, and another count of them."""
    est, plans = estimate(load_edition(name), draws=DRAWS, seed=2022), load_regional_plans(name)
    reference = total(est)["mean"]
    for setting, present in PRESENT.items():
        totals = complete_estimates(est, plans, present=present).totals().summary()
        hosts = setting.replace("added", "added with their hosts elsewhere, another estimand")
        for words, position in ((setting, 0), (hosts, 2)):
            yield line(REGIONAL, words, totals.iloc[position].to_dict(), reference)


def modelled(name: str) -> Iterator[str]:
    """Yield what modelled shares of countries without a plan would add; never in the headline."""
    covered = load_edition(name)
    yield "Countries without a plan (evidence level 4, apart from the totals above):"
    yield ""
    yield "| shift of log odds without a plan | modelled, mean | 90 % interval | countries |"
    yield "|---|--:|--:|--:|"
    for words, shift in (("-1.0 (sd 0.5, expert judgement)", SelectionShift()), ("none", NO_SHIFT)):
        case = modelled_case(covered, load_world(name), load_risk(), shift=shift).case
        row = total(estimate(case, draws=2_000, seed=2022))
        people, lower, upper = written(row)
        yield f"| {words} | {people} | {lower} to {upper} | {len(case.footprints)} |"


def written(row: dict[str, float], value: str = "mean") -> tuple[str, str, str]:
    """Return a number of a row and the interval, to the digits that the mean carries."""
    sd = row["cv"] * row["mean"]
    rounded = round_together(row[value], row["lower"], row["upper"], sd=sd, mcse=row["mcse"])
    return rounded.texts()[0]


def total(est: Estimates) -> dict[str, float]:
    """Return the summary of the second world total."""
    return est.total().row(total=SELECTIONS[1]).summary().iloc[0].to_dict()


if __name__ == "__main__":
    main()
