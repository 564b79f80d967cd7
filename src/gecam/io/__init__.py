"""Publishers' files to model types, one module per publisher; users' own tables; checks."""

from gecam.io.adam import read_adam_cyclone, read_adam_earthquake, read_adam_flood
from gecam.io.check import FileReport, Total, check_file
from gecam.io.cod_ps import read_cod_ps
from gecam.io.dtm import read_dtm_api, read_dtm_baseline
from gecam.io.emdat import read_emdat
from gecam.io.events import EventCatalogue, displacement_events
from gecam.io.exposure import read_exposure
from gecam.io.fts import read_fts
from gecam.io.gdacs import read_gdacs
from gecam.io.geo_files import read_areas
from gecam.io.hapi import read_hapi
from gecam.io.idmc import read_gidd
from gecam.io.ifrc import read_ifrc
from gecam.io.inform import read_severity
from gecam.io.inform_risk import read_risk
from gecam.io.ipc import read_ipc
from gecam.io.missing_migrants import read_missing_migrants
from gecam.io.ocha_hno import read_hno
from gecam.io.ocha_plans import read_gho_plans, read_plan_history
from gecam.io.own_tables import Needs, read_case, read_needs, read_population, read_stock
from gecam.io.plan_facts import read_plan_facts
from gecam.io.population_grid import read_population_grid
from gecam.io.published_shares import read_published_shares
from gecam.io.shakemap import read_shakemap, read_shakemap_grid
from gecam.io.templates import Template, template
from gecam.io.ucdp import read_ucdp
from gecam.io.undesa import read_undesa
from gecam.io.undesa_age import StockByAge, read_undesa_age
from gecam.io.undesa_totals import (
    read_undesa_population,
    read_undesa_refugees,
    read_undesa_totals,
)
from gecam.io.unhcr import DisplacedPopulation, read_unhcr, read_unhcr_displaced
from gecam.io.worldbank import read_worldbank
from gecam.io.wpp import read_wpp

__all__ = [
    "DisplacedPopulation",
    "EventCatalogue",
    "FileReport",
    "Needs",
    "StockByAge",
    "Template",
    "Total",
    "check_file",
    "displacement_events",
    "read_adam_cyclone",
    "read_adam_earthquake",
    "read_adam_flood",
    "read_areas",
    "read_case",
    "read_cod_ps",
    "read_dtm_api",
    "read_dtm_baseline",
    "read_emdat",
    "read_exposure",
    "read_fts",
    "read_gdacs",
    "read_gho_plans",
    "read_gidd",
    "read_hapi",
    "read_hno",
    "read_ifrc",
    "read_ipc",
    "read_missing_migrants",
    "read_needs",
    "read_plan_facts",
    "read_plan_history",
    "read_population",
    "read_population_grid",
    "read_published_shares",
    "read_risk",
    "read_severity",
    "read_shakemap",
    "read_shakemap_grid",
    "read_stock",
    "read_ucdp",
    "read_undesa",
    "read_undesa_age",
    "read_undesa_population",
    "read_undesa_refugees",
    "read_undesa_totals",
    "read_unhcr",
    "read_unhcr_displaced",
    "read_worldbank",
    "read_wpp",
    "template",
]
