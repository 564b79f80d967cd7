"""Packaged figures that the defaults are calibrated on, and that back-tests judge by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from gecam.datasets.editions import load_edition
from gecam.datasets.other_tables import as_numbers, load_risk, packaged_table
from gecam.errors import InputError
from gecam.evaluation import BackTest, backtest, backtest_imputation, calibrated_until
from gecam.model import Assumptions
from gecam.results import message

CALIBRATION_TABLES = (
    "stock_totals", "stock_basis", "corridors", "origin_gaps", "needs_pairs", "published_shares",
    "planned_refugees", "both_groups", "group_pairs", "areas", "stock_coverage", "tracked_migrants",
    "sources",
)  # fmt: skip
_TEXTS = (
    "source", "destination", "origin", "basis", "earlier_source", "later_source", "comparison",
    "iso3", "what", "first_source", "second_source", "group", "group_published", "tag",
    "source_title", "country", "note", "residents_source", "area", "file", "id", "publisher",
    "title", "edition", "licence", "url", "sha256", "crisis", "crisis_class", "outcome", "outcome_text",
    "income_group", "use", "use_reason", "confidence",
    "kind", "instrument", "bound", "country_type", "round",
)  # fmt: skip
_DATES = ("as_of", "released_on", "from", "until")
_FLAGS = (
    "refugees_added", "is_imputed", "is_by_construction", "is_same_instrument", "is_settled",
)  # fmt: skip


def load_calibration(table: str) -> pd.DataFrame:
    """Load one table of the figures that the defaults are calibrated on; no network.

    Parameters
    ----------
    table
        - ``stock_totals``: migrants by destination and date in the 2019, 2020 and 2024 revisions of
          UN DESA (`source`).
        - ``stock_basis``: how each destination counted, in the 2020 and 2024 revisions; the 2019
          table does not say it.
        - ``corridors``: people by destination and origin with figures in two revisions, where the
          destination's total of the last common year was revised by more than 0.1 %; women beside,
          where both revisions split the sexes.
        - ``origin_gaps``: the same destinations: people whose origin only one of the two tells.
        - ``needs_pairs``: two published figures of people in need (`first`, `second`) for one
          country, by `comparison`: ``two_tables`` and ``two_tables_appeals`` (OCHA's two tables of
          2022: country plans; flash appeals and other plans), ``year_before`` (plans of 2021 and
          2022), ``severity_same_year`` (overview 2024 and INFORM Severity, July 2024) and
          ``severity_before`` (INFORM, January 2024, and overview).
        - ``published_shares``: people of one group in need beside those present, with a tag.
        - ``planned_refugees``: refugees whom a country's plan counts in need, beside UNHCR's refugees
          and asylum-seekers at the end of the year before the plan (`register`), of the year before
          that (`register_before`) and of its own year (`register_after`); `kind` is ``in_plan``,
          ``with_arrivals`` (people who were expected are in it) or ``response`` (a refugee response
          that exceeds the refugees present).
        - ``both_groups``: migrants other than refugees, and residents, in need and present.
        - ``group_pairs``: one outcome of one crisis for migrants (or refugees) and for residents, as
          published: shares (0 to 1), odds ratio, class of crisis, outcome, group, comparison, what a
          row may be used for and why (see the page on the evidence for the odds ratio).
        - ``areas``: people in need, residents, and refugees in need where they are published, by
          area of the first administrative level, 2024.
        - ``stock_coverage``: migrants in a census or register (`counted`) beside those present by a
          check of it (`present`), both in one unit; `bound` is ``upper`` or ``lower`` where the ratio
          of the two is a limit; `country_type` is the type of country that it is evidence for.
        - ``tracked_migrants``: migrants whom IOM's Displacement Tracking Matrix identified, by round.
        - ``sources``: publisher, title, edition, first public day, licence and hash by `id`.

    Returns
    -------
    DataFrame
        People are persons; dates are days; an empty cell was not published, and is not zero.

    Raises
    ------
    InputError
        If there is no such table.

    Examples
    --------
    >>> from gecam.datasets import load_calibration
    >>> totals = load_calibration("stock_totals")
    >>> day = totals["as_of"].eq("2020-07-01")
    >>> totals[day].groupby("source")["people"].sum()
    source
    undesa-ims-2020    280598105.0
    undesa-ims-2024    275284032.0
    Name: people, dtype: float64
    """
    if table not in CALIBRATION_TABLES:
        raise InputError(f"no table {table!r}. There are: {', '.join(CALIBRATION_TABLES)}.")
    rows = packaged_table("calibration", f"{table}.csv", dates=_DATES)
    for name in rows.columns.difference([*_TEXTS, *_DATES], sort=False):
        rows[name] = rows[name].eq("true") if name in _FLAGS else as_numbers(rows[name])
    return rows


CALIBRATED_ON = ("2022", "2024")  # editions that the defaults were calibrated on
REVISIONS = ("undesa-ims-2019", "undesa-ims-2020", "undesa-ims-2024")
JUDGED = Assumptions(
    stock_log_sd={"measured": 0.10, "extrapolated": 0.20, "citizenship": 0.20, "imputed": 0.40},
    end_correlation=0.8,
)
"""What was assumed of stocks before anything was calibrated."""


def crisis_onsets() -> dict[str, date | None]:
    """Return destinations of the editions 2022 and 2024, with their first onset after mid-2019.

    The defaults were calibrated on these two editions; None where no such onset is known.

    Examples
    --------
    >>> from gecam.datasets import crisis_onsets
    >>> onsets = crisis_onsets()
    >>> len(onsets), onsets["ETH"], onsets["SDN"]
    (32, datetime.date(2020, 11, 1), datetime.date(2023, 4, 15))
    """
    late_onsets: dict[str, list[date]] = {}
    for name in CALIBRATED_ON:
        case = load_edition(name)
        for footprint in case.footprints:
            if footprint.destination:
                onset = case.crisis(footprint.crisis).onset
                late = [onset] if onset is not None and onset >= date(2019, 7, 1) else []
                late_onsets.setdefault(footprint.destination, []).extend(late)
    return {place: min(onsets, default=None) for place, onsets in sorted(late_onsets.items())}


def packaged_backtests() -> tuple[BackTest, ...]:
    """Return all back-tests that the packaged figures allow.

    Returns
    -------
    tuple of BackTest
        Stocks of the 2020 revision forecast with that of 2019, and stocks of 2024 forecast with
        that of 2020, each with what was judged first, what the revisions public at the time of the
        second forecast say, and the defaults; then shares in need with one country left out.
        Notes say which of them are in sample.
    """
    totals, basis = load_calibration("stock_totals"), load_calibration("stock_basis")
    rows = load_calibration("sources")
    released = {row.id: row.released_on.date() for row in rows.itertuples() if row.id in REVISIONS}
    onsets = crisis_onsets()
    dated = {place: onset for place, onset in onsets.items() if onset is not None}
    first, middle, last = REVISIONS
    then, drift = calibrated_until(
        totals, basis, released=released, until=released[middle], crisis=onsets, base=JUDGED
    )
    tests = []
    for earlier, later, is_first in ((first, middle, True), (middle, last, False)):
        for label, assumptions, elsewhere, in_sample in (
            ("BY_ASSUMPTIONS_JUDGED", JUDGED, None, False),
            ("BY_ASSUMPTIONS_CALIBRATED", then, drift, is_first),
            ("BY_DEFAULTS", Assumptions(), None, True),
        ):
            test = backtest(
                totals, basis, earlier=earlier, later=later, crisis=onsets, onsets=dated,
                released=released, assumptions=assumptions, drift_elsewhere=elsewhere,
            )  # fmt: skip
            note = message("IN_SAMPLE" if in_sample else "OUT_OF_SAMPLE")
            tests.append(replace(test, name=message(label, test=test.name), notes=(note,)))
    return (
        *tests,
        *(backtest_imputation(load_edition(name), load_risk()) for name in CALIBRATED_ON),
    )
