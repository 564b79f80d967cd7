# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .about import (
    AboutAnswer as AboutAnswer,
)
from .about import (
    label_name as label_name,
)
from .about import (
    with_country_names as with_country_names,
)
from .border_rows import (
    beyond_borders as beyond_borders,
)
from .border_rows import (
    border_note as border_note,
)
from .breakdown import (
    Breakdown as Breakdown,
)
from .by_area import AREA_DIMENSIONS as AREA_DIMENSIONS
from .by_area import COUNTRY_PLANS as COUNTRY_PLANS
from .by_area import NOT_BY_AREA as NOT_BY_AREA
from .by_area import REGIONAL_PLANS as REGIONAL_PLANS
from .by_area import AreaDimension as AreaDimension
from .by_area import AreaEstimates as AreaEstimates
from .columns import (
    BESIDE_TEXT as BESIDE_TEXT,
)
from .columns import CALLED_AFFECTED as CALLED_AFFECTED
from .columns import CLASS_WORDS as CLASS_WORDS
from .columns import FACTS as FACTS
from .columns import (
    GROUP_WORDS as GROUP_WORDS,
)
from .columns import (
    IN_COUNTRY_PLAN as IN_COUNTRY_PLAN,
)
from .columns import MEASURE_WORDS as MEASURE_WORDS
from .columns import (
    OUTPUT as OUTPUT,
)
from .columns import RATES as RATES
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
from .columns_beside import (
    BESIDE as BESIDE,
)
from .columns_beside import (
    IN_REPORT as IN_REPORT,
)
from .columns_beside import (
    ON_TERMINAL as ON_TERMINAL,
)
from .columns_beside import (
    READABLE as READABLE,
)
from .columns_beside import (
    RELEASE_ROWS as RELEASE_ROWS,
)
from .columns_beside import (
    ROW_FORMAT as ROW_FORMAT,
)
from .columns_beside import (
    ROW_LABELS as ROW_LABELS,
)
from .columns_beside import (
    SDMX as SDMX,
)
from .columns_beside import (
    STANDING as STANDING,
)
from .complete import (
    ADDED as ADDED,
)
from .complete import (
    CELL_ROWS as CELL_ROWS,
)
from .complete import (
    COMPLETE_TOTALS as COMPLETE_TOTALS,
)
from .complete import (
    PLACE_DIMENSIONS as PLACE_DIMENSIONS,
)
from .complete import (
    PLAN_ROWS as PLAN_ROWS,
)
from .complete import (
    CompleteEstimates as CompleteEstimates,
)
from .complete import (
    PresentCount as PresentCount,
)
from .counted import count_sentence as count_sentence
from .estimates import PLACES as PLACES
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
from .flags import FLAGS as FLAGS
from .flags import flag_text as flag_text
from .flags import join_flags as join_flags
from .followed_people import (
    CELL_LABELS as CELL_LABELS,
)
from .followed_people import (
    SECOND_READING as SECOND_READING,
)
from .followed_people import (
    CellBasis as CellBasis,
)
from .followed_people import (
    CellTotal as CellTotal,
)
from .followed_people import (
    RegionalCell as RegionalCell,
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
from .messages import TEMPLATES as TEMPLATES
from .messages import Message as Message
from .messages import in_language as in_language
from .messages import is_translated as is_translated
from .messages import message as message
from .messages import translated as translated
from .phased import PHASE_ROWS as PHASE_ROWS
from .phased import Phase as Phase
from .phased import PhasedEstimates as PhasedEstimates
from .registered import (
    registered_people as registered_people,
)
from .shown.column_table import (
    output_columns as output_columns,
)
from .shown.rounded_tables import (
    difference_of as difference_of,
)
from .shown.rounded_tables import (
    headline_note as headline_note,
)
from .shown.rounded_tables import (
    mean_texts as mean_texts,
)
from .shown.rounded_tables import (
    people_text as people_text,
)
from .shown.rounded_tables import (
    published_columns as published_columns,
)
from .shown.rounded_tables import (
    published_table as published_table,
)
from .shown.rounded_tables import (
    rounded_rows as rounded_rows,
)
from .shown.rounded_tables import (
    row_name as row_name,
)
from .shown.rounded_tables import (
    threshold_of as threshold_of,
)
from .shown.rounded_tables import (
    with_threshold as with_threshold,
)
from .shown.selecting import (
    dimension_words as dimension_words,
)
from .shown.spreadsheet_text import (
    safe_cell as safe_cell,
)
from .shown.spreadsheet_text import (
    safe_frame as safe_frame,
)
from .shown.spreadsheet_text import (
    safe_header as safe_header,
)
from .shown.summary import (
    summary_text as summary_text,
)
from .shown.tabular import (
    csv_bytes as csv_bytes,
)
from .shown.tabular import (
    parquet_bytes as parquet_bytes,
)
from .shown.tabular import (
    xlsx_bytes as xlsx_bytes,
)
from .trace import (
    SHOWN as SHOWN,
)
from .trace import (
    EstimationCell as EstimationCell,
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
