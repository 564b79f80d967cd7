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
    "ASSUMPTIONS_IN_ENGLISH": "What an assumption means and rests on is told in English, as in the "
    "documentation.",
    "GATHER_TITLE": "Reporting checklist (GATHER)",
    "GATHER_TABLE": "GATHER checklist",
    "NOT_PUBLIC": "Not public.",
    "FILE_OF_SOURCE": "File {file}, SHA-256 {sha256}…",
    "NATURAL_EARTH": "{title} (the map). Public domain.",
    "NAMES_OF_COUNTRIES": "Names of countries and areas follow the United Nations' statistical use and "
    "imply no opinion on the legal status of any of them.",
    "CONFIGURATION": " Configuration {config}.",
    # what the report counts, its date, and how it is cited
    "COUNTS": "It counts {who}, {where}, {affected}; each person once.",
    "WHO_ALL": "people born in another country (citizens of one, where a country counts these), and "
    "refugees and others in need of protection in the stock",
    "WHO_EXCLUDING_REFUGEES": "people born in another country (citizens of one, where a country counts "
    "these), without refugees and others in need of protection",
    "WHO_EXCLUDING_BORDER_CHANGES": "people born in another country (citizens of one, where a country "
    "counts these), without those born beyond a border that moved",
    "WHO_UNION": "people born in another country (citizens of one, where a country counts these), and "
    "all refugees and others in need of protection",
    "WHO_MICIC": "citizens of another country, without refugees and others in need of protection",
    "WHERE_COMPLETE": "who live in a country with a humanitarian plan of its own, also those whom that "
    "plan leaves to a regional plan",
    "WHERE_COUNTRY_PLANS": "who live in a country with a humanitarian plan",
    "WHERE_TOTAL": "of the total",
    "AND_IN_NEED": "and are in need of humanitarian assistance",
    "AND_AFFECTED": "and are affected by its crises",
    "AND_EXPOSED": "and are exposed to its crises",
    "AND_SEVERE": "and are in severe need (phases 4 and 5)",
    "DAY": "{day} {month} {year}",
    "OTHER_DATES": "{day} ({others} of {number} crises: another date)",
    "MADE_ON": "{day}: ",
    "CITE_CASE": "The gecam authors. Crisis-affected migrants, case {name}. gecam {version}{day}. And "
    "the publishers of its figures, listed below.",
    "CITE_RELEASE": "The gecam authors. Crisis-affected migrants, release {name}. gecam {version}"
    "{day}. And the publishers of its figures, listed below.",
    "CITE_DAY": ", {day}",
    "SUPERSEDED_BY_RELEASE": "superseded by {release}",
    "RETRACTED": "retracted: {reason}",
    "COMPLETE_NOTE": "The first total adds to all country-level plans the people of the same countries "
    "whom they leave to regional plans. The last adds people in countries without a country plan, in "
    "need because of the crisis that they fled: another question. What they add is a plan's published "
    "number, or a register times a plan's share.",
    "BEYOND_BORDERS": "Of all country-level plans, {part:.0%} were born beyond a border that moved and "
    "may never have moved themselves (scope excluding_border_changes).",
    # a row of the report, where it has no number or is not added
    "STATUS_SUPERSEDED": "Replaced by a later plan; not added to the total of all country-level plans.",
    "STATUS_LEFT_OUT": "Shown, not added to totals.",
    "STATUS_PUBLISHED": "Published at plan level; not added to country totals.",
    "STATUS_BELOW_THRESHOLD": "Too few people to be shown.",
    "STATUS_IN_COUNTRY_PLAN": "In the figure of the country's own plan.",
    "STATUS_SUPPRESSED": "Not shown: it rests on inputs that are not public, or would give them away.",
    "STEPS_NOT_SHOWN": "How it came about is not shown: its inputs are not public.",
    "CELL_TITLE": "{crisis}: {group}",
    "BOUNDS": "At the central figures, whatever the odds ratio, between {lower} and {upper} people.",
    "COUNT_AND_USE": "{people} ({use}; {source}). {note}",
    "USE_COUNT": "count",
    "USE_PLAN_LEVEL": "plan level",
    "USE_RELATED": "related",
    # figures of the report
    "MAP_WORDS": "Map of the world: migrants affected by country, as discs; the same numbers stand in "
    "the table of countries",
    "MAP_CAPTION": "Areas of discs are people: the mean and its {level:.0%} interval.{hidden}",
    "INTERVALS_WORDS": "Crisis-affected migrants by country: mean, interval and odds ratio 1; the same "
    "numbers stand in the table of countries",
    "INTERVALS_CAPTION": "Means, {level:.0%} intervals and odds ratio 1, on a logarithmic axis. "
    "Letters are grades.{hidden}",
    "COUNTRIES_HIDDEN": " Countries whose figure is not shown: {number}.",
    "YEARS_WORDS": "Migrants affected by crises, year by year: totals with their intervals, and how "
    "the same countries and groups moved",
    "YEARS_CAPTION": "Totals of each year with {level:.0%} intervals are of the plans of that year; "
    "how the world moved is the slope of the same countries and groups.",
    "KEY_MEAN": "ring: mean",
    "KEY_LOWER_END": "dark: lower end",
    "KEY_UPPER_END": "pale: upper end ({level:.0%} interval)",
    "LABELLED": "{label}: {text}",
    "KEY_INTERVAL": "{level:.0%} interval",
    "KEY_GOES_ON": "goes on to the left",
    "KEY_SAME_COUNTRIES": "the same countries and groups in both years",
    "KEY_MILLION": "million",
    "KEY_THOUSAND": "thousand",
    "BORDERS": "The boundaries and names shown and the designations used on this map do not imply "
    "official endorsement or acceptance by the United Nations.",
    # tables of the report
    "EVERY_PLAN": "Every plan",
    "EVERY_PLAN_NOTE": "Rows of plans that overlap share people: they do not add.",
    "BY_COUNTRY": "By country",
    "BY_COUNTRY_NOTE": "People in at least one crisis; they add to the total of country-level plans.",
    "REGION_COLUMN": "region",
    "BY_ORIGIN": "By origin",
    "BY_ORIGIN_NOTE": "The same people by where they come from. Origins differ only through who lives "
    "where and who is a refugee: these are no risks by nationality.",
    "ORIGIN_COLUMN": "origin",
    "HOST_COLUMN": "host country",
    "IN_REGIONAL_PLANS_NOTE": "People of an origin whom a regional plan follows. Those in countries "
    "with a plan of their own add to the total of countries in crisis, complete; the others to that "
    "with hosts.",
    "REGIONAL_TOTALS": "What regional plans publish",
    "REGIONAL_TOTALS_NOTE": "Refugees and migrants in need, all hosts together; what is not by country "
    "stands beside the totals.",
    "FROM_AT_LEVEL": "{level:.0%} from",
    "IN_REGIONAL_PLAN": "people from {origin} in a regional plan, {measure}: {sex}, {age}",
    "COUNTRIES_OF": "{region} countries",
    "ASSUMPTION_COLUMN": "assumption",
    "VALUE_COLUMN": "value",
    "BASIS_COLUMN": "basis",
    "ITEM_COLUMN": "item",
    "QUESTION_COLUMN": "question",
    "ANSWER_COLUMN": "answer",
    "SEE_SOURCES": "See the list of sources on this page.",
    "SEE_ASSUMPTIONS": "See the table of assumptions on this page.",
    "SEE_TABLES": "The tables can be downloaded from this page.",
    # the page of all years
    "YEARS_TITLE": "Migrants affected by crises, {first} to {last}",
    "YEARS_DIFFER": "Years are not of the same countries: plans come and go, so a difference between "
    "two years is no change of the world. Each number is of the figures published for its year; none "
    "is computed on this page.",
    "PICK_YEAR": "Year",
    "PICK_COUNTRY": "Country",
    "PICK_ORIGIN": "Origin",
    "PICK_ALL": "all",
    "YEARS_ROWS_SHOWN": "{shown} rows shown",
    "YEARS_TOTALS": "Totals",
    "BY_RESIDENCE": "By country of residence",
    "TOTALS_SHARE": "Totals share people: they do not add.",
    "NO_RISKS": "These are no risks by nationality.",
    "YEAR_COLUMN": "year",
    "MEAN_ALONE_COLUMN": "mean",
    "NOTE_OF_YEAR": "{year}: {note}",
    "MADE_WITH": "gecam {version}",
    "CITE_YEARS": "The gecam authors. Crisis-affected migrants, {first} to {last}. gecam {version}. "
    "Sources and method of each year: gecam report --edition YEAR.",
    "NAMES_NOBODY": "This page names nobody (--contact); ask whoever passed it on.",
    # every brief
    "WHERE_NUMBERS_COME_FROM": "Where these numbers come from:",
    "PAGE_AGAIN": "This page again:",
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
    "AREAS": "Where in the country they are",
    "AREA_COLUMN": "area",
    "HOW_AREAS": "People in need by area, as {publisher} published them for {year}; areas add up to "
    "the country in every draw.",
    "AREAS_SPREAD": "Nobody counted {groups} by area: they are spread like residents, so that an area "
    "says little of them.",
    "AREAS_HIDDEN": "Areas of fewer than 100 people are not shown, nor as many others as it takes that "
    "nobody can find them.",
    "EFFECT_OF_PLACE": "By needs and residents of the areas {before} other migrants would be in need, "
    "and by the figure of the country {national}: where they live multiplies their number by "
    "{effect:.2f} ({lower:.2f} to {upper:.2f}), by two priors and no count.",
    "BY_AREA": "By area",
    "BY_AREA_NOTE": "People of country-level and of regional plans by first administrative level, with "
    "{level} intervals, in countries whose people in need are published by area.",
    "AREA_NOT_TOLD": "area not told",
    "AREA_HIDDEN": "not shown",
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
