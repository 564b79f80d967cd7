"""Messages: codes with named values, and the sentences that are made of them when they are shown.

Estimates hold and compare messages. Every sentence about a row, a step or a flag is made here from the
template of its code, whose placeholders are named; the English template is the key of a translation,
as in `gettext` (format ``python-brace-format``).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import TypeAlias, Union

from gecam.errors import InputError

MessageValue: TypeAlias = Union[str, float, int, date, "Message"]

TEMPLATES: Mapping[str, str] = {
    "TEXT": "{text}",
    # why a cell is not estimated, or not added
    "OUTSIDE_SCOPE": "Outside the scope {scope!r}.",
    "STOCK_IS_ZERO": "The published stock is zero.",
    "NOBODY_REGISTERED": "UNHCR reports nobody of this group here.",
    "NO_REGISTER": "No figures of registered refugees were given for this country: refugees in the "
    "stock are counted as other migrants.",
    "LEFT_TO_REFUGEE_PLAN": "Refugees are left to a refugee plan, not covered by this one.",
    "MIGRANTS_SEPARATE": "The plan leaves refugees and migrants to another plan or figure; "
    "the residents' share does not apply to them.",
    "HOSTS_INCLUDED": "The figure includes host communities; migrants cannot be told apart.",
    "CITIZENS_NOT_TOLD_APART": "The scope counts non-citizens, the stock people born abroad; how many "
    "of these are citizens is not known here.",
    "REST_NOT_ESTIMATED": "The published count is of {present:,.0f} people present; the need of the "
    "other {others:,.0f} migrants of this group is not estimated.",
    "REPLACED": "Replaced by {crisis} in country figures.",
    "COUNT_OF_OTHER_PEOPLE": "Not used: a count of {people:,.0f} people where there are {there:,.0f} "
    "is of other people.",
    "PHASES_NOT_PUBLISHED": "No published phases belong to the people in need of this country.",
    "SEVERE_PART": "phases 4 and 5 are {share:.0%} of people in need ({scale}, {on}); of migrants "
    "{part:.0%}, as they are likelier to be in them (median odds ratio {odds_ratio:g}, expert "
    "judgement)",
    # which count it is, by the names of the IASC
    "COUNT_EXPOSED": "These are people in the places of an event, by the IASC's names all people "
    "there, {dates}: not people affected, in need, targeted or reached.",
    "COUNT_AFFECTED": "These are people affected, by the IASC's names, {dates}: not people in need, "
    "targeted or reached.",
    "COUNT_IN_NEED": "These are people in need, by the IASC's names, {dates}: not all people affected, "
    "and not people targeted or reached.",
    "COUNT_SEVERE": "These are people in phases 4 and 5 of severity, {dates}, a part of people in need "
    "by the IASC's names: not people targeted or reached.",
    "COUNT_DATES": "{first} to {last}",
    # the same in the sentence that opens the report
    "AND_IN_NEED": "and are in need of humanitarian assistance",
    "AND_AFFECTED": "and are affected by its crises",
    "AND_EXPOSED": "and are exposed to its crises",
    "AND_SEVERE": "and are in severe need (phases 4 and 5)",
    # of plans
    "WITHOUT_FIGURE_BY_PHASE": "Plans of several countries publish no phases.",
    # why no better evidence was used
    "NO_PUBLISHED_COUNT": "No published count of this group in need meets the rules (plan level, "
    "present in the country, stated scope, within 12 months).",
    "NO_MIGRANTS_BY_AREA": "Migrants by area within the country are not known.",
    # plans that span countries, and plans without a figure
    "NO_FIGURE": "No number of people in need was published.",
    "PUBLISHED_IN_PLAN": "Published in a plan that spans {hosts}; not added to country totals.",
    "HOSTS_NOT_SPLIT": "Includes host communities without a split; the plan's total of "
    "{in_need:,.0f} is of people in {hosts}.",
    "COUNTRIES": "countries",
    "SEVERAL_COUNTRIES": "several countries",
    "REGIONAL_PLANS_ADDED": "Adds people of regional plans in {added}; refugees and migrants whom a "
    "country plan leaves out and no regional plan names are still left out, all or some ({left}).",
    "REGISTERED_NOT_ESTIMATED": "{people:,.0f} people whom UNHCR registered at the end of {year} are "
    "not estimated: {why}",
    # people of regional plans
    "REGIONAL_PUBLISHED": "People in need of this group, as {plan} states them.",
    "REGIONAL_REGISTER": "{present:,.0f} people present at the end of {year}, by UNHCR's register, "
    "times the share in need of {plan}, {share:.2f}.",
    "REGIONAL_SECOND_READING": "{present:,.0f} people present about the end of {year}, as R4V, the "
    "government or the plan counts them, times the share in need of {plan}, {share:.2f}.",
    "REGIONAL_IN_COUNTRY_PLAN": "In the figure of the country's own plan, and not counted again.",
    "REGIONAL_NOBODY": "{plan} states no number in need here, and there is no register of whom it "
    "follows.",
    "REGIONAL_BY_COUNTRY": "{by_country:,.0f} of them by country, {rest:,.0f} not by country.",
    "REGIONAL_NOT_PUBLISHED": "Refugees and migrants in need are not published apart; "
    "{by_country:,.0f} are counted by country.",
    "REGIONAL_CELLS": "Adds people of regional plans ({plans})",
    # from the published stock to the reference date
    "STOCK": "{people:,.0f} migrants on {on}",
    "MEASURED": "{people:,.0f} on {on}",
    "CONTINUES_GROWTH": "{measured} (the figure of {on} continues the growth before it: no "
    "measurement)",
    "SOON_AFTER_ONSET": "{measured} (the figure of {on} is of soon after the onset: a projection)",
    "GROWN": "{measured}, {rate:+.1%} a year until {until} (as since {since}, when there were "
    "{people:,.0f})",
    "GROWN_CAPPED": "{measured}, {rate:+.1%} a year until {until} (capped: {uncapped_rate:+.1%} a year "
    "since {since}, when there were {people:,.0f}, would give {uncapped:,.0f})",
    "UNCHANGED": "{measured}, unchanged until {until}",
    "HELD_AT_ONSET": "{projected}; held there because the crisis began then",
    "RELATIVE_PRESENCE": "{projected}; {presence:.0%} as present as these (assumed)",
    "MOVES_WITH_RESIDENTS": "{projected}, when the crisis began; since then with the residents, of "
    "whom there were {before:,.0f} and are {now:,.0f}",
    "BETWEEN": "between {first:,.0f} on {start} and {last:,.0f} on {end}",
    "PROJECTED": "all count as other migrants, as there are no refugee figures: {projection}",
    "PROJECTED_BY_GROUP": "other migrants: {projection}; refugees and others in need of protection: "
    "UNHCR counts {now:,.0f} at the reference date, {then:,.0f} at the stock's",
    "PROJECTED_TOGETHER": "all migrants: {projection}; refugees and others in need of protection: "
    "UNHCR counts {now:,.0f} at the reference date",
    "WHOLE_STOCK": "the whole stock",
    "WITHOUT_BORDER_CHANGES": "without the {part:.0%} of other migrants who were born beyond a border "
    "that moved",
    "OTHER_MIGRANTS": "migrants other than refugees and others in need of protection",
    "REFUGEES": "refugees and others in need of protection; of UNHCR's count {inside}",
    "REFUGEES_AND_OUTSIDE": "refugees and others in need of protection; of UNHCR's count {inside}, and "
    "those outside it are added",
    "INSIDE_STOCK": "{share:.2%} inside the stock",
    "INSIDE_SMALL_STOCK": "{share:.2%} inside the stock ({prior:.0%}, less in draws of a stock that "
    "cannot hold so many)",
    "UNDERCOUNT": "people whom the stock misses: {change:+.0%}",
    # shares in need
    "PUBLISHED_COUNT": "{people:,.0f} other migrants in need were published",
    "PUBLISHED_COUNT_OF_PART": "{people:,.0f} other migrants in need were published, of {present:,.0f} "
    "present",
    "EVERYBODY": "{in_need:,.0f} of {residents:,.0f} residents: {share:.1%}",
    "EVERYBODY_LESS_REFUGEES": "{in_need:,.0f} of {residents:,.0f} residents less {refugees:,.0f} "
    "refugees: {share:.1%}",
    "EVERYBODY_LESS_REFUGEES_IN_NEED": "{in_need:,.0f} less {refugees_in_need:,.0f} refugees of "
    "{residents:,.0f} residents less {refugees:,.0f} refugees: {share:.1%}",
    "NATIONALS": "counted among nationals only: {share:.1%}",
    "EITHER": "{first} or {second}",
    "SHARE_OF_RESIDENTS": "{people:,.0f} people {measure}; {reading}",
    "CONFINED_TO_PLACES": "{share}; where {residents:.1%} of residents live ({how}), of whom "
    "{in_need:.1%}; from few to most of the group live there, {mean:.1%} on average",
    "RESIDENTS_STATED": "as stated",
    "RESIDENTS_ASSUMED": "assumed",
    "MOVED_BY_AREAS": "{share}; where migrants live moves it by {change:+.0%}",
    "HARDLY_MOVED_BY_AREAS": "{share}; where migrants live moves it by less than 0.5%",
    "exposed": "exposed",
    "affected": "affected",
    "in_need": "in need",
    "severe": "severe",
    "REFUGEES_ALL_IN_NEED": "all refugees counted as in need",
    "REFUGEES_PRIOR": "prior of refugees in need: {share:.1%}",
    "REFUGEES_BY_REGISTER": "refugees whom plans count by rule: {factor:.2f} times UNHCR's "
    "{latest:,.0f} of the end of the year before, or, with a probability of {weight:.0%}, times "
    "{earlier:,.0f} of a year earlier; applied to those inside the stock",
    "REFUGEES_BY_REGISTER_NOW": "refugees whom plans count by rule: {factor:.2f} times UNHCR's "
    "{latest:,.0f} at the reference date, as no register of before is given; applied to those inside "
    "the stock",
    "REFUGEES_LIKE_RESIDENTS": "refugees like residents: {share:.1%}",
    "PUBLISHED_SHARE_OF_REFUGEES": "published share of refugees in need, {in_need:,.0f} of "
    "{present:,.0f}",
    "PUBLISHED_SHARE_OF_OTHERS": "published share of other migrants in need, {in_need:,.0f} of "
    "{present:,.0f}",
    "LIMITED_SHARE": "{share} (taken as {limit:.0%})",
    "OF_THOSE_INSIDE": "{share}, applied to those inside the stock",
    "OF_PART": "{share}, of the {part:.1%} of refugees whom this plan and no disjoint one counts",
    "COUNTED_IN_OTHER_PLANS": "{share}; whether this plan counts refugees is not known, and all plans "
    "of the country that say it did ({years})",
    "OR_LIKE_NATIONALS": "{share}, or like nationals ({nationals:.1%}), half and half",
    "ELSE_LIKE_NATIONALS": "{share}, with a probability of {weight:.0%}, else like nationals "
    "({nationals:.1%})",
    "MEDIAN_ODDS_RATIO": "median odds ratio {odds_ratio:.2f} of migrants against neighbours (prior)",
    "MEDIAN_ODDS_RATIO_OF_REFUGEES": "median odds ratio {odds_ratio:.2f} of refugees against residents "
    "(expert judgement)",
    "MEDIAN_ODDS_RATIO_ONCE": "median odds ratio {odds_ratio:.2f} of migrants against neighbours "
    "(prior), once on the united needs of the country's crises",
    "MEDIAN_ODDS_RATIO_OF_ONCE": "median odds ratio {odds_ratio:.2f} of migrants against neighbours "
    "({status}, k = {k}: {basis}), once on the united needs of the country's crises",
    "MEDIAN_ODDS_RATIO_OF": "median odds ratio {odds_ratio:.2f} of migrants against neighbours "
    "({status}, k = {k}: {basis})",
    # people in several crises
    "SUPERSEDED_BY": "{crisis} is superseded by {other}",
    "WITHIN": "{crisis} is within {other}",
    "MEASURED_OVERLAP": "{first} and {second}: {shared:.1%} of the smaller is in both, {by}",
    "MEASURED_OVERLAP_WITH_ERROR": "{first} and {second}: {shared:.1%} (standard deviation {sd:.1%}) "
    "of the smaller is in both, {by}",
    "AS_MEASURED": "as measured",
    "DISJOINT": "{first} and {second}: nobody is in both",
    "AND": "{first} and {second}",
    "OVERLAP_ANYWHERE": "{crises}: overlap anywhere between independent and one inside the other",
    "OVERLAP_INDEPENDENT": "{crises}: overlap as if independent",
    "OVERLAP_INSIDE": "{crises}: the smaller taken to lie inside the larger",
    "OVERLAPS_CONTRADICT": "measured overlaps contradict each other in {part:.1%} of the draws, and "
    "are met there as nearly as possible",
    "DISJOINT_EXCEED": "disjoint crises add to more than everybody in {part:.1%} of the draws, and "
    "are cut to everybody there",
    # from central values to the mean of the draws
    "SPREAD_ABOVE": "spread of the {inputs}: the mean of the draws lies above the figure at central "
    "values",
    "SPREAD_BELOW": "spread of the {inputs}: the mean of the draws lies below the figure at central "
    "values",
    "SPREAD_AT": "spread of the {inputs}: the mean of the draws lies at the figure at central values",
    "INPUTS": "inputs",
    "ODDS_RATIO_AND_INPUTS": "odds ratio and of the inputs",
    # rows that stand for several cells
    "protection": "refugees",
    "other": "other migrants",
    # what an edit changes
    "SCALED_STOCK": "migrant stock of {places} times {factor:g}",
    "SCALED_REGISTER": "registered people in {places} times {factor:g}",
    "OTHER_STOCK": "migrant stock of {edition}",
    "OTHER_POPULATION": "residents: population of {publisher} in place of the plans' own denominators",
    "OWN_POPULATION": "residents: the case's population in place of the plans' own denominators",
    "OTHER_NEEDS": "people in need: {figures}",
    "FIGURE_IN": "{people:,.0f} in {place}",
    "SCALED_COUNTS": "published counts of migrants in {crises} times {factor:g}",
    "OTHER_FOOTPRINT": "{crisis} in {place}: {people:,.0f} people {measure}",
    "TOUCHES_NOBODY": "{crisis} in {place}: nobody. {reason}",
    "WITHOUT_CRISES": "without today's crises",
    "COPIED_CRISIS": "{crisis} in {place}, times {scale:g}",
    "MOVED_WITH_SHARE": "{place}, moved from {origin} keeping the share",
    "MOVED_WITH_PEOPLE": "{place}, moved from {origin} keeping the people",
    "OTHER_ASSUMPTIONS": "assumptions: {values}",
    "ALL_COUNTRIES": "all countries",
    "NEEDS_NOT_BY_AREA": "people in need by area are not published",
    "OTHER_CRISES_NOT_BY_AREA": "people in need in other crises of the country alone are not by area",
    "PART_NOT_BY_AREA": "{part:.1%} of the country's people in need are in no area with residents",
    "AREA_WITHOUT_RESIDENTS": "the number of residents of this area is not published",
    "AREA_WITHOUT_NEEDS": "people in need of this area are not published",
    "WITHOUT": "without {what}",
    "OF_GROUP": "{group}: {reason}",
    "IN_PLACES": "{what} ({places})",
}
"""What a reader must know about a row, by code; those of answers are `answer_templates`."""

_translation: ContextVar[Callable[[str], str]] = ContextVar("translation", default=str)


@dataclass(frozen=True, slots=True)
class Message:
    """A code and the values of its template; `str` makes the sentence.

    Parameters
    ----------
    code
        One of `TEMPLATES` or `answer_templates`.
    values
        Names of placeholders and their values, sorted by name: people, shares, dates, names, or
        messages inside this one.

    Examples
    --------
    >>> from gecam.results import message
    >>> str(message("UNDERCOUNT", change=0.05))
    'people whom the stock misses: +5%'
    """

    code: str
    values: tuple[tuple[str, MessageValue], ...] = ()

    def __str__(self) -> str:
        """Return the sentence, in the language of `translated`; also of texts inside it."""
        values = {k: in_language(v) if isinstance(v, str) else v for k, v in self.values}
        return in_language(template_of(self.code)).format(**values)

    def flat(self) -> Iterator[tuple[str, str | float]]:
        """Yield its code, and its values by name; those of messages inside it below their name."""
        yield "", self.code
        for name, value in self.values:
            if isinstance(value, Message):
                yield from ((f"{name} {inner}".strip(), x) for inner, x in value.flat())
            else:
                yield name, value if isinstance(value, str) else _plain(value)


@cache
def answer_templates() -> Mapping[str, str]:
    """Return the templates of what is said in answer to questions about estimates, by code.

    They stand in ``answers.csv``, which is read with the first message of such a code.
    """
    with (files("gecam.results") / "answers.csv").open(encoding="utf-8") as lines:
        return {row["code"]: row["text"] for row in csv.DictReader(lines)}


def template_of(code: str) -> str:
    """Return the English template of a code, one of `TEMPLATES` or `answer_templates`."""
    return TEMPLATES[code] if code in TEMPLATES else answer_templates()[code]


@cache
def _names(code: str) -> frozenset[str] | None:
    """Return the names of the placeholders of a template; None if there is no such code."""
    try:
        template = template_of(code)
    except KeyError:
        return None
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def _plain(value: float | date) -> float | str:
    return value.isoformat() if isinstance(value, date) else float(value)


def message(code: str, **values: MessageValue) -> Message:
    """Return a message.

    Parameters
    ----------
    code
        One of `TEMPLATES` or `answer_templates`.
    **values
        The value of each placeholder of its template, by name: text, a number, a date or a message.

    Raises
    ------
    InputError
        If there is no such code, or its template names other values.
    """
    if _names(code) != values.keys():
        raise InputError(f"no message {code!r} has the values {', '.join(values) or 'none'}")
    return Message(code, tuple(sorted(values.items())))


@contextmanager
def translated(gettext: Callable[[str], str]) -> Iterator[None]:
    """Show messages and flags in another language inside a block.

    Parameters
    ----------
    gettext
        From an English template to that of the language, with the same placeholders, such as
        `gettext.translation("gecam", folder).gettext`; a template without translation stays English.

    Examples
    --------
    >>> from gecam.results import message, translated
    >>> with translated({"the whole stock": "tout le stock"}.get):
    ...     print(message("WHOLE_STOCK"))
    tout le stock
    """
    token = _translation.set(gettext)
    try:
        yield
    finally:
        _translation.reset(token)


def is_translated() -> bool:
    """Return whether messages are shown in another language than English."""
    return _translation.get() is not str


def in_language(template: str) -> str:
    """Return an English template in the language of `translated`.

    Parameters
    ----------
    template
        The text: one of the values of `TEMPLATES` or `gecam.results.FLAGS`.
    """
    return _translation.get()(template)
