"""Other published figures that an edition could be made from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import get_args

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.datasets.calibration import load_calibration
from gecam.datasets.edition_names import EDITIONS
from gecam.datasets.editions import StockRevision, load_edition
from gecam.datasets.other_tables import load_other_figures, load_risk, load_world
from gecam.datasets.regional import load_regional_plans
from gecam.estimation import (
    CaseEdit,
    ChangeAssumptions,
    ScaleStock,
    combine_sources,
    modelled_case,
    stock_class,
)
from gecam.evaluation import Alternatives
from gecam.model import Case, CountryType, Stock

# Edition -> another revision of its stocks.
OTHER_REVISION: Mapping[str, StockRevision] = {"2022": "2024", "2023": "2020", "2024": "2020"}
BY_TYPE = "factors by type of country"
NEAR = 183  # days between a count of IOM's and a reference date, at most
LATER_NEEDS = "OCHA's other table, revised during the year"


@checked
def load_alternatives(name: str | int, *, modelled: bool = False) -> Alternatives:
    """Load the other published figures of an edition, for `gecam.multiverse`; no network.

    Parameters
    ----------
    name
        Year of an edition. UN DESA's other revision of the stocks: that of 2024 for ``"2022"``, that of
        2020, which was the latest at the time, for ``"2023"`` and ``"2024"``. Other figures of the
        plans: of ``"2022"`` OCHA's table of needs and funding, in which plans were revised during
        the year; of ``"2023"`` and ``"2026"`` those of the launch (`load_other_figures`). Regional
        plans of every edition. Of migrants whom stocks miss or count too many: factors by type of
        country, and where IOM counted migrants within half a year, its count and the stock combined.
    modelled
        Whether to add the countries without a plan, with modelled shares (`modelled_case`): some 200
        countries more, which take minutes.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> from gecam.datasets import load_alternatives
    >>> other = load_alternatives("2022")
    >>> list(other.stocks), other.needs["OCHA's other table, revised during the year"]["2022-ETH"]
    (['the 2024 revision'], 20000000.0)
    """
    name = str(name)
    case, stocks = load_edition(name), {}
    if (revision := OTHER_REVISION.get(name)) is not None:
        stocks[f"the {revision} revision"] = (
            _stock_of_the_world(revision) if modelled
            else load_edition(name, revision=revision).stock
        )  # fmt: skip
    without_plan = modelled_case(case, load_world(name), load_risk()).case if modelled else None
    needs: dict[str, dict[str, float]] = {}
    for row in load_other_figures(name).to_dict("records"):
        needs.setdefault(row["reading"], {})[row["crisis"]] = row["people"]
    if name == "2022":
        pairs = load_calibration("needs_pairs")
        pairs = pairs[pairs["comparison"].str.startswith("two_tables")]
        revised = {
            (row["iso3"], row["what"]): float(row["second"])
            for row in pairs[pairs["first"].ne(pairs["second"])].to_dict("records")
        }
        needs[LATER_NEEDS] = {
            f.crisis: revised[key]
            for f in case.footprints
            if (key := (f.destination, case.crisis(f.crisis).name)) in revised
        }
    return Alternatives(
        stocks=stocks, needs=needs, modelled=without_plan, regional=load_regional_plans(name),
        coverage={
            BY_TYPE: ChangeAssumptions({"undercount": factors_by_type()}),
            **tracked_levels(case),
        },
    )  # fmt: skip


def factors_by_type() -> dict[CountryType, tuple[float, float]]:
    r"""Return the factor from a stock to migrants present, and its log sd, by type of country.

    Notes
    -----
    Of ``load_calibration("stock_coverage")``: log of `present` over `counted`, averaged by country. A
    type has the mean of its countries and of all countries, in equal parts, which is expert
    judgement: one or two countries a type are too few to estimate a weight. The log sd is that of one
    more country, :math:`s\sqrt{1 + 1/k}`, for every type.
    """
    rows = load_calibration("stock_coverage")
    rows = rows.assign(log=np.log(rows["present"] / rows["counted"]))
    countries = rows.groupby(["country_type", "iso3"])["log"].mean()
    overall, by_type = float(countries.mean()), countries.groupby("country_type").mean()
    log_sd = float(countries.std()) * math.sqrt(1 + 1 / len(countries))
    kinds: tuple[CountryType, ...] = get_args(CountryType)
    return {
        kind: (math.exp((float(by_type.get(kind, overall)) + overall) / 2), log_sd)
        for kind in kinds
    }


def tracked_levels(case: Case) -> dict[str, CaseEdit]:
    """Return the stock of each country where IOM counted migrants, combined with that count.

    The count is the nearest to the reference date of the crisis, at most half a year away. Its error
    is not published: it counts as wide as the stock's, which is expert judgement, so that the
    combined figure is their geometric mean. Dates and origins move in proportion, and the error stays
    that of a stock.
    """
    levels: dict[str, CaseEdit] = {}
    counts = load_calibration("tracked_migrants")
    for destination in sorted(set(counts["destination"]) & set(case.destinations)):
        when = min(case.crisis(f.crisis).reference_date for f in case.by_place[destination])
        days = (counts["until"] - pd.Timestamp(when)).dt.days.abs()
        near = counts.assign(days=days)[counts["destination"].eq(destination) & days.le(NEAR)]
        if near.empty:
            continue
        count = near.sort_values("days").iloc[0]
        published, log_sd = _last_stock(case, destination, when)
        pooled = combine_sources([published, count["people"]], 0.0, bias_sd=log_sd)
        levels[
            f"{destination} combined with IOM's {count['people']:,.0f} of {count['until']:%Y}"
        ] = ScaleStock(pooled.mean / published, (destination,))
    return levels


def _last_stock(case: Case, destination: str, when: date) -> tuple[float, float]:
    """Return the last stock until a day, persons, and its log sd."""
    stock = case.stock.by_place[destination]
    kind = stock_class(stock.figures, stock.basis, is_imputed=stock.is_imputed)
    on = max(day for day in stock.figures if day <= when)
    return float(stock.figures[on]), case.assumptions.stock_log_sd[kind]


def _stock_of_the_world(revision: StockRevision) -> Stock:
    """Return the stocks of all countries of a revision, without origins: of the year that has them."""
    of_revision = (load_world(year) for year in EDITIONS)
    return next(
        world.stock for world in of_revision if world.stock.source.id == f"undesa-ims-{revision}"
    )
