"""Flags of rows: codes of what a reader must know, and their words.

An estimate holds the codes; the words are read where rows are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gecam.results.messages import in_language

FLAGS: Mapping[str, str] = {
    "AGES_JUDGED": "Ages are those of an earlier table, with an error that grows with the years; "
    "migrants of all ages are taken to have the same odds ratio.",
    "AREAS_LIKE_RESIDENTS": "Nobody counted this group by area: it is spread over the country like "
    "residents, with an error so wide that an area says little.",
    "AREAS_OF_ANOTHER_YEAR": "People in need by area are of an earlier plan, with an error that grows "
    "with the years; the country's total is of this one.",
    "BASIS_CITIZENSHIP": "The stock counts foreign citizens, not people born abroad.",
    "BORDER_CHANGE": "Some of these people, or many, count as born abroad because a border moved, not "
    "they.",
    "CARRIED_FORWARD": "The latest figure published by a month; the interval is of the next published "
    "one.",
    "COVERED_BY_REFUGEE_PLAN": "Refugees are left to a refugee plan and are not in this row.",
    "COUNT_EXCEEDS_STOCK": "The published count of migrants in need is larger than the stock.",
    "COUNT_OF_PART": "The published count is of a part of this group; of the others nothing is known.",
    "FIGURE_AFTER_ONSET": "The last published stock is of soon after the crisis began: a projection.",
    "GROWTH_CAPPED": "The stock grew or shrank faster than the cap, 0.15 of the logarithm a year "
    "(+16.2 % or -13.9 %) unless changed; what is carried beyond the last figure is capped.",
    "LOCAL_EVENT": "The event is confined to part of the country, and nobody counted the group there: "
    "the interval spans from few of them in the places hit to most of them.",
    "LEFT_OUT_OF_TOTALS": "Shown, but not added to totals; the reason says why.",
    "MODELLED_SHARE": "The country has no plan; its share in need is modelled from others that have.",
    "NOT_ADDED": "A figure of a plan that spans countries; it is not added to country totals.",
    "NO_PROTECTION_FIGURES": "No refugee figures were given: the whole stock counts as other migrants.",
    "ODDS_RATIO_ESTIMATED": "The odds ratio of migrants against neighbours is estimated from pairs "
    "that other countries published, not measured here.",
    "ODDS_RATIO_OF_COUNTRY": "The odds ratio acts on the united needs of the country's crises: this "
    "row depends on the country's other plans.",
    "ODDS_RATIO_OWN_PAIR": "The country published a pair of migrants and residents; it moves the odds "
    "ratio of this row.",
    "ODDS_RATIO_JUDGED": "The odds ratio of migrants against neighbours is expert judgement, not "
    "measured.",
    "ONSET_UNKNOWN": "No start of the crisis is known: the stock is projected as in normal times.",
    "OVERLAP_ASSUMED": "Crises overlap; how many people are in both is assumed, with its spread.",
    "PIN_GT_POP": "More people in need were published than there are people whom the figure can count; "
    "the share is set to 100 %.",
    "PLAN_SHARE_BY_RULE": "The plan counts everybody of this group as in need; this is a rule, "
    "not a measurement.",
    "PRESENT_SECOND_READING": "People present are those whom R4V, the government or the plan counts, "
    "not UNHCR's register.",
    "PROTECTION_PRIOR": "No count of refugees in need that meets the rules was published: "
    "a prior near 1 is used.",
    "PUBLISHED_EXTRAPOLATION": "The last published stock grows exactly as before: it is an "
    "extrapolation, counted from the last measurement.",
    "REFUGEES_AS_IN_OTHER_YEARS": "Whether the plan counts refugees is not known; all plans of the "
    "country that say it did, so it is taken to.",
    "REFUGEES_DIVIDED": "Disjoint plans each cover refugees; who counts whom is not published, and "
    "they are divided between the plans.",
    "REFUGEES_EXCEED_PIN": "Refugees would be nearly all people in need; they are limited to 90 %.",
    "REFUGEES_MEASURED": "Refugees in need follow from an odds ratio against residents, as surveys "
    "find them; no survey of this country.",
    "REFUGEES_PLANNED": "Refugees in need are UNHCR's register before the plan times a factor: "
    "plans count them by rule, which is no measurement.",
    "REFUGEES_OF_ANOTHER_YEAR": "No UNHCR figures at the stock's date; later ones stand in.",
    "REFUGEES_EXCEED_STOCK": "UNHCR counts more people than the whole stock; the stock limits them.",
    "REGISTERED_NOT_ESTIMATED": "UNHCR registers people of this origin where refugees have no "
    "estimate; their number stands beside and is not added.",
    "REGISTER_AFTER_ONSET": "The crisis began after the year-end before the plan, and the register "
    "more than doubled: people present are those of the next year-end.",
    "REGISTER_CHANGED": "The register more than doubled within a year that saw no onset: read as a "
    "change of registration, not of the world.",
    "REGISTER_LIMITED": "People present times the plan's share would exceed the plan's published "
    "refugees and migrants in need; its hosts are limited in proportion.",
    "RELATED_COUNT": "A published count exists that falls short of the rules; it is shown, not used.",
    "SCOPE_CARRIED_OVER": "Whether the plan counts migrants was read in its edition of another year.",
    "SCOPE_INFERRED": "It is not stated whether the plan counts migrants; it has more people in need "
    "than there are nationals, so it does.",
    "SCOPE_UNKNOWN": "It is not known whether the plan counts migrants: both readings, half and half.",
    "SEVERITY_JUDGED": "How much likelier migrants in need are to be in phase 4 or 5 than others in "
    "need is expert judgement: two countries published both thresholds for both.",
    "STOCK_FROZEN": "A crisis began after the last figure: growth is carried to the onset only, and "
    "the stock is widened.",
    "STOCK_IMPUTED": "The publisher had no data for this stock and imputed it.",
    "SUBNATIONAL_PLAN": "The plan covers some areas; how many migrants live there is not known.",
    "SUPERSEDED": "A later plan replaces this figure; it is shown, not added.",
    "UNREVISED_AFTER_ONSET": "A sudden onset came after the figure and it was not revised: the larger "
    "of it and INFORM's, with an interval by expert judgement.",
    "UNRWA": "Palestine refugees under UNRWA's mandate are not in UNHCR's figures.",
}


def flag_text(code: str) -> str:
    """Return a flag in plain words.

    Parameters
    ----------
    code
        One of `FLAGS`.

    Examples
    --------
    >>> flag_text("NOT_ADDED")
    'A figure of a plan that spans countries; it is not added to country totals.'
    """
    return in_language(FLAGS[code])


def join_flags(flags: Iterable[str]) -> str:
    """Return flags as one text: sorted, each once, joined by a blank.

    Parameters
    ----------
    flags
        Codes, each one of `FLAGS`; another is a fault of the package.
    """
    unique = sorted(set(flags))
    for code in unique:
        FLAGS[code]  # an unknown code is a bug: fail here
    return " ".join(unique)
