"""Words of needs overviews for groups of people, in English, French and Spanish."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache

from gecam.codes.close_words import close_words
from gecam.codes.names import fold
from gecam.errors import CodeError


@dataclass(frozen=True, slots=True)
class Category:
    """What a category of a needs overview counts. Categories overlap: never add across them.

    Parameters
    ----------
    population_group
        ``all``, ``residents`` (hosts, people who were not displaced), ``idps``, ``refugees``,
        ``asylum_seekers``, ``refugees_and_migrants``, ``returnees`` (of the country's own: former
        IDPs, refugees, migrants or deportees), ``migrants`` (foreign), ``stateless`` or ``others``.
    sex
        ``total``, ``female`` or ``male``.
    age
        ``all``, ``children`` or its parts ``under_5`` and ``5_17``, ``adults`` or ``elderly``.
    qualifier
        What narrows the count further: ``disability``, ``pregnant_lactating``, ``households`` (the
        unit is then not people), ``natural_disaster``, ``famine_response``, ``in_camps``,
        ``out_of_camps``, ``temporary_sites``, ``border``, ``from_iran``, ``from_pakistan``; empty
        where nothing does.
    """

    population_group: str = "all"
    sex: str = "total"
    age: str = "all"
    qualifier: str = ""


# One line per meaning, in the order of Category's fields; "-" leaves a field as it is.
_WORDS = """
all - - - | total, tous, todos, all, a, total population, population totale, both sexes
residents - - - | non displaced, host communities, hostcommunities, host community, host, hst, hote
residents - - - | communaute hote, communautehote, communautes hotes, population hote, residents
residents - - - | comunidad de acogida, comunidades de acogida, vulnerable residents, non deplaces
idps - - - | idp, idps, internally displaced persons, internally displaced people
idps - - - | pdi, deplaces internes, personnes deplacees internes, personnes deplacees, deplaces
idps - - - | desplazados internos, personas desplazadas internas, personas desplazadas, desplazados
idps - - in_camps | idps in camps
idps - - out_of_camps | idps out of camps
idps - - temporary_sites | temporary sites
refugees - - - | refugees, refugee, ref, refugies, refugiados, personas refugiadas
refugees - - - | palestine refugees, refugee population
asylum_seekers - - - | asylum seekers, asylum seeker, asy, demandeurs d asile, demandeurs dasile
asylum_seekers - - - | solicitantes de asilo
refugees_and_migrants - - - | refugees and migrants, refugies et migrants, refugiados y migrantes
refugees_and_migrants - - - | migrants and refugees, personas refugiadas y migrantes
returnees - - - | returnees, returnee, ret, returning idps, returnee idps, idp returnees, retournes
returnees - - - | refugee returnees, rapatries, rapatrie, retornados, repatriados
returnees - - - | migrants deportes, deportes, deportees, migrants deportees, deportados
returnees - - - | personas retornadas, migrantes retornados, returned migrants, returning migrants
returnees - - from_iran | iran district of return
returnees - - from_pakistan | pakistan district of return
returnees - - border | border ec
migrants - - - | migrants, migrant, mig, migrantes, personas migrantes
stateless - - - | stateless, stateless people, non displaced stateless people, apatrides, apatridas
others - - - | others, other, autres, otros, oth
- female - - | female, f, females, femenino, feminin
- male - - | male, m, males, masculino, masculin
- female adults - | women, adult women, femmes, mujeres
- male adults - | men, adult men, hommes, hombres
- female children - | girls, filles, ninas
- male children - | boys, garcons, ninos
- female under_5 - | filles 5 ans
- male under_5 - | garcons 5 ans
- female elderly - | elderly women, femmes agees
- male elderly - | elderly men, hommes ages
- - children - | children, child, enfants, ninos y ninas, ninas y ninos
- - under_5 - | young children 5, children under 5, enfants de moins de 5 ans
- - 5_17 - | children 5 17
- - adults - | adult, adults, adultes, adultos, adults 18 59
- - elderly - | elderly, older persons, older people, elderly 59, pers agees, personnes agees
- - elderly - | adultos mayores, personas mayores
- - - disability | people with disability, people with disabilities, persons with disabilities
- - - disability | persons with disability, disability, disabled, handicap, handicapes
- - - disability | personnes handicapees, personnes en situation de handicap
- - - disability | personas con discapacidad
- female - pregnant_lactating | fefa, pregnant and lactating women, femmes enceintes et allaitantes
- - - households | total households, households, menages, hogares
- female - households | female headed households
- - - natural_disaster | natural disaster affected
- - - famine_response | famine response
"""


@cache
def _vocabulary() -> dict[str, tuple[str, ...]]:
    meanings: dict[str, tuple[str, ...]] = {}
    for line in _WORDS.strip().splitlines():
        meaning, words = line.split(" | ")
        meanings |= {word: tuple(meaning.split()) for word in words.split(", ")}
    return meanings


@cache
def category(word: str) -> Category:
    """Return what a category word counts.

    Parameters
    ----------
    word
        The publisher's word, such as ``"Children - Female - IDP"``, ``"Personas con discapacidad"``
        or ``"PDI"``; case, accents and blanks do not matter. An empty word means everybody.

    Raises
    ------
    CodeError
        If a part of the word is not known, or two parts contradict each other.

    Examples
    --------
    >>> from gecam.codes import category
    >>> category("Elderly - female - rapatries")
    Category(population_group='returnees', sex='female', age='elderly', qualifier='')
    >>> category("Réfugiés").population_group, category("Hombres").sex
    ('refugees', 'male')
    """
    meaning = dict.fromkeys((field.name for field in fields(Category)), "-")
    for part in re.split(
        r"(?<!\s)(?:\s+-\s*|-\s+)", word
    ):  # a hyphen inside a word does not separate
        key = fold(part)
        if not key:
            continue
        if key not in _vocabulary():
            near = close_words(key, tuple(_vocabulary()), most=3, least=0.6)
            advice = f" Nearest: {', '.join(near)}." if near else ""
            raise CodeError(f"the category word {word!r} is not known: {part.strip()!r}.{advice}")
        for field, value in zip(meaning, _vocabulary()[key], strict=True):
            if value in {"-", "all"}:
                continue
            if meaning[field] not in {"-", value}:
                raise CodeError(
                    f"the category {word!r} contradicts itself: {meaning[field]} and {value}."
                )
            meaning[field] = value
    return Category(**{field: value for field, value in meaning.items() if value != "-"})


def population_group(word: str) -> str:
    """Return the population group of a category word (see `Category`).

    Examples
    --------
    >>> from gecam.codes import population_group
    >>> population_group("Communauté Hôte"), population_group("Returning migrants")
    ('residents', 'returnees')
    """
    return category(word).population_group
