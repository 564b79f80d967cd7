# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .clean import (
    Cleaned as Cleaned,
)
from .clean import (
    cleaned as cleaned,
)
from .contours import (
    polygonised as polygonised,
)
from .coverage import (
    Coverage as Coverage,
)
from .coverage import (
    area_coverage as area_coverage,
)
from .coverage import (
    country_outline as country_outline,
)
from .coverage import (
    country_ratio as country_ratio,
)
from .coverage import (
    grid_ratio as grid_ratio,
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
from .grids import (
    PopulationGrid as PopulationGrid,
)
from .libraries import (
    library as library,
)
from .overlap import (
    GeometricOverlap as GeometricOverlap,
)
from .overlap import (
    footprint_overlap as footprint_overlap,
)
from .overlay import (
    crisis_zone_sums as crisis_zone_sums,
)
from .projection import (
    LONGITUDE_LATITUDE as LONGITUDE_LATITUDE,
)
from .projection import (
    area_km2 as area_km2,
)
from .projection import (
    buffered as buffered,
)
from .projection import (
    circle as circle,
)
from .projection import (
    is_same_system as is_same_system,
)
from .projection import (
    projected as projected,
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
