"""Coverage by simulation: truths drawn, figures published of them, estimates made from the figures."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from gecam.codes import country_codes
from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.evaluation import (
    Coverage,
    UniformityTest,
    coverage,
    coverage_interval,
    holm,
    pit_from_draws,
    uniformity_test,
)
from gecam.evaluation.sensitivity.sampling import child
from gecam.model import Assumptions, Case
from simulation.truth import ErrorModel, Site
from simulation.world import simulate_world, sites_of

WORLD = "world"
BAND = 0.95  # of the observed coverage of a correct model


@dataclass(frozen=True, eq=False)
class Simulation:
    """Where truths fell in their estimates, over simulated worlds.

    Parameters
    ----------
    pit
        Probability integral transforms: one row per world, one column per target (cells, totals of
        destinations, ``world``). In (0, 1), uniform if estimates are calibrated.
    level
        Probability that a calibrated model fails, over all targets together.
    interval
        Level of the interval of the world total whose coverage is counted.
    """

    pit: pd.DataFrame
    level: float = 0.01
    interval: float = 0.9

    @property
    def n(self) -> int:
        """Number of worlds."""
        return len(self.pit)

    @cached_property
    def tests(self) -> dict[str, UniformityTest]:
        """Test of uniformity of each target, over independent worlds."""
        return {
            str(name): uniformity_test(values, level=self.level)
            for name, values in self.pit.items()
        }

    @cached_property
    def p_values(self) -> dict[str, float]:
        """p-values by target, adjusted for their number (Holm)."""
        adjusted = holm([test.p_value for test in self.tests.values()])
        return dict(zip(self.tests, adjusted, strict=True))

    @cached_property
    def pooled(self) -> UniformityTest:
        """Test of all targets together: one target of each world in turn, so values are independent."""
        columns = (np.arange(self.n) * 7919) % self.pit.shape[1]
        values = self.pit.to_numpy()[np.arange(self.n), columns]
        return uniformity_test(values, level=self.level)

    @property
    def coverage(self) -> Coverage:
        """How often the interval of the world total held the truth."""
        tail = (1 - self.interval) / 2
        world = self.pit[WORLD].to_numpy(dtype="float64")
        return coverage(
            world, np.full(self.n, tail), np.full(self.n, 1 - tail), level=self.interval
        )

    @property
    def band(self) -> tuple[float, float]:
        """Shares of hits that a calibrated model gives in 95 of 100 such studies."""
        return coverage_interval(self.n, level=self.interval, confidence=BAND)

    @property
    def is_uniform(self) -> bool:
        """Whether no target, nor all of them pooled, is rejected as uniform."""
        return min(self.p_values.values()) > self.level and self.pooled.is_uniform

    @property
    def is_covered(self) -> bool:
        """Whether the coverage of the world total lies in its band."""
        return self.band[0] <= self.coverage.share <= self.band[1]

    def summary(self) -> str:
        """Return the verdict in plain text."""
        worst = min(self.p_values, key=lambda name: self.p_values[name])
        words = "uniform" if self.is_uniform else f"NOT uniform ({self.tests[worst].shape})"
        place = "inside" if self.is_covered else "OUTSIDE"
        low, high = self.band
        return (
            f"{self.n} worlds, {self.pit.shape[1]} targets: {words}; smallest adjusted p "
            f"{self.p_values[worst]:.3g} ({worst}), pooled p {self.pooled.p_value:.3g}. World total: "
            f"{self.coverage}; {place} {low:.3f} to {high:.3f}"
        )


def simulate(
    case: Case,
    *,
    runs: int,
    seed: int,
    draws: int = 199,
    truths: int = 1,
    destinations: str | Iterable[str] | None = None,
    errors: ErrorModel | None = None,
    assumptions: Assumptions | None = None,
    executor: Executor | None = None,
) -> Simulation:
    """Draw truths, publish figures of them, estimate from the figures, and see where truths fall.

    Parameters
    ----------
    case
        Its country plans are the worlds' plans, its figures their middle; its assumptions say how
        figures err and what the odds ratio is.
    runs
        Sets of figures; at least 20 worlds.
    seed
        Seed of all worlds.
    draws
        Draws of each estimate. A truth is ranked among them, so its transform is exactly uniform
        for any number.
    truths
        Worlds of each set of figures. More of them cost little, as they share one estimate: the
        distribution of the truth given the figures is what an interval speaks of. They also share the
        sampling error of its draws, of which there should then be thousands.
    destinations
        Those to keep, by code or name; None: all that can be simulated.
    errors
        How figures really err; as assumed by default.
    assumptions
        What estimates assume, where that differs from the truth: a broken model.
    executor
        Runs worlds elsewhere. Results do not depend on it.

    Returns
    -------
    Simulation

    Raises
    ------
    InputError
        If a destination has no plan that can be simulated.

    Notes
    -----
    Worlds are written from the equations of the method (`simulate_world`), estimates come from
    `gecam.estimation.estimate`: agreement tests the code, its approximations, and that errors
    shared between countries reach the totals. It says nothing about whether the assumptions hold in
    the real world; misspecified errors show what follows if they do not.
    """
    sites = sites_of(case)
    if destinations is not None:
        chosen = country_codes(destinations)
        sites = tuple(s for s in sites if s.footprint.destination in chosen)
        if absent := sorted(set(chosen) - {s.footprint.destination for s in sites}):
            raise InputError(f"no plan of {', '.join(absent)} can be simulated")
    study = _Study(case, sites, seed, draws, truths, errors or ErrorModel(), assumptions)
    by_figures = (executor.map if executor else map)(study.pits, range(runs))
    return Simulation(pd.DataFrame([row for rows in by_figures for row in rows]))


def broken_models(a: Assumptions) -> dict[str, Assumptions]:
    """Return assumptions that are wrong on purpose, and that a study must reject.

    Returns
    -------
    dict
        ``sd halved``: every standard deviation at half its value. ``odds ratios independent``:
        no part of the odds ratio shared between countries.
    """
    prior = a.odds_ratio
    return {
        "sd halved": replace(
            a,
            odds_ratio=prior.scaled(0.5),
            stock_log_sd={k: v / 2 for k, v in a.stock_log_sd.items()},
            grade_logit_sd={k: v / 2 for k, v in a.grade_logit_sd.items()},
            frozen_log_sd=a.frozen_log_sd / 2,
            drift_log_sd=a.drift_log_sd / 2,
            subnational_logit_sd=a.subnational_logit_sd / 2,
            protection_logit_sd=a.protection_logit_sd / 2,
        ),
        "odds ratios independent": replace(a, odds_ratio=prior.shared((0.0, 0.0, 1.0))),
    }


@dataclass(frozen=True, slots=True)
class _Study:
    """One set of figures after the other, by its number alone, and the worlds that have them."""

    case: Case
    sites: tuple[Site, ...]
    seed: int
    draws: int
    truths: int
    errors: ErrorModel
    assumptions: Assumptions | None

    def pits(self, position: int) -> list[dict[str, float]]:
        """Return where truths that have the same figures fell in the estimate from these."""
        seeds = [child(self.seed, "simulated world", position).seed]
        seeds += [child(seeds[0], "same figures", i).seed for i in range(1, self.truths)]
        figures = seeds[0] if self.truths > 1 else None
        worlds = [
            simulate_world(self.case, self.sites, seed, figures=figures, errors=self.errors)
            for seed in seeds
        ]
        drawn = self._draws(worlds[0].case, position)
        names = [name for name in sorted(worlds[0].truth) if name != WORLD] + [WORLD]
        draws = np.stack([drawn[name] for name in names], axis=1)
        rows = []
        for seed, world in zip(seeds, worlds, strict=True):
            values = pit_from_draws([world.truth[name] for name in names], draws, seed=seed)
            rows.append(dict(zip(names, values.tolist(), strict=True)))
        return rows

    def _draws(self, case: Case, position: int) -> dict[str, np.ndarray]:
        """Return draws by target of the estimate from published figures."""
        if self.assumptions is not None:
            case = replace(case, assumptions=self.assumptions)
        est = estimate(case, draws=self.draws, seed=child(self.seed, "estimate", position).seed)
        by_place = est.by("destination")
        places = zip(by_place.labels["destination"], by_place.draws, strict=True)
        return {
            **{cell.id: row for cell, row in zip(est.cells, est.draws, strict=True)},
            **{f"destination/{place}": row for place, row in places},
            WORLD: est.total().draws[-1],
        }
