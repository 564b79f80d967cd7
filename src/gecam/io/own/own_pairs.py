"""Your own pairs: one outcome of one crisis, for migrants and for residents, by one instrument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from gecam._signature import checked
from gecam._typing import Positive
from gecam.codes import latest_income_group
from gecam.io.door import File, reader
from gecam.io.own.own_rows import own_layout, read_rows
from gecam.io.own.own_tables import source_of
from gecam.model import Note, Source

DESIGN_EFFECT = 2.0
_INCOME = {"low": "LIC", "lower_middle": "LMIC", "upper_middle": "UMIC", "high": "HIC", None: ""}
# What must be the same for both groups: column of migrants, of residents, and why.
_SAME = (
    ("instrument", "two instruments", "their ratio compares the instruments too"),
    ("threshold", "two thresholds", "a lower threshold alone raises the share of a group"),
    ("outcome", "two outcomes", "a ratio of two things is no odds ratio of one"),
)


@dataclass(frozen=True, eq=False)
class GroupPairs:
    """Pairs of migrants and residents, as `gecam.estimation.fit_odds_ratio` takes them.

    Parameters
    ----------
    pairs
        One row per pair, with the columns of ``load_calibration("group_pairs")``.
    source, notes
        As in `gecam.model.Stock`.
    """

    pairs: pd.DataFrame
    source: Source
    notes: tuple[Note, ...] = ()


@reader("pairs", "you", own_layout("pairs"))
@checked
def read_pairs(
    table: pd.DataFrame | File,
    *,
    columns: Mapping[str, str] | None = None,
    source: Source | None = None,
    encoding: str | None = None,
    design_effect: Positive = DESIGN_EFFECT,
) -> GroupPairs:
    r"""Read your own table of pairs: an outcome for migrants and for residents.

    Parameters
    ----------
    table, columns, source, encoding
        As in `read_stock`; ``template("pairs")`` lists the columns. Counts of a survey are interviews,
        weighted to their number.
    design_effect
        Of the interviews, > 0.

    Returns
    -------
    GroupPairs

    Raises
    ------
    InputError
        If a cell breaks its rule, or a pair compares two instruments, two thresholds or two
        outcomes, or no odds ratio can be formed: all rows, with the reason.

    Notes
    -----
    The error is Woolf's, :math:`\sqrt{d(1/a + 1/b + 1/c + 1/e)}` over the four counts with the design
    effect :math:`d`.

    Examples
    --------
    >>> from gecam.io import read_pairs
    >>> survey = pd.DataFrame({
    ...     "country": ["Colombia"], "as_of": "2022-07-01", "group": "migrants_noncitizen",
    ...     "comparison": "same_places", "outcome": "food_insecurity",
    ...     "migrants_instrument": "WFP 2022", "residents_instrument": "WFP 2022",
    ...     "migrants_threshold": "moderate or severe", "residents_threshold": "moderate or severe",
    ...     "migrants_in_need": 738, "migrants": 1419, "residents_in_need": 610, "residents": 1419})
    >>> read_pairs(survey).pairs[["country", "odds_ratio", "log_or_sd"]].round(2)
      country  odds_ratio  log_or_sd
    0     COL        1.44       0.11
    """
    rows, sheet, notes = read_rows(table, "pairs", columns, encoding)
    label = {name: (columns or {}).get(name, name) for name in rows}
    rows["migrants_outcome"] = rows["outcome"]
    rows["residents_outcome"] = rows["residents_outcome"].where(
        rows["residents_outcome"].ne(""), rows["outcome"]
    )
    label["migrants_outcome"] = label["outcome"]
    for name, what, why in _SAME:
        one, two = rows[f"migrants_{name}"], rows[f"residents_{name}"]
        for value, other in set(zip(one, two, strict=True)):
            sheet.refuse(
                one.eq(value) & two.eq(other) & (value != other), label[f"residents_{name}"],
                f"{what}, {value!r} for migrants and {other!r} for residents: {why}",
                "Take the row out, or give both figures by one of them.", "PAIR_OF_TWO",
            )  # fmt: skip
    for part, whole in (("migrants_in_need", "migrants"), ("residents_in_need", "residents")):
        is_whole = rows[part].ge(rows[whole]) | rows[part].eq(0)
        what = f"{part} must lie between 0 and {whole}: nobody or everybody gives no odds ratio"
        sheet.refuse(is_whole, label[part], what, code="NO_ODDS_RATIO")
    sheet.check()
    return GroupPairs(_pairs(rows, design_effect), source_of(source, sheet, "pairs"), notes)


def _pairs(rows: pd.DataFrame, design_effect: float) -> pd.DataFrame:
    """Return rows with the columns of the packaged pairs."""
    shares = {who: rows[f"{who}_in_need"] / rows[who] for who in ("migrants", "residents")}
    cells = [rows["migrants_in_need"], rows["residents_in_need"]]
    cells += [rows["migrants"] - cells[0], rows["residents"] - cells[1]]
    year = rows["as_of"].dt.year
    return pd.DataFrame(
        {
            "id": [f"own {i + 1}" for i in range(len(rows))],
            "country": rows["country"],
            "year": year.astype("float64"),
            "crisis": rows["crisis_class"],
            "crisis_class": rows["crisis_class"],
            "outcome": rows["outcome"],
            "outcome_text": rows["migrants_threshold"],
            "group": rows["group"],
            "comparison": rows["comparison"],
            "income_group": [
                _INCOME[latest_income_group(*at)] for at in zip(rows["country"], year, strict=True)
            ],
            "odds_ratio": np.exp(logit(shares["migrants"]) - logit(shares["residents"])),
            "log_or_sd": np.sqrt(design_effect * sum(1 / cell for cell in cells)),
            "use": "calibration",
            "use_reason": "",
            "note": "",
            "source_title": rows["migrants_instrument"],
            "url": "",
            "confidence": "",
            "migrant_share": shares["migrants"],
            "resident_share": shares["residents"],
            "is_same_instrument": True,
            "is_settled": rows["is_settled"],
        }
    )
