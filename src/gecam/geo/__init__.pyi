# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .buffers import (
    buffered as buffered,
)
from .buffers import (
    circle as circle,
)
from .clean import (
    Cleaned as Cleaned,
)
from .clean import (
    cleaned as cleaned,
)
from .contours import (
    polygonised as polygonised,
)
from .exposure import (
    ExposedPeople as ExposedPeople,
)
from .exposure import (
    Exposure as Exposure,
)
from .exposure import (
    exposure as exposure,
)
from .footprints import (
    footprint as footprint,
)
from .geometric_overlap import (
    GeometricOverlap as GeometricOverlap,
)
from .geometric_overlap import (
    footprint_overlap as footprint_overlap,
)
from .grids import (
    PopulationGrid as PopulationGrid,
)
from .libraries import (
    library as library,
)
from .map_projection import (
    LONGITUDE_LATITUDE as LONGITUDE_LATITUDE,
)
from .map_projection import (
    area_km2 as area_km2,
)
from .map_projection import (
    is_same_system as is_same_system,
)
from .map_projection import (
    projected as projected,
)
from .outline_coverage import (
    AreaCoverage as AreaCoverage,
)
from .outline_coverage import (
    area_coverage as area_coverage,
)
from .outline_coverage import (
    country_outline as country_outline,
)
from .outline_coverage import (
    country_ratio as country_ratio,
)
from .outline_coverage import (
    grid_ratio as grid_ratio,
)
from .overlay import (
    crisis_zone_sums as crisis_zone_sums,
)
from .shapes import (
    Extent as Extent,
)
from .shapes import (
    IntensityGrid as IntensityGrid,
)
from .shapes import (
    Shapes as Shapes,
)
