# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from . import addresses as addresses
from .beta import Beta as Beta
from .counts import (
    COCHRAN as COCHRAN,
)
from .counts import (
    LogNormal as LogNormal,
)
from .counts import (
    LogSdLimits as LogSdLimits,
)
from .counts import (
    largest_log_sd as largest_log_sd,
)
from .counts import (
    lognormal_skewness as lognormal_skewness,
)
from .counts import (
    part_beyond as part_beyond,
)
from .even_scores import even_scores as even_scores
from .interval_kinds import DEFAULT_DRAWS as DEFAULT_DRAWS
from .interval_kinds import DEFAULT_LEVEL as DEFAULT_LEVEL
from .interval_kinds import DEFAULT_SAMPLER as DEFAULT_SAMPLER
from .interval_kinds import IntervalKind as IntervalKind
from .interval_kinds import Sampler as Sampler
from .intervals import (
    Interval as Interval,
)
from .intervals import (
    Summary as Summary,
)
from .intervals import (
    equal_tailed as equal_tailed,
)
from .intervals import (
    summarize as summarize,
)
from .logit_normal import (
    MAX_LOGIT_SD as MAX_LOGIT_SD,
)
from .logit_normal import (
    logistic as logistic,
)
from .logit_normal import (
    logit_normal_location as logit_normal_location,
)
from .logit_normal import (
    logit_normal_moments as logit_normal_moments,
)
from .logit_spread import logit_sd_from_cv as logit_sd_from_cv
from .quantities import (
    Fixed as Fixed,
)
from .quantities import (
    Mixture as Mixture,
)
from .quantities import (
    Quantity as Quantity,
)
from .quantities import (
    ScalableQuantity as ScalableQuantity,
)
from .renamed_streams import (
    RenamedStreams as RenamedStreams,
)
from .rounding import (
    NOT_ESTIMATED as NOT_ESTIMATED,
)
from .rounding import (
    SMALLEST_SHOWN as SMALLEST_SHOWN,
)
from .rounding import (
    Rounded as Rounded,
)
from .rounding import (
    fewer_than as fewer_than,
)
from .rounding import (
    people_cell as people_cell,
)
from .rounding import (
    people_on_axis as people_on_axis,
)
from .rounding import (
    round_half_away as round_half_away,
)
from .rounding import (
    round_together as round_together,
)
from .rounding import (
    sd_of_interval as sd_of_interval,
)
from .rounding import (
    significant as significant,
)
from .score_tables import (
    ScoreTable as ScoreTable,
)
from .score_tables import (
    student_scores as student_scores,
)
from .shares import (
    LogitNormal as LogitNormal,
)
from .streams import (
    LatinStreams as LatinStreams,
)
from .streams import (
    Streams as Streams,
)
from .streams import (
    streams_of as streams_of,
)
