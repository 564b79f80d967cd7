"""World Bank total population (World Development Indicators, SP.POP.TOTL)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import is_iso3, worldbank_to_iso3
from gecam.errors import LayoutError
from gecam.io.door import File, Sheet, read_table, reader, year_of
from gecam.model import Note, Population

# Groups of economies that stand among the countries under codes of three letters.
_GROUPS = (
    "AFE AFR AFW ARB BEA BEC BHI BLA BMN BSS CAA CEA CEB CEU CLA CME CSA CSS DEA DEC DLA DMN DNS "
    "DSA DSF DSS EAP EAR EAS ECA ECS EMU EUU FCS HIC HPC IBB IBD IBT IDA IDB IDX INX LAC LCN LDC "
    "LIC LMC LMY LTE MDE MEA MIC MNA NAC NAF NRS NXS OED OSS PRE PSS PST RRS SAS SSA SSF SST SXZ "
    "TEA TEC TLA TMN TSA TSS UMC WLD XZN"
)
AGGREGATES = frozenset(_GROUPS.split())


@reader("population", "World Bank", ["Country Code", "Country Name"])
@checked
def read_worldbank(
    source: File, *, years: Collection[int] | None = None, encoding: str | None = None
) -> Population:
    r"""Read mid-year population from a World Bank file.

    Parameters
    ----------
    source
        The long form with columns Country Name, Country Code, Year, Value, or the download of
        indicator SP.POP.TOTL with a column per year and four lines above the header.
    years
        Calendar years to read; None reads all years. Dates are 1 July.
    encoding
        Fallback for files that are not UTF-8.

    Returns
    -------
    Population
        Persons by ISO3: Kosovo is ``XKX``, the Channel Islands (``CHI``) are ``XCX``. Taiwan and
        some small territories are not in this source; the West Bank and Gaza begin in 1990.

    Raises
    ------
    InputError
        If a code is neither an economy's nor a known group's, a number cannot be read, or a row
        repeats.

    Examples
    --------
    >>> from gecam.io import read_worldbank
    >>> text = "Country Name,Country Code,Year,Value\nSudan,SDN,2024,50448963\nWorld,WLD,2024,8e9\n"
    >>> read_worldbank(text.encode()).people["people"].tolist()
    [50448963.0]
    """

    def is_header(cells: Sequence[str]) -> bool:
        return "Country Code" in cells

    sheet = read_table(source, header_row=is_header, encoding=encoding)
    place = sheet.converted("Country Code", _economy)
    if "Value" in sheet:
        sheet.require("Year")
        year = sheet.years("Year")
        people = sheet.people("Value", missing=("", ".."))
        rows = pd.DataFrame({"place": place, "year": year, "people": people})
        key = place + year.astype(str)
    else:
        rows = _wide(sheet, place)
        key = place
    is_economy = place.ne("")
    sheet.take(is_economy).refuse_repeats(key[is_economy], "Country Code")
    people_at = rows[rows["place"].ne("") & np.isfinite(rows["people"])]
    people_at = sheet.dated(people_at, years, day="07-01")
    return Population(
        people_at[["place", "as_of", "people"]],
        source=sheet.data_set("worldbank-population", f"as downloaded, to {rows['year'].max()}"),
        notes=sheet.told(
            Note("AGGREGATES_DROPPED", "rows of groups of economies", int((~is_economy).sum()))
        ),
    )


def _economy(code: str) -> str:
    """Return ISO3; empty for a known group of economies."""
    return "" if code in AGGREGATES and not is_iso3(code) else worldbank_to_iso3(code)


def _wide(sheet: Sheet, place: pd.Series) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "place": place,
                "year": year_of(label),
                "people": sheet.people(label, missing=("", "..")),
            }
        )
        for label in sheet.require("Indicator Code").cells
        if len(label) == 4 and label.isdecimal()
    ]
    if not parts:
        raise LayoutError(f"{sheet.file} has no columns of years.")
    sheet.converted("Indicator Code", {"SP.POP.TOTL": "people"}.__getitem__)
    return pd.concat(parts)
