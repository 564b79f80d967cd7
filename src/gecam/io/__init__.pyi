# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .any_file import (
    FileRead as FileRead,
)
from .any_file import (
    read_file as read_file,
)
from .check import (
    FileReport as FileReport,
)
from .check import (
    Total as Total,
)
from .check import (
    check_file as check_file,
)
from .door.open_files import File as File
from .events.catalogue import (
    EventCatalogue as EventCatalogue,
)
from .events.catalogue import (
    displacement_events as displacement_events,
)
from .events.emdat import (
    read_emdat as read_emdat,
)
from .events.gdacs import (
    read_gdacs as read_gdacs,
)
from .events.idmc import (
    read_gidd as read_gidd,
)
from .events.ifrc import (
    read_ifrc as read_ifrc,
)
from .events.ucdp import (
    read_ucdp as read_ucdp,
)
from .iom.dtm import (
    read_dtm_api as read_dtm_api,
)
from .iom.dtm import (
    read_dtm_baseline as read_dtm_baseline,
)
from .iom.dtm import (
    read_dtm_migrants as read_dtm_migrants,
)
from .iom.missing_migrants import (
    read_missing_migrants as read_missing_migrants,
)
from .maps.adam import (
    read_adam_cyclone as read_adam_cyclone,
)
from .maps.adam import (
    read_adam_earthquake as read_adam_earthquake,
)
from .maps.adam import (
    read_adam_flood as read_adam_flood,
)
from .maps.geo_files import (
    read_areas as read_areas,
)
from .maps.population_grid import (
    GRID_CHUNK as GRID_CHUNK,
)
from .maps.population_grid import (
    read_population_grid as read_population_grid,
)
from .maps.shakemap import (
    read_shakemap as read_shakemap,
)
from .maps.shakemap import (
    read_shakemap_grid as read_shakemap_grid,
)
from .ocha.cod_ps import (
    read_cod_ps as read_cod_ps,
)
from .ocha.fts import (
    read_fts as read_fts,
)
from .ocha.hapi import (
    read_hapi as read_hapi,
)
from .ocha.hno import (
    read_hno as read_hno,
)
from .ocha.plan_facts import (
    read_plan_facts as read_plan_facts,
)
from .ocha.plans import (
    read_gho_plans as read_gho_plans,
)
from .ocha.plans import (
    read_plan_history as read_plan_history,
)
from .ocha.published_shares import (
    read_published_shares as read_published_shares,
)
from .ocha.residents import (
    read_cod_ps_country as read_cod_ps_country,
)
from .ocha.residents import (
    read_hapi_population as read_hapi_population,
)
from .own.crossings import (
    read_crossings as read_crossings,
)
from .own.own_areas import (
    AreaCounts as AreaCounts,
)
from .own.own_areas import (
    read_area_counts as read_area_counts,
)
from .own.own_groups import (
    OriginGroups as OriginGroups,
)
from .own.own_groups import (
    read_origin_groups as read_origin_groups,
)
from .own.own_pairs import (
    GroupPairs as GroupPairs,
)
from .own.own_pairs import (
    read_pairs as read_pairs,
)
from .own.own_tables import (
    Needs as Needs,
)
from .own.own_tables import (
    read_needs as read_needs,
)
from .own.own_tables import (
    read_population as read_population,
)
from .own.own_tables import (
    read_stock as read_stock,
)
from .own.templates import (
    Template as Template,
)
from .own.templates import (
    template as template,
)
from .population.unhcr import (
    DisplacedPopulation as DisplacedPopulation,
)
from .population.unhcr import (
    read_unhcr as read_unhcr,
)
from .population.unhcr import (
    read_unhcr_displaced as read_unhcr_displaced,
)
from .population.unhcr_ages import (
    read_unhcr_ages as read_unhcr_ages,
)
from .population.worldbank import (
    read_worldbank as read_worldbank,
)
from .publisher_files import (
    publisher_files as publisher_files,
)
from .readers import (
    find_reader as find_reader,
)
from .severity.inform import (
    read_severity as read_severity,
)
from .severity.inform_risk import (
    read_risk as read_risk,
)
from .severity.ipc import (
    read_ipc as read_ipc,
)
from .undesa.destination_totals import (
    read_undesa_population as read_undesa_population,
)
from .undesa.destination_totals import (
    read_undesa_refugees as read_undesa_refugees,
)
from .undesa.destination_totals import (
    read_undesa_totals as read_undesa_totals,
)
from .undesa.migrant_stock import (
    read_undesa as read_undesa,
)
from .undesa.stock_by_age import (
    StockByAge as StockByAge,
)
from .undesa.stock_by_age import (
    read_undesa_age as read_undesa_age,
)
from .undesa.wpp import (
    read_wpp as read_wpp,
)
