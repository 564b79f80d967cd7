# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from . import plot as plot
from .areas import area_map as area_map
from .areas import areas_table as areas_table
from .areas import print_areas as print_areas
from .briefs.origin_brief import (
    origin_brief as origin_brief,
)
from .briefs.planner import (
    country_brief as country_brief,
)
from .briefs.scenario_brief import (
    additional_rows as additional_rows,
)
from .briefs.scenario_brief import (
    events_section as events_section,
)
from .briefs.scenario_brief import (
    scenario_brief as scenario_brief,
)
from .deaths import (
    plot_monthly_deaths as plot_monthly_deaths,
)
from .deaths import (
    plot_route_comparison as plot_route_comparison,
)
from .document.blocks import (
    Command as Command,
)
from .document.blocks import (
    Document as Document,
)
from .document.blocks import (
    Items as Items,
)
from .document.blocks import (
    Paragraph as Paragraph,
)
from .document.blocks import (
    Picture as Picture,
)
from .document.blocks import (
    Section as Section,
)
from .document.blocks import (
    Table as Table,
)
from .document.forms import (
    write as write,
)
from .document.forms import (
    write_page as write_page,
)
from .document.text_form import (
    fitting as fitting,
)
from .estimate_tables import (
    print_estimates as print_estimates,
)
from .explanation import (
    explanation_document as explanation_document,
)
from .explanation import (
    render as render,
)
from .figures import (
    intervals as intervals,
)
from .figures_questions import (
    sensitivity_bars as sensitivity_bars,
)
from .figures_questions import (
    specification_curve as specification_curve,
)
from .footprint_map import (
    footprint_map as footprint_map,
)
from .page import (
    ON_THIS_PAGE as ON_THIS_PAGE,
)
from .page import (
    page as page,
)
from .people_parts import count_note as count_note
from .people_parts import parts_table as parts_table
from .people_parts import rates_table as rates_table
from .people_parts import regional_rates_table as regional_rates_table
from .questions import (
    comparison_document as comparison_document,
)
from .questions import (
    multiverse_document as multiverse_document,
)
from .questions import (
    sensitivity_document as sensitivity_document,
)
from .records import (
    rows_of as rows_of,
)
from .records import (
    to_json as to_json,
)
from .style import (
    Drawn as Drawn,
)
from .translation import (
    Language as Language,
)
from .translation import (
    in_the_language as in_the_language,
)
from .whole_page.all_years import years_page as years_page
from .years import (
    series_document as series_document,
)
from .years import (
    series_lines as series_lines,
)
from .years import (
    since_last_table as since_last_table,
)
