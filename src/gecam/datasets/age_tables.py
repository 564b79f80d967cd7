"""Packaged ages of migrants and of people in need."""

from __future__ import annotations

import pandas as pd

from gecam.datasets.edition_names import edition_name
from gecam.datasets.other_tables import packaged_source, packaged_table
from gecam.model import AgeTable, Source

AS_OF = "2019-07-01"  # of the stock by age
COUNTS = ("people", "in_need", "residents")


def load_ages(name: str | int) -> AgeTable:
    """Load migrants by age and sex, and people in need by age, for an edition; no network.

    Parameters
    ----------
    name
        Year of the plans, ``"2022"`` to ``"2026"`` (`EDITIONS`).

    Returns
    -------
    AgeTable
        Migrants other than refugees: UN DESA's stock by age and sex of 2019. Refugees: where UNHCR or a
        government published their ages; of other refugees the ages are unknown. People in need by age:
        of the year's plans that publish them with residents by age.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> ages = gc.load_ages("2026").people.set_index(["destination", "group", "sex", "age"])
    >>> ages.loc[("TCD", "protection", "female", "60+"), "people"]
    np.float64(25915.0)
    """
    edition = edition_name(name)
    stock, refugees, needs = (
        packaged_table("ages", f"{table}.csv", numbers=COUNTS)
        for table in ("stock", "refugees", "needs")
    )
    stock, refugees = stock.assign(group="other", as_of=AS_OF), refugees.assign(group="protection")
    told = refugees.drop_duplicates(["destination", "publisher", "title", "url"])
    needs = needs[needs["edition"].eq(edition)].drop(columns="edition")
    columns = ["destination", "group", "sex", "age", "as_of", "people"]
    sources = [
        Source(f"ages-{row.destination.lower()}", row.publisher, row.title, url=row.url)
        for row in told.itertuples()
    ]
    return AgeTable(
        pd.concat([stock[columns], refugees[columns]], ignore_index=True),
        needs.reset_index(drop=True),
        (
            packaged_source("undesa-ims-2019-age"),
            *sources,
            *((packaged_source("ocha-hno-ages"),) if len(needs) else ()),
        ),
    )
