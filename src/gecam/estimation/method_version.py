"""The version of the method, and what each version changed in published numbers."""

from __future__ import annotations

from collections.abc import Mapping

METHOD = "method"
"""Name of the version of the method among the versions of a provenance."""
FIRST_METHOD = "0.1.0"
"""Version of answers that do not say one."""
METHOD_CHANGES: Mapping[str, tuple[str, ...]] = {
    FIRST_METHOD: (),
    "0.2.0": (
        "The default prior of the odds ratio is that of the row's kind, from published pairs "
        "(OddsRatioPriors.estimated()); it was judged, and one for all (OddsRatioPrior.judged_2024()).",
        "A country with published pairs of its own takes the prior that they update.",
        "The odds ratio acts once per country, on the united needs of its crises; it acted on each "
        "crisis (odds_ratio_acts_on='crisis').",
        "Errors of the change of stocks since their date correlate within an edition by 0.15; they "
        "were independent (change_correlation=0.0).",
        "The error of residents is what two sources of them differ by, a log sd of 0.058; it was 0.03 "
        "(Population.log_sd).",
        "Where a crisis began after the last measured stock, other migrants move with the residents "
        "since then, and residents are not interpolated across an onset; they stayed as they were "
        "(stock_after_onset='held').",
        "Rows are flagged BORDER_CHANGE, and take its odds ratio, by the corridors of their migrants; "
        "it was by country, refugees too (border_changes='by_country').",
        "Refugees in need without a published count follow the kind of source of the row's figure: "
        "UNHCR's register before the plan times a factor for needs plans, an odds ratio against "
        "residents for others; they had a prior near 1 (protection_in_need='published').",
        "Where a scope is not known and all plans of the country that say whom they count counted "
        "refugees, refugees count as counted; half of the draws gave them the share of nationals "
        "(Footprint.refugees_counted_in=()).",
        "Where a figure is of places within a country, the part of a group that lives there is from "
        "few to most of it; groups were spread over the country like residents (local_place=None).",
    ),
    "0.3.0": (
        "Draws are 8,000, in Latin hypercube samples of 200; they were 10,000, independent of each "
        "other (sampler='mc', draws=10000).",
        "A number in need that a chapter of a regional plan publishes beside the people present is a "
        "share of these, at most everybody present; it was a count with a spread of its own "
        "(chapter_in_need='count').",
    ),
}
METHOD_VERSION = max(METHOD_CHANGES)


def changes_since(version: str) -> tuple[str, ...]:
    """Return what was changed after a version of the method, oldest first.

    Parameters
    ----------
    version
        A version of `METHOD_CHANGES`.

    Examples
    --------
    >>> from gecam.estimation.method_version import METHOD_VERSION, changes_since
    >>> changes_since("0.1.0")[1], changes_since(METHOD_VERSION)
    ('A country with published pairs of its own takes the prior that they update.', ())
    """
    later = [words for changed, words in METHOD_CHANGES.items() if changed > version]
    return tuple(sentence for words in later for sentence in words)
