"""Countries whose borders changed within the span of the migrant stock series (1990 to today)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from gecam._signature import checked
from gecam.codes.names import country_code

_CHANGES = {
    "ex-USSR, 1991": "ARM AZE BLR EST GEO KAZ KGZ LTU LVA MDA RUS TJK TKM UKR UZB",
    "ex-Yugoslavia, 1991-2008": "BIH HRV MKD MNE SRB SVN XKX",
    "ex-Czechoslovakia, 1993": "CZE SVK",
    "Eritrea left Ethiopia, 1993": "ERI ETH",
    "Timor-Leste left Indonesia, 2002": "TLS",
    "Netherlands Antilles dissolved, 2010": "BES CUW SXM",
    "South Sudan left Sudan, 2011": "SDN SSD",
}

BORDER_CHANGE: Mapping[str, str] = MappingProxyType(
    {iso3: reason for reason, members in _CHANGES.items() for iso3 in members.split()}
)
"""ISO3 -> what changed.

People who were born in one part of a state and live in another became international migrants
when the border was drawn, without having moved: two thirds of the foreign-born in Ukraine were born
in what is now Russia. Listed are the new states, and the state they left where at least 1 % of its
people went with them (so Ethiopia is listed, Indonesia is not). Unifications make no such migrants
and are not listed.
"""

# Of one state once, and not all among the states of `BORDER_CHANGE`.
_ONE_STATE = [frozenset(members.split()) for members in _CHANGES.values()]
_ONE_STATE.append(frozenset({"IDN", "TLS"}))


@checked
def moved_border(origins: Iterable[str], destination: str) -> list[bool]:
    """Tell for each origin whether it and a destination were parts of one state since 1990.

    People who were born in the one and live in the other may never have moved. Of refugees this says
    nothing: they fled across the border that is there now.

    Parameters
    ----------
    origins
        ISO3 codes; others, such as that of unknown origins, are no such origin.
    destination
        Country, by code (ISO3) or name.

    Examples
    --------
    >>> from gecam.codes import moved_border
    >>> moved_border(["RUS", "POL", "SSD"], "UKR"), moved_border(["SSD", "ERI"], "SDN")
    ([True, False, False], [True, False])
    """
    place = country_code(destination)
    others = frozenset().union(*(state for state in _ONE_STATE if place in state))
    return [origin in others and origin != place for origin in origins]
