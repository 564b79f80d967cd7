"""Where publishers' files are, and how each is told by its content. Nothing is downloaded."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

from gecam.io.readers import readers

_COLUMNS = ("publisher", "title", "files", "licence", "page", "goes_to", "known_by", "reader")


def publisher_files() -> pd.DataFrame:
    """Return the files of publishers that gecam reads: where they are, and how they are told.

    Returns
    -------
    pandas.DataFrame
        One row per reader, sorted by publisher: ``publisher``; ``title`` of the data set; ``files``
        (their names, with YEAR, ISO3 and their like in place of what changes); ``licence``; ``page``
        (landing page of the publisher); ``goes_to`` (the option of `gecam estimate`, another command,
        or Python); ``known_by`` (words near the top of the file by which it is told); ``reader``.

    Examples
    --------
    >>> from gecam.io import publisher_files
    >>> table = publisher_files().set_index("reader")
    >>> table.loc["read_hno", "page"], table.loc["read_unhcr", "goes_to"]
    ('https://data.humdata.org/dataset/global-hpc-hno', '--protected')
    """
    with (files("gecam.io") / "publishers.csv").open(encoding="utf-8") as stream:
        table = pd.read_csv(stream, dtype=str, keep_default_na=False)
    by_name = {reader.name: reader for reader in readers()}
    table["publisher"] = [by_name[name].publisher for name in table["reader"]]
    told = [by_name[name].words for name in table["reader"]]
    table["known_by"] = table["known_by"].where(table["known_by"].ne(""), told)
    order = ["publisher", "title"]
    return table.sort_values(order, key=lambda x: x.str.casefold())[[*_COLUMNS]].reset_index(
        drop=True
    )
