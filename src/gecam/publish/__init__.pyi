# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .disclosure import (
    SUPPRESSED as SUPPRESSED,
)
from .disclosure import (
    Disclosed as Disclosed,
)
from .disclosure import (
    Thresholds as Thresholds,
)
from .disclosure import (
    disclose as disclose,
)
from .gather import (
    NOT_DONE as NOT_DONE,
)
from .gather import (
    gather_checklist as gather_checklist,
)
from .hxl_header import (
    hxl_tags as hxl_tags,
)
from .joint_audit import (
    Exported as Exported,
)
from .personal import (
    personal_data as personal_data,
)
from .personal import (
    refuse_personal_data as refuse_personal_data,
)
from .personal import (
    refuse_personal_texts as refuse_personal_texts,
)
from .protection import (
    Relations as Relations,
)
from .protection import (
    hide as hide,
)
from .protection import (
    recoverable as recoverable,
)
from .published import (
    Published as Published,
)
from .sdmx import (
    SDMX_COLUMNS as SDMX_COLUMNS,
)
from .sdmx import (
    sdmx_rows as sdmx_rows,
)
from .sdmx import (
    sdmx_structure as sdmx_structure,
)
from .small_areas import (
    rows_by_area as rows_by_area,
)
