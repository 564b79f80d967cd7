"""Fixed sentences and words of briefs and of the report, each under its code, with named placeholders.

The English template is the key of a translation, as in `gecam.results.messages`; numbers come as text,
rounded where they are made.
"""

from __future__ import annotations

from collections.abc import Mapping

from gecam.results import in_language

TEMPLATES: Mapping[str, str] = {
    # what the report opens with
    "MIGRANTS": "migrants {what}",
    "OPENING_INTERVAL": "{level} interval {lower} to {upper}",
    "AT_DAY": "at {day}",
    "HOW_SURE": "How sure we are",
    "TOTALS": "total, persons",
    "READING_TOTALS": "Totals share people: they do not add. Intervals of {level}. Odds ratio 1: if "
    "migrants are in need like their neighbours. Grades: A is best, E worst.",
    "ABOUT": "About this page",
    "MADE": "Made",
    "OF_METHOD": ", method {method}",
    "CITE": "Cite",
    "CONTACT": "Contact",
    "NO_CONTACT": "This page names nobody (--contact); ask whoever passed it on. Faults of the "
    "software: the maintainers of gecam.",
    "APPENDIX": "Appendix: all rows, how each came about, assumptions, checklist",
    # the report
    "REPORT_NAME": "Crisis-affected migrants, {case}",
    "REPORT_NAME_OF_NEED": "Migrants {measure}, {case}",
    "SKIP": "Skip to the content",
    "MADE_OF": "gecam {version}, case {case}",
    "OF_RELEASE": ", release {release}",
    "WITH_DRAWS": ", scope {scope}, {draws} draws",
    "OF_SEED": ", seed {seed}",
    "REPORT_TITLE": "How many migrants did the crises of {case} affect?",
    "REPORT_TITLE_OF_NEED": "How many migrants were {measure} in the crises of {case}?",
    "ON_THIS_PAGE": "On this page",
    "WHO_BY_COUNTRY": "Who they are: sex, age and severity by country",
    "HOW_WHO_ADDS": "Sexes of a country hold the same people as its ages and its phases: rows of two "
    "of them never add. Ages are those of earlier tables, phases of the INFORM Severity Index; what is "
    "not published stands as such.",
    "ROWS": "{number} rows",
    "TABLE_OF_WHO": "Table of people by sex, age and phase",
    "EACH_NUMBER": "Where each number comes from",
    "METHOD": "Method",
    "CHECKLIST": "Checklist",
    "STANDING": "Do not use without reading: this release is {standing}.",
    "DIFFERENCE": "The difference between the two numbers is {how}.",
    "CONCENTRATION": "Half of the total of all country-level plans is in {places} (at odds ratio 1).",
    "IN_INTERVAL": " ({lower} to {upper})",
    "SHOW_ROWS": "Show rows with",
    "ROWS_SHOWN": "{shown} of {number} rows shown",
    "TABLE": "Table: {title}",
    "PERSONS": 'Persons. "Not estimated" is not zero. {note}',
    "AT_ONE_COLUMN": "odds ratio 1",
    "MEAN_COLUMN": "prior, mean",
    "FROM_COLUMN": "from",
    "TO_COLUMN": "to",
    "NOTES_COLUMN": "notes",
    "PUBLISHED": "{people} published",
    "DOWNLOAD": "Download all rows (CSV)",
    "IN_ANY_CRISIS": "People in at least one crisis: {people}",
    "INTERVAL_AND_GRADE": "({level} interval {lower} to {upper}), grade {grade}.",
    "INTERVAL_OF_CELL": " ({lower} to {upper}), grade {grade}",
    "PUBLISHED_COUNTS": "Published counts:",
    "METHOD_IN_SHORT": "Method, in short",
    "HOW_IT_IS_MADE": "A stock of migrants is brought to the reference date and split into refugees "
    "and others in need of protection, and other migrants. Each group has its own share in need; the "
    "odds ratio of other migrants against non-migrants enters through a table with the published "
    "margins. People in several crises count once. Published figures are the means of their "
    "distributions; sums run draw by draw. This is an independent implementation of the kind of "
    "estimate that IOM announced in 2023, not IOM's method.",
    "TABLE_OF_ASSUMPTIONS": "Table of assumptions",
    "ASSUMPTIONS": "Assumptions",
    "GATHER_TITLE": "Reporting checklist (GATHER)",
    "GATHER_TABLE": "GATHER checklist",
    "NOT_PUBLIC": "Not public.",
    "FILE_OF_SOURCE": "File {file}, SHA-256 {sha256}…",
    "NATURAL_EARTH": "Natural Earth: Admin 0 countries, 1:110m (the map). Public domain.",
    "NAMES_OF_COUNTRIES": "Names of countries and areas follow the United Nations' statistical use and "
    "imply no opinion on the legal status of any of them.",
    "CONFIGURATION": " Configuration {config}.",
    # every brief
    "WHERE_NUMBERS_COME_FROM": "Where these numbers come from",
    "PAGE_AGAIN": "This page again",
    "COUNT_EXPOSED": "These are people in the places of an event, by the IASC's names all people "
    "there, {dates}: not people affected, in need, targeted or reached.",
    "COUNT_AFFECTED": "These are people affected, by the IASC's names, {dates}: not people in need, "
    "targeted or reached.",
    "COUNT_IN_NEED": "These are people in need, by the IASC's names, {dates}: not all people affected, "
    "and not people targeted or reached.",
    "COUNT_SEVERE": "These are people in phases 4 and 5 of severity, {dates}, a part of people in need "
    "by the IASC's names: not people targeted or reached.",
    "CANNOT_SAY": "What these numbers cannot say",
    "SOURCES": "Sources",
    "NO_RISKS_OF_ORIGINS": "Origins differ through who lives where and who is a refugee: they are not "
    "risks of an origin.",
    "NO_PAPERS": "Stock figures miss people without papers; how many is not known for most countries.",
    "INTERVAL_HOLDS": "An interval holds the errors that are modelled, not the choice of the method.",
    # a country
    "COUNTRY_TITLE": "Migrants in the response in {country}, {case}",
    "COUNTRY_LEAD": "In {country}, {people} migrants are estimated to be in need ({level:.0%} interval "
    "in brackets; grade {grade}: A is best, E worst).",
    "COUNTRY_ODDS_RATIO": "How much likelier migrants are in need than their neighbours is {how} "
    "(median odds ratio {ratio:.2f}). With the same odds the number would be {at_one}.",
    "WHO": "Who they are",
    "MAY_NOT_ADD": "Rounded rows may not add.",
    "WHO_COLUMN": "who",
    "PEOPLE_INTERVAL": "people (interval)",
    "SHARE_COLUMN": "share",
    "OTHER_ORIGINS": "{number} other origins",
    "FROM_ORIGIN": "from {origin}",
    "PLAN": "What the plan says",
    "PER_HUNDRED": "For each 100 of the plan's {in_need:,.0f} people in need there are {mean:.2g} "
    "migrants in need ({lower:.2g} to {upper:.2g}).",
    "PLAN_TARGETS": "The plan targets {targeted:,.0f} people; how many it counts in need is not "
    "stated, so that no share of them is given.",
    "NO_COUNT_IN_PLAN": "No count of migrants in need was found in the plan. That is not zero "
    "migrants.",
    "GROUP_COLUMN": "group",
    "STATED_IN_PLAN": "stated in the plan",
    "CHANCE_OF_MORE": "chance that more are in need",
    "NOTE_COLUMN": "note",
    "COST": "What it costs to include them",
    "COST_NOT_ESTIMATED": "Not estimated: the plan's cost per person is not known here. Give the "
    "plan's requirements and people targeted with --plan.",
    "COST_OF_ALL": "At {unit_cost:,.0f} {currency} per person ({basis}), reaching all of them costs "
    "{cost}.",
    "COST_OF_PART": "{of_all} The plan means to reach {share} of them, which costs {cost}; the table "
    "is about this part and leaves out the others.",
    "OF_THE_PART": ", of the {share}",
    "BEST_PLAN": "If a person left out weighs {ratio:g} times as much as an empty place, plan for "
    "{people} people.",
    "PLAN_FOR": "plan for",
    "PEOPLE_OF_PART": "people{part}",
    "COST_COLUMN": "cost, {currency}",
    "CHANCE_OF_TOO_LITTLE": "chance of too little",
    "LEFT_OUT": "left out{part}, on average",
    "EMPTY_PLACES": "empty places, on average",
    "COST_BY_AGE": "What it costs by age",
    "HOW_COST_BY_AGE": "People of each age times the cost per person of that age, draw by draw; people "
    "and costs of all ages add up to those above.",
    "COST_INTERVAL": "cost (interval)",
    "UNIT_COST_COLUMN": "cost per person, {currency}",
    "COST_RANGE": "{mean} {currency} ({lower} to {upper})",
    "TABLE_OF_RATES": "Table of rates",
    "RATES": "How often they are in need, beside residents",
    "HOW_RATES": "Residents are those whom the plan's figure counts, in the same places, refugees "
    "apart. A ratio that is assumed or by rule went into the estimate and is no result of it.",
    "SINCE_LAST": "How it moved since the year before",
    "HOW_SINCE_LAST": "Both years with the migrant stocks of one revision. What they share, such as "
    "the odds ratio and the error of the stock, is the same in both, so that the interval of a change "
    "is its own. Figures of two kinds are no change of the world: then the table says why there is "
    "none.",
    "CHANGE_SINCE": "change (interval), or why there is none",
    "NO_CHANGE_OTHER_CRISES": "a plan in one of the years only",
    "NO_CHANGE_NOT_PUBLISHED": "a plan without a number in one of the years",
    "NO_CHANGE_OTHER_SCOPE": "left to another figure, or one of another kind, in one of the years",
    "OF_REGIONAL_PLANS": "People of regional plans, of those present",
    "PER_100_MIGRANTS": "people per 100 migrants",
    "PER_100_RESIDENTS": "per 100 residents",
    "RATIO_COLUMN": "ratio",
    "RATIO_ASSUMED": "assumed: {ratio}",
    "RATIO_PARTLY": "partly assumed: {ratio}",
    "RATIO_BY_RULE": "by rule of plans: {ratio}",
    "LANGUAGES": "In which languages to inform them",
    "LANGUAGES_COLUMN": "languages",
    "SHARE_REACHED": "share of the migrants reached",
    "DEPENDING_ON_TWO": "depending on who knows two",
    "SHARE_FROM_TO": "{lower:.0%} to {upper:.0%}",
    "LOCAL_LANGUAGES": "In {country} itself people speak {languages}; how many of the migrants have "
    "learnt these languages is not known.",
    "HOW_LANGUAGES": "Each language is the one that adds most people to those before it. From the "
    "languages of the countries of origin; {unknown:.0%} of the migrants (average over the draws) have "
    "an origin without known languages, and count as not reached.",
    "HOW_GOOD": "How good the numbers are",
    "REST_ON": "The numbers rest on {evidence}.",
    # a country of origin
    "ORIGIN_TITLE": "People from {country} in crises abroad, {case}",
    "ORIGIN_LEAD": "{people} people from {country} are estimated to be in need in crises abroad, most "
    "of them in {largest} ({level:.0%} interval in brackets).",
    "ORIGIN_COMPLETE": "{people} people from {country} are estimated to be in need in the countries in "
    "crisis abroad, with those whom country plans leave to regional plans. Without these:",
    "ORIGIN_NOBODY": "No estimate names people from {country} in a crisis abroad. That is not zero.",
    "WHERE": "Where they are",
    "RANK_COLUMN": "rank",
    "RANK_RANGE": "{rank} ({low} to {high})",
    "COUNTRY_COLUMN": "country",
    "CRISIS_COLUMN": "crisis",
    "PEOPLE_COLUMN": "people",
    "GRADE_COLUMN": "grade",
    "COUNTED_AS": "counted as",
    "HOW_RANKED": "A rank with its range: where the numbers overlap, the order is not known. 'Born "
    "there' counts people born in {country}, of whom some are citizens of where they live.",
    "FEWER_THAN": "Fewer than {fewest} in each of {number} others: {places}.",
    "IN_REGIONAL_PLANS": "In regional plans",
    "PLAN_COLUMN": "plan",
    "PEOPLE_IN_NEED": "people in need",
    "PRESENT_AT_YEAR_END": "present, year-end",
    "WHAT_IT_IS": "what it is",
    "WHO_IN_REGIONAL_PLANS": "People whom a country's plan has are not counted again. In a country "
    "without a plan of its own they are in need because of the crisis that they fled.",
    "FROM_CHAPTER": "people in need, as the plan's chapter publishes them",
    "FROM_REGISTER": "people registered by UNHCR times the plan's share in need",
    "FROM_COUNTRY_PLAN": "in the figure of the country's own plan, above",
    "FROM_NOTHING": "not estimated: no figure was published, and there is no register of whom it "
    "follows",
    "REGISTERED": "Registered and not estimated, which is not zero",
    "REGISTERED_COLUMN": "registered by UNHCR",
    "WHY_COLUMN": "why",
    "WHO_REGISTERED": "Refugees and asylum-seekers who are in no number above.",
    "UNTOLD_ORIGIN": "Whose origin is not known",
    "WHO_UNTOLD_ORIGIN": "Affected migrants whose origin the publisher does not tell apart, of whom "
    "some may be from {country}: {places}.",
    "NOT_ESTIMATED": "Not estimated, which is not zero",
    "PLANS_OF_ORIGIN": "Plans that name this origin",
    "PLAN_SPANS": "plan that spans countries",
    "PEOPLE_IN_PLAN": "people in the plan, as published",
    "AS_PUBLISHED": "As published, host communities included; not added to the numbers above.",
    # a scenario
    "SCENARIO_LEAD": "{people} migrants would be {measure}.",
    "SCENARIO_LEAD_MORE": "{people} more migrants would be {measure} than today.",
    "IN_NEED": "in need",
    "IN_SEVERE_NEED": "in severe need",
    "IN_BRACKETS": "Numbers in brackets are {level:.0%} intervals.",
    "WHOM_IT_TOUCHES": "Whom it touches",
    "HOW_NUMBERS_CAME": "How the numbers came about",
    "STEPS_OF_GROUP": "{country}, {group}: {steps}.",
    "WHAT_IF": "A scenario is a what-if: it has no probability unless somebody states one.",
    "MIGRANTS_COLUMN": "migrants",
    "TODAY_COLUMN": "today",
    "SCENARIO_COLUMN": "scenario",
    "MORE_COLUMN": "more",
    "NEITHER_ESTIMATED": "Not estimated.",
    "ONLY_BEFORE": "Not estimated in the scenario.",
    "ONLY_AFTER": "Today's figures have no estimate here: all people of the scenario count as "
    "additional.",
    # how often events come
    "HOW_OFTEN": "How often events come",
    "HOW_OFTEN_TODAY": "How many migrants such events would touch today",
    "EVENTS_ON_RECORD": "{number} events with a number of people are on record for {country}, {start} "
    "to {end}.",
    "RECORD_AVERAGE": "The record averages {people} {unit} a year ({lower} to {upper}), {reason}.",
    "RECORD_ONLY": "The record averages {people} {unit} a year, which is not an estimate of the long "
    "run: {reason}.",
    "ONCE_IN": "once in so many years",
    "MORE_THAN": "{unit} in one event, more than",
    "INTERVAL_COLUMN": "interval",
    "FROM_TO": "{lower} to {upper}",
    "UNDER": "under {people}",
    "NO_CLEAR_CHANGE": "no clear change",
    "MILLION": "{amount} million",
    "BILLION": "{amount} billion",
    "AS_TARGETED": "As published ({who}): {in_need:,.0f} in need, {targeted:,.0f} targeted, "
    "{left:,.0f} not targeted.",
    "AS_TARGETED_NOTE": "{said} Note: {note}",
    "NOT_BOUNDED": "not bounded by the record",
    "NO_ESTIMATE": "not estimated",
}


def said(code: str, **values: object) -> str:
    """Return a sentence or word of a page, in the language of `gecam.results.translated`.

    Parameters
    ----------
    code
        One of `TEMPLATES`.
    **values
        The value of each placeholder of its template, by name.

    Examples
    --------
    >>> from gecam.report.sentences import said
    >>> said("IN_BRACKETS", level=0.9)
    'Numbers in brackets are 90% intervals.'
    """
    return in_language(TEMPLATES[code]).format(**values)
