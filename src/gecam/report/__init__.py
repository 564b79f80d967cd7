"""Results to people: tables, figures, records."""

from gecam.report.deaths import plot_monthly_deaths, plot_route_comparison
from gecam.report.document import Document, Items, Paragraph, Section, Table, write
from gecam.report.explanation import explanation_document, render
from gecam.report.figures import intervals, save_intervals
from gecam.report.figures_questions import sensitivity_bars, specification_curve
from gecam.report.questions import comparison_document, multiverse_document, sensitivity_document
from gecam.report.records import rows_of, to_json
from gecam.report.style import Drawn
from gecam.report.summary import summary_text
from gecam.report.tables import people_text, print_estimates, published_table

__all__ = [
    "Document",
    "Drawn",
    "Items",
    "Paragraph",
    "Section",
    "Table",
    "comparison_document",
    "explanation_document",
    "intervals",
    "multiverse_document",
    "people_text",
    "plot_monthly_deaths",
    "plot_route_comparison",
    "print_estimates",
    "published_table",
    "render",
    "rows_of",
    "save_intervals",
    "sensitivity_bars",
    "sensitivity_document",
    "specification_curve",
    "summary_text",
    "to_json",
    "write",
]
