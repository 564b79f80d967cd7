# Public names, read by type checkers and, when they are first used, by `__init__.py`.

from . import (
    codes as codes,
)
from . import (
    evaluation as evaluation,
)
from . import (
    geo as geo,
)
from . import (
    mortality as mortality,
)
from . import (
    preparedness as preparedness,
)
from ._environment import (
    show_versions as show_versions,
)
from ._version import __version__ as __version__
from .aggregation import (
    rake as rake,
)
from .aggregation import (
    union_share as union_share,
)
from .database import (
    Database as Database,
)
from .datasets import (
    case_at as case_at,
)
from .datasets import (
    case_outside_plans as case_outside_plans,
)
from .datasets import (
    figures_at as figures_at,
)
from .datasets import (
    incident_sizes as incident_sizes,
)
from .datasets import load_ages as load_ages
from .datasets import (
    load_alternatives as load_alternatives,
)
from .datasets import load_areas as load_areas
from .datasets import (
    load_calibration as load_calibration,
)
from .datasets import (
    load_deaths as load_deaths,
)
from .datasets import (
    load_edition as load_edition,
)
from .datasets import (
    load_editions as load_editions,
)
from .datasets import (
    load_regional_plans as load_regional_plans,
)
from .datasets import (
    load_risk as load_risk,
)
from .datasets import load_severity as load_severity
from .datasets import load_targets as load_targets
from .datasets import (
    load_world as load_world,
)
from .datasets import (
    read_case as read_case,
)
from .datasets import read_phases as read_phases
from .estimation import (
    Undercount as Undercount,
)
from .estimation import (
    allocate as allocate,
)
from .estimation import by_area as by_area
from .estimation import by_severity as by_severity
from .estimation import cells_by_age as cells_by_age
from .estimation import (
    combine_sources as combine_sources,
)
from .estimation import (
    complete_estimates as complete_estimates,
)
from .estimation import (
    estimate as estimate,
)
from .estimation import (
    fay_herriot as fay_herriot,
)
from .estimation import (
    fit_elicited as fit_elicited,
)
from .estimation import (
    implied_odds_ratio as implied_odds_ratio,
)
from .estimation import (
    learn_odds_ratio as learn_odds_ratio,
)
from .estimation import (
    margin_bounds as margin_bounds,
)
from .estimation import (
    migrants_affected as migrants_affected,
)
from .estimation import (
    modelled_case as modelled_case,
)
from .estimation import (
    odds_ratio_priors as odds_ratio_priors,
)
from .estimation import (
    phase_shares as phase_shares,
)
from .estimation import rates as rates
from .estimation import regional_rates as regional_rates
from .estimation import (
    rubin as rubin,
)
from .estimation import (
    stock_at as stock_at,
)
from .estimation import with_ages as with_ages
from .evaluation import (
    backtest as backtest,
)
from .evaluation import (
    check as check,
)
from .evaluation import (
    compare as compare,
)
from .evaluation import (
    explain as explain,
)
from .evaluation import (
    multiverse as multiverse,
)
from .evaluation import (
    scenario as scenario,
)
from .evaluation import (
    sensitivity as sensitivity,
)
from .evaluation import (
    series as series,
)
from .io import (
    Needs as Needs,
)
from .io import (
    check_file as check_file,
)
from .io import (
    read_areas as read_areas,
)
from .io import (
    read_cod_ps as read_cod_ps,
)
from .io import (
    read_dtm_api as read_dtm_api,
)
from .io import (
    read_dtm_baseline as read_dtm_baseline,
)
from .io import (
    read_emdat as read_emdat,
)
from .io import (
    read_fts as read_fts,
)
from .io import (
    read_gdacs as read_gdacs,
)
from .io import (
    read_gho_plans as read_gho_plans,
)
from .io import (
    read_gidd as read_gidd,
)
from .io import (
    read_hapi as read_hapi,
)
from .io import (
    read_hno as read_hno,
)
from .io import (
    read_ifrc as read_ifrc,
)
from .io import (
    read_ipc as read_ipc,
)
from .io import (
    read_missing_migrants as read_missing_migrants,
)
from .io import (
    read_needs as read_needs,
)
from .io import (
    read_pairs as read_pairs,
)
from .io import (
    read_plan_facts as read_plan_facts,
)
from .io import (
    read_plan_history as read_plan_history,
)
from .io import (
    read_population as read_population,
)
from .io import (
    read_population_grid as read_population_grid,
)
from .io import (
    read_published_shares as read_published_shares,
)
from .io import (
    read_risk as read_risk,
)
from .io import (
    read_severity as read_severity,
)
from .io import (
    read_shakemap as read_shakemap,
)
from .io import (
    read_shakemap_grid as read_shakemap_grid,
)
from .io import (
    read_stock as read_stock,
)
from .io import (
    read_ucdp as read_ucdp,
)
from .io import (
    read_undesa as read_undesa,
)
from .io import (
    read_undesa_age as read_undesa_age,
)
from .io import (
    read_undesa_population as read_undesa_population,
)
from .io import (
    read_undesa_refugees as read_undesa_refugees,
)
from .io import (
    read_undesa_totals as read_undesa_totals,
)
from .io import (
    read_unhcr as read_unhcr,
)
from .io import read_unhcr_ages as read_unhcr_ages
from .io import (
    read_unhcr_displaced as read_unhcr_displaced,
)
from .io import (
    read_worldbank as read_worldbank,
)
from .io import (
    read_wpp as read_wpp,
)
from .io import (
    template as template,
)
from .model import (
    AreaNeeds as AreaNeeds,
)
from .model import (
    Assumptions as Assumptions,
)
from .model import (
    Case as Case,
)
from .model import (
    CountryType as CountryType,
)
from .model import (
    Crisis as Crisis,
)
from .model import (
    Footprint as Footprint,
)
from .model import (
    GroupCount as GroupCount,
)
from .model import (
    Incidents as Incidents,
)
from .model import (
    OddsRatioPrior as OddsRatioPrior,
)
from .model import (
    OddsRatioPriors as OddsRatioPriors,
)
from .model import (
    OriginGroup as OriginGroup,
)
from .model import (
    Population as Population,
)
from .model import (
    ProtectedPopulation as ProtectedPopulation,
)
from .model import (
    Relation as Relation,
)
from .model import (
    Source as Source,
)
from .model import (
    Stock as Stock,
)
from .model import (
    defaults as defaults,
)
from .report import (
    plot as plot,
)
from .report import (
    render as render,
)
from .results import (
    Breakdown as Breakdown,
)
from .results import (
    Estimates as Estimates,
)
from .results import (
    summary_text as summary_text,
)
