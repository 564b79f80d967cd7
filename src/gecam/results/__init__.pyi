# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .breakdown import (
    COLUMNS as COLUMNS,
)
from .breakdown import (
    Breakdown as Breakdown,
)
from .estimates import (
    SELECTIONS as SELECTIONS,
)
from .estimates import (
    Dimension as Dimension,
)
from .estimates import (
    Estimates as Estimates,
)
from .estimates import (
    PeopleInAnyCrisis as PeopleInAnyCrisis,
)
from .estimates import (
    Scope as Scope,
)
from .estimates import (
    Selection as Selection,
)
from .flags import (
    FLAGS as FLAGS,
)
from .flags import (
    flag_text as flag_text,
)
from .flags import (
    join_flags as join_flags,
)
from .grading import (
    RUNGS as RUNGS,
)
from .grading import (
    grade as grade,
)
from .grading import (
    worst as worst,
)
from .interchange import (
    labelled_draws as labelled_draws,
)
from .trace import (
    SHOWN as SHOWN,
)
from .trace import (
    Leaf as Leaf,
)
from .trace import (
    Overlap as Overlap,
)
from .trace import (
    PlanRow as PlanRow,
)
from .trace import (
    Provenance as Provenance,
)
from .trace import (
    Status as Status,
)
from .trace import (
    Step as Step,
)
