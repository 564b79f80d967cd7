"""Which figure to collect next: the value of knowing each input of an answer exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gecam._signature import check_fields
from gecam._typing import FloatArray, Positive
from gecam.codes import name
from gecam.estimation import CellPlan
from gecam.evaluation.explanation.targets import Target
from gecam.evaluation.sensitivity.information import InformationValue, next_figure
from gecam.evaluation.sensitivity.random_inputs import RandomInputs, Sample
from gecam.results import Message, message
from gecam.uncertainty import addresses

SCREEN_DEGREE = 3  # of the polynomials that choose which figures are weighed
MOST_OF_A_KIND = 3  # figures of one kind that are weighed


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

    cost_under: Positive = 1.0
    cost_over: Positive = 1.0

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def words(self) -> str:
        """The loss in plain words."""
        if self.cost_under == self.cost_over:
            return str(message("LOSS_EVEN"))
        return str(message("LOSS_UNEVEN", times=self.cost_under / self.cost_over))


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure that could be collected, with what it would tell in each draw.

    Parameters
    ----------
    words
        What would be counted or surveyed, and where; its code is the sort of figure.
    columns
        What it would tell in each draw, shape ``(draw,)`` or ``(draw, column)``.
    """

    words: Message
    columns: FloatArray


def figures_to_collect(
    model: RandomInputs, sample: Sample, loss: Loss, *, figures: int, seed: int
) -> InformationValue:
    """Return what knowing each figure would save a plan sized by the answer.

    Parameters
    ----------
    model
        The pipeline as a function of its random inputs.
    sample
        Points of these inputs, and the answer at each.
    loss
        What a wrong size costs.
    figures
        How many figures to weigh: those that explain most of the variance one by one, at most
        three of one kind.
    seed
        Seed of the standard errors.
    """
    values, people = sample
    chosen = _most_telling(list(_figures(model, values)), people)[:figures]
    return next_figure(
        people,
        {str(figure.words): figure.columns for figure in chosen},
        cost_under=loss.cost_under,
        cost_over=loss.cost_over,
        seed=seed,
    )


def _most_telling(candidates: list[Figure], people: FloatArray) -> list[Figure]:
    """Return figures by the variance that each explains alone, at most three of one kind."""
    power = {figure.words: _explained(people, figure.columns) for figure in candidates}
    ranked = sorted(candidates, key=lambda figure: (-power[figure.words], str(figure.words)))
    chosen: list[Figure] = []
    for figure in ranked:
        of_a_kind = [other.words.code for other in chosen].count(figure.words.code)
        if power[figure.words] > 0 and of_a_kind < MOST_OF_A_KIND:
            chosen.append(figure)
    return chosen


def _figures(model: RandomInputs, values: Mapping[str, FloatArray]) -> Iterator[Figure]:
    """Yield every figure behind an answer."""
    for plan in model.plans:
        place = name(plan.destination)
        crises = [crisis for crisis in plan.crises if counts(crisis, model.target)]
        stock = plan.stock_source, plan.destination
        shared = addresses.stock_edition, addresses.change_of_edition
        own = addresses.stock_total, addresses.stock_change
        weights = plan.assumptions.stock_correlation, plan.assumptions.change_correlation
        counted = [
            np.sqrt(weight) * model.scores(values, *of_edition(plan.stock_source))
            + np.sqrt(1 - weight) * model.scores(values, *of_place(*stock))
            for of_edition, of_place, weight in zip(shared, own, weights, strict=True)
        ]
        yield Figure(message("COLLECT_STOCK", place=place), np.column_stack(counted))
        columns = model.scores(values, *addresses.refugees_inside(plan.destination))
        yield Figure(message("COLLECT_REFUGEES", place=place), columns)
        yield Figure(message("COLLECT_ODDS_RATIO", place=place), model.log_odds(values, plan))
        if len(crises) > 1:
            columns = model.scores(values, *addresses.overlap_correlation(plan.destination))
            yield Figure(message("COLLECT_OVERLAP", place=place), columns)
        for crisis in crises:
            yield from _figures_of_plan(model, values, crisis)


def counts(crisis: CellPlan, target: Target) -> bool:
    """Whether a crisis counts in the answer."""
    if target.kind in {"crisis", "cell"}:
        return crisis.crisis.id == target.id.split("/")[0]
    return any(cell.status == "estimated" for cell in crisis.cells)


def _figures_of_plan(
    model: RandomInputs,
    values: Mapping[str, FloatArray],
    crisis: CellPlan,
) -> Iterator[Figure]:
    footprint, residents = crisis.footprint, crisis.shares.residents
    place = footprint.crisis, footprint.destination
    title = crisis.crisis.name
    if crisis.shares.count is not None or crisis.shares.other is not None:
        columns = model.scores(values, *addresses.published_count(*place))
        yield Figure(message("COLLECT_COUNT", crisis=title), columns)
    if residents is not None:
        scores = crisis.error_scores(lambda of, part: model.scores(values, of, part))
        yield Figure(message("COLLECT_NEEDS", crisis=title), scores)
    if crisis.shares.protection is not None and crisis.shares.protection.own is not None:
        columns = model.scores(values, *addresses.share_of_refugees(*place))
        yield Figure(message("COLLECT_REFUGEES_IN_NEED", crisis=title), columns)
    if residents is not None and 0 < residents.table_weight < 1:
        reading = model.uniforms(values, *addresses.reading_of_scope(footprint.destination))
        told = (reading < residents.table_weight).astype(np.float64)
        yield Figure(message("COLLECT_SCOPE", crisis=title), told)


def _explained(people: FloatArray, columns: FloatArray) -> float:
    """Return the share of the variance that polynomials of the columns explain, adjusted."""
    z = columns.reshape(people.size, -1)
    z = z[:, np.ptp(z, axis=0) > 0]
    design = np.column_stack(
        [np.ones(people.size), *(z**degree for degree in range(1, SCREEN_DEGREE + 1))]
    )
    fitted = design @ np.linalg.lstsq(design, people)[0]
    n, p = design.shape
    return float(1 - (1 - np.var(fitted) / np.var(people)) * (n - 1) / (n - p))  # adjusted R²
