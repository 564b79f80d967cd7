"""Other published figures that an edition could be made from."""

from __future__ import annotations

from collections.abc import Mapping

from gecam._signature import checked
from gecam.datasets.calibration import load_calibration
from gecam.datasets.edition_names import EDITIONS
from gecam.datasets.editions import StockRevision, load_edition
from gecam.datasets.other_tables import load_other_figures, load_risk, load_world
from gecam.datasets.regional import load_regional_plans
from gecam.estimation import modelled_case
from gecam.evaluation import Alternatives
from gecam.model import Stock

# Edition -> another revision of its stocks.
OTHER_REVISION: Mapping[str, StockRevision] = {"2022": "2024", "2023": "2020", "2024": "2020"}
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
        plans of every edition.
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
        stocks=stocks, needs=needs, modelled=without_plan, regional=load_regional_plans(name)
    )


def _stock_of_the_world(revision: StockRevision) -> Stock:
    """Return the stocks of all countries of a revision, without origins: of the year that has them."""
    of_revision = (load_world(year) for year in EDITIONS)
    return next(
        world.stock for world in of_revision if world.stock.source.id == f"undesa-ims-{revision}"
    )
