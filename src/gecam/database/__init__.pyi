# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .database import (
    Database as Database,
)
from .releases.causes import (
    Causes as Causes,
)
from .releases.diff import (
    Diff as Diff,
)
from .releases.diff import (
    RevisionStatistics as RevisionStatistics,
)
from .releases.export import (
    Export as Export,
)
from .releases.export import (
    ExportFormat as ExportFormat,
)
from .releases.publishing import (
    published as published,
)
from .releases.publishing import (
    published_answer as published_answer,
)
from .releases.release import (
    Release as Release,
)
from .releases.replay import (
    Replay as Replay,
)
from .storage.integrity import (
    Verification as Verification,
)
from .storage.sweeping import (
    Sweep as Sweep,
)
