# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .age_tables import load_ages as load_ages
from .alternatives import (
    load_alternatives as load_alternatives,
)
from .area_tables import load_areas as load_areas
from .calibration import (
    crisis_onsets as crisis_onsets,
)
from .calibration import (
    load_calibration as load_calibration,
)
from .calibration import (
    packaged_backtests as packaged_backtests,
)
from .carried_forward import (
    case_at as case_at,
)
from .carried_forward import (
    figures_at as figures_at,
)
from .case_files import (
    CaseFromFiles as CaseFromFiles,
)
from .case_files import (
    case_from_files as case_from_files,
)
from .case_files import (
    read_case as read_case,
)
from .case_phases import read_phases as read_phases
from .deaths import (
    incident_sizes as incident_sizes,
)
from .deaths import (
    load_deaths as load_deaths,
)
from .edition_names import (
    DEFAULT_EDITION as DEFAULT_EDITION,
)
from .edition_names import (
    EDITIONS as EDITIONS,
)
from .edition_tables import (
    read_edition as read_edition,
)
from .edition_writing import (
    write_edition as write_edition,
)
from .editions import (
    load_edition as load_edition,
)
from .editions import (
    load_editions as load_editions,
)
from .needs_of_tables import (
    needs_of_table as needs_of_table,
)
from .other_tables import (
    load_other_figures as load_other_figures,
)
from .other_tables import (
    load_risk as load_risk,
)
from .other_tables import (
    load_world as load_world,
)
from .outside_plans import (
    case_outside_plans as case_outside_plans,
)
from .outside_plans import (
    load_outside_plans as load_outside_plans,
)
from .plan_registry import (
    load_plan_registry as load_plan_registry,
)
from .plan_registry import (
    with_plan_facts as with_plan_facts,
)
from .regional import (
    load_regional_plans as load_regional_plans,
)
from .severity_levels import load_severity as load_severity
from .target_tables import load_targets as load_targets
