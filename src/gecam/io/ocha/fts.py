"""OCHA FTS: requirements and funding of plans, by country and year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gecam.io.door import Field, File, read_tagged, reader
from gecam.io.ocha.plan_types import plan_type
from gecam.model import Note, PlanHistory

_FIELDS = {
    "code": Field(("countryCode",), "#country+code"),
    "id": Field(("id",)),
    "plan": Field(("name",)),
    "plan_type": Field(("typeName",)),
    "year": Field(("year",), "#date+year"),
    "required": Field(("requirements",)),
    "received": Field(("funding",)),
}
_OLD_PLANS = {
    "consolidated appeals process": "country_plan",
    "consolidated inter-agency appeal": "country_plan",
    "strategic response plan": "country_plan",
    "humanitarian needs and response plan": "country_plan",
}


@reader("plans", "OCHA", ["countryCode", "percentFunded"])
def read_fts(path: File) -> PlanHistory:
    """Read FTS requirements and funding by plan, country and year.

    Parameters
    ----------
    path
        CSV or workbook.

    Returns
    -------
    PlanHistory
        ``funding_required`` and ``funding_received``, US dollars. Regional plans are split by country
        **of operation** here, so that their codes are kept. Money outside plans ("Not specified") has
        no type of plan. Negative funding (returned, or corrected) is left out, with its sum in a note.

    Raises
    ------
    LayoutError, InputError
        If columns are missing, cells cannot be read, or a plan of one country and year stands twice;
        all of them are listed. Rows of totals are left out, with a note.
    """
    sheet = read_tagged(path, _FIELDS).without_totals("code", "plan", "plan_type")
    year = sheet.years("year", missing=("",))
    money = {name: sheet.amounts(name) for name in ("required", "received")}
    code, published = sheet.countries_or_blank("code"), sheet.text("plan_type")
    written = sheet.text("code")
    key = pd.DataFrame(
        {"code": written, "id": sheet.text("id"), "plan": sheet.text("plan"), "year": year}
    )
    sheet.refuse_repeats(key, "id")
    types = published.map(
        lambda text: plan_type(text) or _OLD_PLANS.get(text.casefold(), "other_plan")
    )
    rows = pd.DataFrame(
        {
            "year": year, "year_published": year, "plan": sheet.text("plan"), "country": "",
            "iso3": code, "code_published": written,
            "plan_type": types.mask(published.eq(""), ""), "plan_type_published": published,
            "is_chosen_by_publisher": np.zeros(len(sheet), dtype=bool), "line": sheet.rows,
        }
    )  # fmt: skip
    source = sheet.data_set("ocha-fts")
    both = [rows.assign(metric=f"funding_{name}", value=value) for name, value in money.items()]
    table = (
        pd.concat(both).dropna(subset="value").sort_values("line", kind="stable", ignore_index=True)
    )
    negative = table["value"].lt(0)
    notes = sheet.told(
        Note("NEGATIVE_FUNDING", f"left out: {table.loc[negative, 'value'].sum():,.0f} US dollars",
             int(negative.sum())),
        Note("OUTSIDE_PLANS", "rows of funding outside plans", int(published.eq("").sum())),
        Note("CODE_OF_NO_COUNTRY", "rows of codes that are not ISO3", int(code.eq("").sum())),
    )  # fmt: skip
    table = table[~negative].reset_index(drop=True)
    keys = ["year_published", "code_published", "metric"]
    table["repeats"] = table.groupby(keys)["value"].transform("size")
    return PlanHistory(table, source, notes)
