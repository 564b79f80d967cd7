"""Figures under their public names: ``gc.plot.intervals(est)``."""

from gecam.report.deaths import plot_monthly_deaths as monthly_deaths
from gecam.report.deaths import plot_route_comparison as route_comparison
from gecam.report.figures import intervals
from gecam.report.figures_questions import explanation, sensitivity_bars, specification_curve

__all__ = [
    "explanation",
    "intervals",
    "monthly_deaths",
    "route_comparison",
    "sensitivity_bars",
    "specification_curve",
]
