"""How many migrants does each crisis affect? Estimates with intervals, from published data.

Everything public is reached from here: ``import gecam as gc``, then ``gc.Stock``. A name is
imported when it is first used, so that ``import gecam`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module

from gecam._version import __version__

# Public name -> the room it lives in. `__init__.pyi` says the same to type checkers, under test.
_ROOM_OF = {
    "AreaNeeds": "gecam.model",
    "Assumptions": "gecam.model",
    "Breakdown": "gecam.results",
    "Case": "gecam.model",
    "CountryType": "gecam.model",
    "Crisis": "gecam.model",
    "Database": "gecam.database",
    "Estimates": "gecam.results",
    "Footprint": "gecam.model",
    "GroupCount": "gecam.model",
    "Incidents": "gecam.model",
    "Needs": "gecam.io",
    "OddsRatioPrior": "gecam.model",
    "Population": "gecam.model",
    "ProtectedPopulation": "gecam.model",
    "Relation": "gecam.model",
    "Source": "gecam.model",
    "Stock": "gecam.model",
    "Undercount": "gecam.estimation",
    "allocate": "gecam.estimation",
    "backtest": "gecam.evaluation",
    "check": "gecam.evaluation",
    "check_file": "gecam.io",
    "combine_sources": "gecam.estimation",
    "compare": "gecam.evaluation",
    "defaults": "gecam.model",
    "estimate": "gecam.estimation",
    "explain": "gecam.evaluation",
    "fay_herriot": "gecam.estimation",
    "fit_elicited": "gecam.estimation",
    "implied_odds_ratio": "gecam.estimation",
    "incident_sizes": "gecam.datasets",
    "learn_odds_ratio": "gecam.estimation",
    "load_alternatives": "gecam.datasets",
    "load_calibration": "gecam.datasets",
    "load_deaths": "gecam.datasets",
    "load_edition": "gecam.datasets",
    "load_risk": "gecam.datasets",
    "load_world": "gecam.datasets",
    "margin_bounds": "gecam.estimation",
    "migrants_affected": "gecam.estimation",
    "modelled_case": "gecam.estimation",
    "multiverse": "gecam.evaluation",
    "opinion_pool": "gecam.estimation",
    "phase_shares": "gecam.estimation",
    "rake": "gecam.aggregation",
    "read_areas": "gecam.io",
    "read_case": "gecam.io",
    "read_cod_ps": "gecam.io",
    "read_dtm_api": "gecam.io",
    "read_dtm_baseline": "gecam.io",
    "read_emdat": "gecam.io",
    "read_fts": "gecam.io",
    "read_gdacs": "gecam.io",
    "read_gho_plans": "gecam.io",
    "read_gidd": "gecam.io",
    "read_hapi": "gecam.io",
    "read_hno": "gecam.io",
    "read_ifrc": "gecam.io",
    "read_ipc": "gecam.io",
    "read_missing_migrants": "gecam.io",
    "read_needs": "gecam.io",
    "read_plan_facts": "gecam.io",
    "read_plan_history": "gecam.io",
    "read_population": "gecam.io",
    "read_population_grid": "gecam.io",
    "read_published_shares": "gecam.io",
    "read_risk": "gecam.io",
    "read_severity": "gecam.io",
    "read_shakemap": "gecam.io",
    "read_shakemap_grid": "gecam.io",
    "read_stock": "gecam.io",
    "read_ucdp": "gecam.io",
    "read_undesa": "gecam.io",
    "read_undesa_age": "gecam.io",
    "read_undesa_population": "gecam.io",
    "read_undesa_refugees": "gecam.io",
    "read_undesa_totals": "gecam.io",
    "read_unhcr": "gecam.io",
    "read_unhcr_displaced": "gecam.io",
    "read_worldbank": "gecam.io",
    "read_wpp": "gecam.io",
    "render": "gecam.report",
    "rubin": "gecam.estimation",
    "scenario": "gecam.evaluation",
    "sensitivity": "gecam.evaluation",
    "show_versions": "gecam._environment",
    "stock_at": "gecam.estimation",
    "summary_text": "gecam.report",
    "template": "gecam.io",
    "union_share": "gecam.aggregation",
}
# Public name -> the module it stands for.
_MODULE_OF: dict[str, str] = {
    "geo": "gecam.geo",
    "mortality": "gecam.mortality",
    "plot": "gecam.report.plot",
    "preparedness": "gecam.preparedness",
}

__all__ = ["__version__", *sorted(_ROOM_OF | _MODULE_OF)]  # noqa: PLE0604 -- built from the tables


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, and keep it."""
    if name in _ROOM_OF:
        value = getattr(import_module(_ROOM_OF[name]), name)
    elif name in _MODULE_OF:
        value = import_module(_MODULE_OF[name])
    else:
        raise AttributeError(f"module 'gecam' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted(__all__)
