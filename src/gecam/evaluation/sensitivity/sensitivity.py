"""Sensitivity: which inputs make an answer uncertain, and which figure to collect next."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import Positive, PositiveInt, WholeNumber
from gecam.errors import InputError
from gecam.estimation import WITHIN_SD
from gecam.evaluation.explanation.targets import Target, TargetKind, case_of, find_target
from gecam.evaluation.sensitivity.information import InformationValue
from gecam.evaluation.sensitivity.next_figures import Loss, figures_to_collect
from gecam.evaluation.sensitivity.random_inputs import RandomInputs, as_given, words_of_input
from gecam.evaluation.sensitivity.shapley_effects import ShapleyEffects, shapley_effects
from gecam.evaluation.sensitivity.sobol import SobolResult, sobol
from gecam.evaluation.sensitivity.surveys import values_of_surveys
from gecam.model import Case
from gecam.results import Estimates, Scope

COLUMNS = (
    "group", "words", "shapley", "shapley_lower", "shapley_upper", "first", "first_lower",
    "first_upper", "total", "total_lower", "total_upper",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Which groups of inputs make an answer uncertain.

    Parameters
    ----------
    target
        What was asked about.
    mean, sd
        Of the people affected, persons.
    shapley
        Shares of the variance that sum to 1, by group.
    indices
        Sobol' indices of first and total order, by group.
    tolerance
        What half the width of an interval may be.
    figures
        What each figure that could be collected is worth to a plan; None where it was not asked.
    loss
        The loss that `figures` speaks of.
    surveys
        By country (``destination``, ISO3), what a survey of migrants and residents there is expected to
        take from the variance (``variance_reduction``, a share) and from the width of the 90 % interval
        (``interval_reduction``, persons), with standard errors, and the expected width after it
        (``interval_after``); whether the country's own rows use the odds ratio (``uses_odds_ratio``):
        else there is none that the survey would update, and the reduction is 0. None where figures were
        not asked.
    case
        Name of the case.
    """

    target: Target
    mean: float
    sd: float
    shapley: ShapleyEffects
    indices: SobolResult
    tolerance: float
    figures: InformationValue | None
    loss: Loss
    surveys: pd.DataFrame | None = None
    case: str = ""

    @property
    def is_converged(self) -> bool:
        """Whether every interval is at most the tolerance to either side; else raise `n`."""
        widest = float(np.max(self.shapley.effect.half_width))
        return bool(self.indices.is_converged) and widest <= self.tolerance

    @property
    def interaction(self) -> float:
        """Part of the variance that no group explains alone."""
        return float(self.indices.interaction)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per group, the largest Shapley share first."""
        parts = [self.shapley.effect, self.indices.first, self.indices.total]
        numbers = np.column_stack([x for p in parts for x in (p.value, p.lower, p.upper)])
        frame = pd.DataFrame(numbers, columns=list(COLUMNS[2:]))
        frame.insert(0, "group", self.shapley.names)
        frame.insert(1, "words", [str(words_of_input(name)) for name in self.shapley.names])
        return frame.sort_values("shapley", ascending=False, kind="stable", ignore_index=True)


@checked
def sensitivity(
    answer: Estimates | Case,
    target: str = "world",
    *,
    kind: TargetKind | None = None,
    case: Case | None = None,
    scope: Scope | None = None,
    n: PositiveInt = 4096,
    tolerance: Positive = 0.05,
    cost_under: Positive = 1.0,
    cost_over: Positive = 1.0,
    figures: WholeNumber = 10,
    survey_log_sd: Positive = WITHIN_SD,
    seed: WholeNumber = 2022,
) -> Sensitivity:
    r"""Divide the variance of an answer among its groups of inputs, and rank figures to collect.

    Parameters
    ----------
    answer
        Estimates as `gecam.estimate` returns them, or the case that they would be made from.
    target, kind
        What to ask about; see `gecam.evaluation.find_target`. Origins are not asked about here: they
        differ from their destinations only through who lives where.
    case
        The inputs, by default those that the estimates hold; needed if they were read from a
        database.
    scope
        As in `estimate`; by default the answer's, or ``all``.
    n
        Points, a power of 2. The pipeline runs n(2k + 3) times for k groups.
    tolerance
        Largest half width of an interval for `Sensitivity.is_converged`, in shares of the variance,
        > 0.
    cost_under, cost_over
        Cost of each person left out of a plan that is sized by this estimate, and of each place
        planned in vain; > 0, in one unit. The figure to collect next is worth what it saves there.
    figures
        Number of figures to weigh, >= 0: those that move the answer most. 0: neither figures nor
        surveys.
    survey_log_sd
        Standard error of the log odds ratio of a survey of migrants and residents, at least 0.05: of
        definition and sampling, as that of the published pairs by default.
    seed
        Seed of the points, a whole number of at least 0.

    Returns
    -------
    Sensitivity
        Shapley effects (they sum to 1), Sobol' indices, the value of each figure, and of a survey in
        each country.

    Raises
    ------
    InputError
        If the target is unknown, the answer has no spread, or `survey_log_sd` is below 0.05.
    NotEstimatedError
        If the target could not be estimated.

    Notes
    -----
    Every random number of the pipeline has an address, so the pipeline itself is run with one group
    of numbers exchanged and all others kept (pick-freeze): first order after Saltelli [1]_, total
    order after Jansen [2]_, Shapley effects by random orders of the groups [3]_. What countries share
    is one input: the shared part of the odds ratio, the error of one edition of the stocks, and the
    error of one publisher's people in need count once for the world. Groups are independent. The
    error of the population has no draws of its own in the pipeline: it is the part of a share's noise
    by which its variance grows with that error.

    A survey in a country is worth what its pair is expected to take from the answer's spread (value of
    sample information [4]_): the draws are conditioned on each result it could have, one year from the
    figure, so that the part of the odds ratio that countries share moves the others too.

    References
    ----------
    .. [1] Saltelli et al. (2010). Variance based sensitivity analysis of model output. *Computer
       Physics Communications* 181: 259-270.
    .. [2] Jansen (1999). Analysis of variance designs for model output. *Computer Physics
       Communications* 117: 35-43.
    .. [3] Goda (2021). A simple algorithm for global sensitivity analysis with Shapley effects.
       *Reliability Engineering & System Safety* 213: 107702.
    .. [4] Raiffa & Schlaifer (1961). *Applied Statistical Decision Theory*. Harvard University,
       chapters 4 and 5.

    Examples
    --------
    >>> from gecam.evaluation import sensitivity
    >>> asked = sensitivity(gc.load_edition("2022"), "TCD", n=512, figures=0)
    >>> asked.to_frame()["group"][0]
    'stock'
    """
    inputs = case_of(answer, case)
    asked = find_target(inputs, target, kind)
    scope = scope or (answer.scope if isinstance(answer, Estimates) else "all")
    if asked.kind == "origin" or not asked.destinations:
        raise InputError(
            f"{asked.words} has no sensitivity of its own: ask about the world, a region, a country, "
            "or a crisis in one"
        )
    model = RandomInputs.of(inputs, asked, scope)
    uniform = dict.fromkeys(model.names, as_given)
    indices = sobol(
        model, uniform, n=n, groups=model.groups, tolerance=tolerance, level=0.9, seed=seed
    )
    if not indices.variance > 0:
        raise InputError(f"the answer for {asked.words} has no spread: there is nothing to divide")
    active = [g for g, total in zip(indices.names, indices.total.value, strict=True) if total != 0]
    shapley = variance_shares(model.only(active), n=n, seed=seed)
    positions = [indices.names.index(name) for name in shapley.names]
    loss = Loss(cost_under, cost_over)
    sample = model.sample(n, seed=seed) if figures else None
    return Sensitivity(
        asked,
        float(indices.mean),
        float(np.sqrt(indices.variance)),
        shapley,
        _of_groups(indices, positions),
        tolerance,
        figures_to_collect(model, sample, loss, figures=figures, seed=seed) if sample else None,
        loss,
        values_of_surveys(model, sample, survey_log_sd=survey_log_sd) if sample else None,
        inputs.name,
    )


def variance_shares(model: RandomInputs, *, n: int, seed: int) -> ShapleyEffects:
    """Return Shapley effects of the groups of a model's inputs."""
    uniform = dict.fromkeys(model.names, as_given)
    return shapley_effects(
        model, uniform, n=n, groups=model.groups, method="permutation", level=0.9, seed=seed
    )


def _of_groups(result: SobolResult, positions: list[int]) -> SobolResult:
    """Return the indices of some groups; the others have no effect at all."""
    names = tuple(result.names[i] for i in positions)
    return replace(
        result, names=names, first=result.first[positions], total=result.total[positions]
    )
