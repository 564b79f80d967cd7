# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .admin_levels import (
    AdminColumn as AdminColumn,
)
from .admin_levels import (
    admin_column as admin_column,
)
from .admin_levels import (
    admin_labels as admin_labels,
)
from .attributes import (
    m49 as m49,
)
from .attributes import (
    name as name,
)
from .attributes import (
    place as place,
)
from .attributes import (
    region as region,
)
from .attributes import (
    subregion as subregion,
)
from .borders import (
    BORDER_CHANGE as BORDER_CHANGE,
)
from .borders import (
    moved_border as moved_border,
)
from .income import (
    income_group as income_group,
)
from .income import (
    latest_income_group as latest_income_group,
)
from .names import (
    country_code as country_code,
)
from .names import (
    country_codes as country_codes,
)
from .names import (
    fold as fold,
)
from .names import (
    iso3 as iso3,
)
from .names import (
    origin_code as origin_code,
)
from .outlines import (
    World as World,
)
from .outlines import (
    world as world,
)
from .places import (
    COUNTRIES as COUNTRIES,
)
from .places import (
    Place as Place,
)
from .places import (
    from_m49 as from_m49,
)
from .places import (
    is_iso3 as is_iso3,
)
from .places import (
    is_origin_code as is_origin_code,
)
from .places import (
    unhcr_to_iso3 as unhcr_to_iso3,
)
from .places import (
    worldbank_to_iso3 as worldbank_to_iso3,
)
from .population_groups import (
    Category as Category,
)
from .population_groups import (
    category as category,
)
from .population_groups import (
    population_group as population_group,
)
from .sectors import (
    is_sector as is_sector,
)
from .sectors import (
    sector_name as sector_name,
)
from .spoken_languages import (
    SPEAKERS as SPEAKERS,
)
from .spoken_languages import (
    SpokenLanguage as SpokenLanguage,
)
from .spoken_languages import (
    language_name as language_name,
)
from .spoken_languages import (
    languages_of as languages_of,
)
from .spoken_languages import (
    written_language as written_language,
)
