# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .breakdown import (
    Breakdown as Breakdown,
)
from .columns import (
    BESIDE as BESIDE,
)
from .columns import (
    BESIDE_TEXT as BESIDE_TEXT,
)
from .columns import (
    CLASS_WORDS as CLASS_WORDS,
)
from .columns import FACTS as FACTS
from .columns import (
    GROUP_WORDS as GROUP_WORDS,
)
from .columns import (
    IN_REPORT as IN_REPORT,
)
from .columns import MEASURE_WORDS as MEASURE_WORDS
from .columns import (
    ON_TERMINAL as ON_TERMINAL,
)
from .columns import (
    OUTPUT as OUTPUT,
)
from .columns import (
    READABLE as READABLE,
)
from .columns import (
    RELEASE_ROWS as RELEASE_ROWS,
)
from .columns import (
    ROW_FORMAT as ROW_FORMAT,
)
from .columns import (
    ROW_LABELS as ROW_LABELS,
)
from .columns import (
    SDMX as SDMX,
)
from .columns import (
    SEX_WORDS as SEX_WORDS,
)
from .columns import (
    STANDING as STANDING,
)
from .columns import (
    SUMMARY as SUMMARY,
)
from .columns import (
    ColumnKind as ColumnKind,
)
from .columns import (
    Dimension as Dimension,
)
from .columns import (
    OutputColumn as OutputColumn,
)
from .columns import (
    document_schema as document_schema,
)
from .columns import (
    output_columns as output_columns,
)
from .complete import (
    ADDED as ADDED,
)
from .complete import (
    CELL_LABELS as CELL_LABELS,
)
from .complete import (
    CELL_ROWS as CELL_ROWS,
)
from .complete import (
    COMPLETE_TOTALS as COMPLETE_TOTALS,
)
from .complete import (
    IN_COUNTRY_PLAN as IN_COUNTRY_PLAN,
)
from .complete import (
    PLACE_DIMENSIONS as PLACE_DIMENSIONS,
)
from .complete import (
    SECOND_READING as SECOND_READING,
)
from .complete import (
    CellBasis as CellBasis,
)
from .complete import (
    CellTotal as CellTotal,
)
from .complete import (
    CompleteEstimates as CompleteEstimates,
)
from .complete import (
    PresentCount as PresentCount,
)
from .complete import (
    RegionalCell as RegionalCell,
)
from .estimates import (
    SELECTIONS as SELECTIONS,
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
from .estimates import (
    sampling_of as sampling_of,
)
from .grading import (
    EVIDENCE_LEVELS as EVIDENCE_LEVELS,
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
from .messages import FLAGS as FLAGS
from .messages import TEMPLATES as TEMPLATES
from .messages import Message as Message
from .messages import flag_text as flag_text
from .messages import join_flags as join_flags
from .messages import message as message
from .messages import translated as translated
from .phased import PHASE_ROWS as PHASE_ROWS
from .phased import Phase as Phase
from .phased import PhasedEstimates as PhasedEstimates
from .registered import (
    registered_people as registered_people,
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
