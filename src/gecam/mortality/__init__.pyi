# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .attempted_crossings import (
    AttemptedCrossings as AttemptedCrossings,
)
from .capture_histories import (
    CaptureHistories as CaptureHistories,
)
from .clusters import (
    bootstrap_totals as bootstrap_totals,
)
from .clusters import (
    compound_interval as compound_interval,
)
from .clusters import (
    deaths_with_intervals as deaths_with_intervals,
)
from .comparability import (
    ComparabilityReport as ComparabilityReport,
)
from .comparability import (
    comparability_report as comparability_report,
)
from .comparability import (
    compare_reports as compare_reports,
)
from .comparability_checks import (
    Check as Check,
)
from .crisis_countries import (
    CrisisCountryDeaths as CrisisCountryDeaths,
)
from .crisis_countries import (
    crisis_country_deaths as crisis_country_deaths,
)
from .crisis_countries import (
    deaths_by_country as deaths_by_country,
)
from .detection import (
    SizeDependentDetection as SizeDependentDetection,
)
from .detection import (
    size_dependent_detection as size_dependent_detection,
)
from .existence import (
    Existence as Existence,
)
from .existence import (
    check_existence as check_existence,
)
from .loglinear_fit import (
    LoglinearFit as LoglinearFit,
)
from .loglinear_fit import (
    loglinear as loglinear,
)
from .merged_incidents import (
    main_incidents as main_incidents,
)
from .merged_incidents import (
    merge as merge,
)
from .merged_incidents import (
    size_table as size_table,
)
from .multiple_systems import (
    LoglinearModels as LoglinearModels,
)
from .multiple_systems import (
    loglinear_models as loglinear_models,
)
from .population_size import (
    PopulationSize as PopulationSize,
)
from .rates import (
    Rate as Rate,
)
from .rates import (
    death_rate as death_rate,
)
from .rates import (
    garwood as garwood,
)
from .rates import (
    incident_rate as incident_rate,
)
from .recorded import (
    totals as totals,
)
from .repeated_counts import (
    chao as chao,
)
from .repeated_counts import (
    truncated_poisson as truncated_poisson,
)
from .repeated_counts import (
    zelterman as zelterman,
)
from .sources import (
    histories_of_kinds as histories_of_kinds,
)
from .sources import (
    named_sources as named_sources,
)
from .sources import (
    source_counts as source_counts,
)
from .sources import (
    source_kind as source_kind,
)
from .stated_detection import (
    beta_from_interval as beta_from_interval,
)
from .stated_detection import (
    undetected as undetected,
)
from .trends import (
    Trend as Trend,
)
from .trends import (
    trend as trend,
)
from .two_lists import (
    chapman as chapman,
)
from .two_lists import (
    lincoln_petersen as lincoln_petersen,
)
