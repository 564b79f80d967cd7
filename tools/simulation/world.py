"""A world whose truth is known, and the figures that publishers would give of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial

import numpy as np
import pandas as pd

from gecam.errors import InputError
from gecam.estimation import (
    destination_plan,
    is_published_extrapolation,
    registered_at,
    stock_class,
)
from gecam.evaluation.calibration.stock_errors import YEAR
from gecam.evaluation.sensitivity.sampling import child
from gecam.model import (
    Case,
    Footprint,
    ProtectedPopulation,
    Stock,
    residents_at,
    residents_before,
)
from simulation.truth import (
    ErrorModel,
    Site,
    WorldDraws,
    figure_and_truth,
    local_place,
    true_groups,
    true_log_odds,
    true_needs,
    true_other,
    true_own_share,
    true_part,
)

DAY = timedelta(1)
# An origin beyond a border that moved, of all migrants where most are such: rows take its prior.
BEYOND_BORDER = {"SDN": "SSD", "SSD": "SDN", "UKR": "RUS"}
UNMEASURED_AFTER_ONSET = 2 * YEAR  # days: the stock was projected, not counted
SCOPES = frozenset({"all", "nationals", "residents_excl_refugees", "unknown"})


@dataclass(frozen=True, eq=False)
class World:
    """One simulated world.

    Parameters
    ----------
    truth
        Affected people by cell id, ``destination/<ISO3>`` and ``world``.
    publish
        Returns the figures published of it.
    """

    truth: Mapping[str, float]
    publish: Callable[[], Case]

    @cached_property
    def case(self) -> Case:
        """The figures published of it."""
        return self.publish()


def sites_of(case: Case) -> tuple[Site, ...]:
    """Return the destinations of a case that can be simulated: those with one country plan.

    Left out are other plans, plans that give migrants separately, and destinations with several.
    """
    a = case.assumptions
    found = []
    plans = {c.id: c for c in case.crises if c.plan_type == "country_plan"}
    for footprint in case.footprints:
        place = footprint.destination
        if footprint.crisis not in plans or footprint.pin_scope not in SCOPES:
            continue
        crisis = plans[footprint.crisis]
        figures = {
            pd.Timestamp(day).date(): float(people)
            for day, people in case.stock.totals().loc[place].items()
        }
        basis = case.stock.basis[case.stock.basis["destination"].eq(place)]
        kind = stock_class(
            figures,
            basis["basis"].iloc[0] if len(basis) else "unknown",
            is_imputed=bool(basis["is_imputed"].any()),
        )
        dates = sorted(d for d in figures if d <= crisis.reference_date)
        onset = crisis.onset
        is_projection = (
            onset is not None
            and dates[-2] < onset <= dates[-1]
            and (dates[-1] - onset).days < UNMEASURED_AFTER_ONSET
        )
        if is_published_extrapolation(figures) or is_projection:
            dates = dates[:-1]
        last, before = dates[-1], dates[-2]
        is_frozen = onset is not None and last < onset <= crisis.reference_date
        if is_frozen and a.stock_after_onset != "with_residents":
            raise InputError("simulated worlds move stocks with the residents after an onset")
        residents = footprint.denominator if footprint.is_national else None
        residents = residents or residents_at(case.population, place, crisis.reference_date)
        if case.protected is None or residents is None:
            raise InputError("a case to simulate needs refugees and residents")
        ends = [date(crisis.reference_date.year - n, 12, 31) for n in (1, 2)]
        days = [*figures, crisis.reference_date, *ends]
        found.append(
            Site(
                footprint,
                residents,
                crisis.reference_date,
                figures,
                {d: float(registered_at(case.protected, place, d).sum()) for d in days},
                last,
                before,
                onset if is_frozen and onset is not None else crisis.reference_date,
                is_frozen,
                residents_before(case.population, place, onset) if is_frozen else None,
                a.stock_log_sd[kind],
                a.inside_stock["added" if basis["refugees_added"].any() else "unknown"],
                case.country_types.get(place, "settled"),
                destination_plan(case, place, "all").crises[0].use,
            )
        )
    if not found:
        raise InputError(f"case {case.name!r} has no country plan that can be simulated")
    return tuple(sorted(found, key=lambda site: site.footprint.destination))


def simulate_world(
    case: Case,
    sites: tuple[Site, ...],
    seed: int,
    *,
    figures: int | None = None,
    errors: ErrorModel | None = None,
    spread: tuple[float, float] = (0.3, 0.3),
) -> World:
    r"""Draw a truth, and publish figures of it.

    Parameters
    ----------
    case
        Around whose figures the world lies, and whose assumptions say how figures err.
    sites
        Of `sites_of`.
    seed
        Of this world.
    figures
        Seed of what is published: worlds that share it differ in their truths alone. By default `seed`.
    errors
        How figures err; as assumed by default.
    spread
        How far worlds differ from each other: sd of log stocks and of logit shares.

    Returns
    -------
    World

    Raises
    ------
    InputError
        If figures are to be shared that lie around each truth.

    Notes
    -----
    Written anew from the equations of the method. From the pipeline come `limited_mean`, moments of
    the logit-normal, the class of a stock, and the prior of a row (`destination_plan`). With u and z
    standard normal, c the case's figure and s its error, truth and figure of a stock are
    :math:`\log y = \log c + S u`, :math:`\log N = \log y - s^2/2 + s z`, jointly: marginally
    :math:`N` is lognormal, and given :math:`N` the figure errs around it. With ``given="truth"``
    the roles change: :math:`\log N = \log c + S u`, :math:`\log y = \log N - s^2/2 + s z`. Shares
    do the same on the logit scale. Errors of one publisher share a part; refugees inside the stock,
    the reading of an unknown scope and the odds ratio have no figure and are drawn from their priors.
    """
    a = case.assumptions
    model = errors or ErrorModel()
    if figures is not None and model.given == "truth":
        raise InputError("figures that lie around a truth belong to that truth alone")
    streams = child(seed, "world")
    shown = streams if figures is None else child(figures, "world")
    draws = WorldDraws(streams, shown, model)
    truth: dict[str, float] = {"world": 0.0}
    footprints, stock, cells = [], [], []
    for site in sites:
        place = site.footprint.destination
        u, z = draws.spread(place, "stock spread"), draws.error(place, "stock", a.stock_correlation)
        s = site.log_sd
        factor, real = figure_and_truth(spread[0] * u, s, z, model.given)
        of_site = {d: people * np.exp(factor) for d, people in site.figures.items()}
        protection, other, centre = true_groups(
            site, of_site, site.figures[site.last] * np.exp(real), draws, a
        )
        in_need, share, reading = true_needs(site, centre, spread[1], draws, a, model)
        own = true_own_share(site, draws, a)
        odds = np.exp(true_log_odds(site, centre[0], draws, a))
        local = local_place(site, in_need, a)
        there = true_part(local, "other", site, draws, a) * other
        parts = {"other": true_other(site, there, centre, share, reading, float(odds), local)}
        if site.footprint.pin_scope != "residents_excl_refugees" and centre[1] > 0:
            is_counted = reading or bool(site.footprint.refugees_counted_in)
            parts["protection"] = protection * (share if own is None or not is_counted else own)
            if local is not None and own is None:
                most = share * local[0] * (site.residents - site.registered[site.when])
                part = true_part(local, "protection", site, draws, a)
                parts["protection"] = min(part * parts["protection"], most)
        for group, people in parts.items():
            truth[f"{site.footprint.crisis}/{place}/{group}"] = people
        truth[f"destination/{place}"] = sum(parts.values())
        truth["world"] += sum(parts.values())
        footprints.append(replace(site.footprint, people=in_need))
        origin = BEYOND_BORDER[place] if site.use.is_border_change else "OOO"
        stock += [(place, origin, day, "total", people) for day, people in of_site.items()]
        cells += [(place, day, people) for day, people in site.registered.items()]
    return World(truth, partial(_case, case, sites, footprints, stock, cells))


def _case(
    case: Case,
    sites: tuple[Site, ...],
    footprints: list[Footprint],
    stock: list[tuple[str, str, date, str, float]],
    cells: list[tuple[str, date, float]],
) -> Case:
    """Return the case that publishes a world."""
    places = [site.footprint.destination for site in sites]
    plans = {site.footprint.crisis for site in sites}
    people = pd.DataFrame(stock, columns=["destination", "origin", "as_of", "sex", "people"])
    refugees = pd.DataFrame(cells, columns=["destination", "as_of", "refugees"])
    refugees = refugees.assign(origin="OOO", asylum_seekers=0.0, oip=np.nan)
    residents = pd.DataFrame(
        [(site.footprint.destination, site.when, site.residents) for site in sites]
        + [(site.footprint.destination, site.target - DAY, site.eve) for site in sites if site.eve],
        columns=["place", "as_of", "people"],
    )
    return replace(
        case,
        stock=Stock(
            people,
            case.stock.basis[case.stock.basis["destination"].isin(places)],
            case.stock.source,
        ),
        population=replace(case.population, people=residents, log_sd=0.0),
        crises=tuple(replace(c, relations=()) for c in case.crises if c.id in plans),
        footprints=tuple(footprints),
        protected=ProtectedPopulation(refugees.drop_duplicates(["destination", "as_of"])),
        left_out_of_totals={},
    )
