"""Figures under their public names: ``gc.plot.intervals(est)``."""

from gecam.report.areas import area_map
from gecam.report.deaths import plot_monthly_deaths as monthly_deaths
from gecam.report.deaths import plot_route_comparison as route_comparison
from gecam.report.figures import intervals
from gecam.report.figures_origins import corridors, overlaps
from gecam.report.figures_questions import explanation, sensitivity_bars, specification_curve
from gecam.report.figures_record import calibration
from gecam.report.figures_record import plot_coverage as coverage
from gecam.report.figures_record import plot_revisions as revisions
from gecam.report.figures_world import world_map
from gecam.report.footprint_map import footprint_map
from gecam.report.years import series_lines

__all__ = [
    "area_map",
    "calibration",
    "corridors",
    "coverage",
    "explanation",
    "footprint_map",
    "intervals",
    "monthly_deaths",
    "overlaps",
    "revisions",
    "route_comparison",
    "sensitivity_bars",
    "series_lines",
    "specification_curve",
    "world_map",
]
