"""Who reported an incident: names in the record, and the kinds of organisation behind them."""

from __future__ import annotations

import html
import re
from typing import Final

import numpy as np
import pandas as pd

from gecam.mortality.capture_histories import CaptureHistories

AUTHORITIES, UN, CIVIL, MEDIA = "authorities", "IOM and UN", "civil society", "media"
KINDS: Final = (AUTHORITIES, UN, CIVIL, MEDIA)

# The first rule that fits decides; what fits none is taken for a news outlet.
_RULES: Final = (
    (
        CIVIL,
        re.compile(
            r"alarm phone|sea[- ]?watch|open arms|msf|sans fronti|sos |sos$|moas|red cross|red crescent"
            r"|croissant|\blrc\b|crescent|mezzaluna|resqship|mediterranea\b|sea[- ]?eye|caminando"
            r"|jugend rettet|pilotes|humanity|save the children|abreen|ftdes|association|aita mari"
            r"|louise michel|refugees in|human rights|observatory|ngo|mixed migration|4mi|mhub"
            r"|humane borders|aguilas|no more deaths|migrant rescue watch|activist|families|relatives"
        ),
    ),
    (
        AUTHORITIES,
        re.compile(
            r"coast ?guard|guardia|gu?arde nat|maritime gu?arde|navy|police|polic[ií]a|ministr"
            r"|frontex|salvament|\b112\b|medical examiner|coroner|prosecut|fiscal|border patrol|cbp\b"
            r"|uscg|armed forces|army|national guard|protection civile|civil protection|civil defen"
            r"|\bgacs\b|\bcid\b|\blcg\b|ambulance|hospital|sheriff|government|authorit|customs|mrcc"
            r"|gendarm|carabinieri|bombero|fire|mairie|embassy|consulate"
        ),
    ),
    (
        UN,
        re.compile(
            r"\biom\b|\boim\b|unhcr|acnur|unicef|\bun\b|\bdtm\b|unsmil|ohchr|\bwfp\b|reliefweb"
        ),
    ),
)


def named_sources(text: str) -> tuple[str, ...]:
    """Return the originating sources that a record names, each once, in small letters.

    ``A via B`` names A: B passed on what A saw, and is not a second source.

    Examples
    --------
    >>> from gecam.mortality import named_sources
    >>> named_sources("LRC via IOM Libya, ANSA; Ansa")
    ('lrc', 'ansa')
    """
    parts = re.split(r"[,;]|\s/\s", html.unescape(text))
    origins = (re.split(r"(?<!\s)\s+via\s+", part, flags=re.IGNORECASE)[0] for part in parts)
    # "Initative" [sic] is how about a thousand records spell the Mixed Migration Monitoring's name.
    folded = (
        " ".join(origin.split()).casefold().replace("initative", "initiative") for origin in origins
    )
    return tuple(dict.fromkeys(name for name in folded if name))


def source_kind(name: str) -> str:
    """Return the kind of organisation that a source's name speaks of.

    One of ``authorities``, ``IOM and UN``, ``civil society``, ``media``. A rough rule over names,
    for orientation: a study that rests on it would code every record by hand.

    Examples
    --------
    >>> from gecam.mortality import source_kind
    >>> [source_kind(name) for name in ("italian coast guard", "iom libya", "alarm phone", "ansa")]
    ['authorities', 'IOM and UN', 'civil society', 'media']
    """
    return next((kind for kind, rule in _RULES if rule.search(name.casefold())), MEDIA)


def source_counts(information_source: pd.Series) -> pd.Series:
    """Return how many originating sources each record names.

    Parameters
    ----------
    information_source
        As in `Incidents.records`.

    Returns
    -------
    Series
        Same index; whole numbers, 0 where none is named.
    """
    return information_source.map(lambda text: len(named_sources(text))).astype(np.int64)


def histories_of_kinds(information_source: pd.Series) -> CaptureHistories:
    """Return how many incidents each combination of kinds of source reported.

    Parameters
    ----------
    information_source
        One text per incident. Incidents that name no source are left out.

    Returns
    -------
    CaptureHistories
        Lists in the order of `source_kind`.

    Notes
    -----
    One publisher's record names the sources it used, not all that reported, and stops looking once
    an incident is documented; outlets copy agencies. Estimates from this table are therefore no
    estimates of what was missed; they show how far such a table can be pushed.
    """
    kinds = information_source.map(
        lambda text: frozenset(source_kind(name) for name in named_sources(text))
    )
    kinds = kinds[kinds.map(bool)]
    rows = [[kind in named for kind in KINDS] for named in kinds]
    return CaptureHistories.from_table(rows, np.ones(len(rows)), lists=KINDS)
