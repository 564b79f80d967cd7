"""Which figure to collect next: the figures behind an answer, and what knowing each is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gecam._typing import FloatArray
from gecam.codes import name
from gecam.errors import InputError
from gecam.estimation import DestinationPlan, LeafPlan
from gecam.evaluation._sampling import sobol_points
from gecam.evaluation.information import InformationValue, next_figure
from gecam.evaluation.random_inputs import RandomInputs

SCREEN_DEGREE = 3  # of the polynomials that choose which figures are weighed


@dataclass(frozen=True, slots=True)
class Loss:
    """The loss of a plan that is sized by an estimate.

    Parameters
    ----------
    cost_under
        Cost of each person left out of the plan, > 0.
    cost_over
        Cost of each place planned in vain, > 0, in the same unit.
    """

    cost_under: float = 1.0
    cost_over: float = 1.0

    def __post_init__(self) -> None:
        if not (self.cost_under > 0 and self.cost_over > 0):
            raise InputError(f"costs must be > 0: got {self.cost_under} and {self.cost_over}")

    @property
    def words(self) -> str:
        """The loss in plain words."""
        if self.cost_under == self.cost_over:
            return "a person left out of a plan costs as much as a place planned in vain"
        return (
            f"a person left out of a plan costs {self.cost_under / self.cost_over:.3g} times as much "
            "as a place planned in vain"
        )


def figures_to_collect(
    model: RandomInputs, loss: Loss, *, figures: int, n: int, seed: int
) -> InformationValue:
    """Return what knowing each figure would save a plan sized by the answer.

    Parameters
    ----------
    model
        The pipeline as a function of its random inputs.
    loss
        What a wrong size costs.
    figures
        How many figures to weigh: those that explain most of the variance one by one.
    n
        Points, a power of 2.
    seed
        Seed of the points.
    """
    names = model.names
    points = sobol_points(n, len(names), seed=seed)
    values = {name: points[:, i] for i, name in enumerate(names)}
    people = model(values)
    candidates = dict(_figures(model, values))
    power = {words: _explained(people, columns) for words, columns in candidates.items()}
    chosen = sorted(power, key=lambda words: (-power[words], words))[:figures]
    return next_figure(
        people,
        {words: candidates[words] for words in chosen if power[words] > 0},
        cost_under=loss.cost_under,
        cost_over=loss.cost_over,
        seed=seed,
    )


def _figures(
    model: RandomInputs, values: Mapping[str, FloatArray]
) -> Iterator[tuple[str, FloatArray]]:
    """Yield every figure behind an answer in words, with what it would tell in each draw."""
    for plan in model.plans:
        place = name(plan.destination)
        stock, edition = (
            f"stock/{plan.stock_source}/{plan.destination}",
            f"stock/{plan.stock_source}",
        )
        weight = plan.assumptions.stock_correlation
        counted = np.sqrt(weight) * model.scores(values, edition, "edition")
        counted += np.sqrt(1 - weight) * model.scores(values, stock, "total")
        yield (
            f"a count of the migrants in {place} now",
            np.column_stack([counted, model.scores(values, stock, "change")]),
        )
        yield (
            f"how many refugees the stock of {place} contains",
            model.scores(values, f"protection/{plan.destination}", "inside"),
        )
        yield (
            f"a survey of migrants and their neighbours in {place} (the odds ratio)",
            model.log_odds(values, plan),
        )
        if len(plan.crises) > 1:
            yield (
                f"how many people of {place} are in more than one crisis",
                model.scores(values, f"overlap/{plan.destination}", "correlation"),
            )
        for crisis in plan.crises:
            yield from _figures_of_plan(model, values, plan, crisis)


def _figures_of_plan(
    model: RandomInputs,
    values: Mapping[str, FloatArray],
    plan: DestinationPlan,
    crisis: LeafPlan,
) -> Iterator[tuple[str, FloatArray]]:
    footprint, residents = crisis.footprint, crisis.shares.residents
    input_id = f"needs/{footprint.crisis}/{footprint.destination}"
    title = f"{crisis.crisis.name} ({plan.destination})"
    if crisis.shares.count is not None:
        yield (
            f"a census of migrants in need, {title}",
            model.scores(values, input_id, "count:other"),
        )
    if residents is None:
        return
    weight = crisis.pin_correlation
    shared = model.scores(values, f"needs/{footprint.source.id}/{footprint.as_of.year}", "shared")
    own = model.scores(values, input_id, "share")
    yield (
        f"a survey of people in need, {title}",
        np.sqrt(weight) * shared + np.sqrt(1 - weight) * own,
    )
    if crisis.shares.protection is not None and crisis.shares.protection.own is not None:
        yield (
            f"a survey of refugees in need, {title}",
            model.scores(values, input_id, "share:protection"),
        )
    if 0 < residents.table_weight < 1:
        reading = model.scores(values, f"scope/{footprint.destination}", "reading")
        threshold = np.quantile(reading, residents.table_weight)
        yield (
            f"whether people in need include migrants, {title}",
            (reading < threshold).astype(float),
        )


def _explained(people: FloatArray, columns: FloatArray) -> float:
    """Return the share of the variance that polynomials of the columns explain."""
    z = columns.reshape(people.size, -1)
    z = z[:, np.ptp(z, axis=0) > 0]
    design = np.column_stack(
        [np.ones(people.size), *(z**degree for degree in range(1, SCREEN_DEGREE + 1))]
    )
    fitted = design @ np.linalg.lstsq(design, people)[0]
    return float(np.var(fitted) / np.var(people))
