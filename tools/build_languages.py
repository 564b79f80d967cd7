"""Catalogues of translations: texts to translate, and their compiled form.

`python tools/build_languages.py` updates ``src/gecam/report/locale/*.po`` with the texts that the
package has now (a new one is empty, one that went away is dropped), compiles each to ``.mo``, and
counts what is not translated. Needs Babel.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from gecam.cli.report import PACKAGED
from gecam.codes import SPEAKERS
from gecam.codes.places import SPECIAL_ORIGINS, bundled_rows, countries
from gecam.database.releases.checklist import ANSWERS
from gecam.model import Assumptions
from gecam.model.people_targeted import HOSTS_UNKNOWN
from gecam.preparedness import LIMITS, REGIONAL_NOTE
from gecam.preparedness.budget import PLANS
from gecam.preparedness.inclusion import (
    AGE_NOTE,
    NATIONAL_NOTE,
    PART_NOTE,
    UNKNOWN_NOTE,
    USED_NOTES,
)
from gecam.preparedness.plan_figures import COST_BASES
from gecam.publish.disclosure import NOT_PUBLIC, NOT_SHOWN
from gecam.publish.gather import ITEMS, NOT_DONE
from gecam.report.sentences import TEMPLATES as SENTENCES
from gecam.report.translation import NOT_REVIEWED
from gecam.report.words import MONTHS
from gecam.results import (
    CLASS_WORDS,
    COMPLETE_TOTALS,
    EVIDENCE_LEVELS,
    FLAGS,
    GROUP_WORDS,
    MEASURE_WORDS,
    SELECTIONS,
    TEMPLATES,
)
from gecam.results.estimates import BORDER_PART
from gecam.results.shown.rounded_tables import DIFFERENCE, HIDDEN, IN_PART
from gecam.results.shown.rounded_tables import NOT_SHOWN as NO_FIGURE

LOCALE = Path(__file__).resolve().parent.parent / "src" / "gecam" / "report" / "locale"
LANGUAGES = ("fr", "es", "ar")
DIMENSIONS = ("destination", "various")  # words of rows that stand nowhere else


def texts() -> Iterator[str]:
    """Yield every text of a brief or of the report that a translation has to hold, by its home."""
    yield from SENTENCES.values()
    yield from (
        NOT_REVIEWED,
        UNKNOWN_NOTE,
        NATIONAL_NOTE,
        PART_NOTE,
        AGE_NOTE,
        *USED_NOTES,
        *COST_BASES,
        REGIONAL_NOTE,
        *LIMITS,
        *PLANS,
    )
    for words in (GROUP_WORDS, MEASURE_WORDS, EVIDENCE_LEVELS, DIFFERENCE, *CLASS_WORDS.values()):
        yield from words.values()
    yield from (*SPEAKERS, IN_PART, *SPECIAL_ORIGINS.values(), HOSTS_UNKNOWN)
    yield from FLAGS.values()
    yield from TEMPLATES.values()
    # of the report alone
    priors = Assumptions().odds_ratio.rows.values()
    yield from (*(prior.status for prior in priors), *(prior.basis for prior in priors))
    yield from (*COMPLETE_TOTALS, *SELECTIONS, BORDER_PART, *DIMENSIONS, *MONTHS)
    yield from sorted({place.region for place in countries().values()} - {""})
    yield from (
        *HIDDEN.values(),
        NO_FIGURE,
        NOT_SHOWN,
        NOT_PUBLIC,
    )
    yield from (
        *(question for _, question in ITEMS.values()),
        NOT_DONE,
        *ANSWERS.values(),
        PACKAGED,
    )


def updated(path: Path, lang: str) -> Catalog:
    """Return a catalogue with all texts, and the translations that the file has of them."""
    old = Catalog(locale=lang)
    if path.exists():
        with path.open("rb") as file:
            old = read_po(file, locale=lang)
    new = Catalog(
        locale=lang, project="gecam", charset="utf-8", fuzzy=False,
        header_comment="# Translations of gecam's pages. Not yet reviewed by a speaker.",
    )  # fmt: skip
    for text in dict.fromkeys(texts()):
        entry = old.get(text)
        new.add(text, entry.string if entry else "")
    return new


def write_names() -> None:
    """Write names of countries and of languages: CLDR's, and the UN's short forms where they differ."""
    with (Path(__file__).parent / "curated" / "un_short_names.csv").open(encoding="utf-8") as file:
        short = {row["iso3"]: row for row in csv.DictReader(file)}
    locales = {lang: Locale(lang) for lang in LANGUAGES}
    named = [
        [iso3, *(_name(cldr, place.iso2, short.get(iso3, {})) for cldr in locales.values())]
        for iso3, place in countries().items()
    ]
    spoken = [
        [row["code"], *(cldr.languages.get(row["code"], "") for cldr in locales.values())]
        for row in bundled_rows("language_names.csv")
    ]
    for name, head, rows in (("countries", "iso3", named), ("languages", "code", spoken)):
        with (LOCALE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([[head, *LANGUAGES], *rows])


def _name(cldr: Locale, iso2: str, short: Mapping[str, str]) -> str:
    return short.get(cldr.language) or cldr.territories.get(iso2, "")


def main() -> int:
    """Update and compile all catalogues; return 1 if a text is not translated."""
    write_names()
    missing = 0
    for lang in LANGUAGES:
        path = LOCALE / f"{lang}.po"
        catalogue = updated(path, lang)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, omit_header=False, sort_output=False)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        empty = [entry.id for entry in catalogue if entry.id and not entry.string]
        missing += len(empty)
        print(f"{lang}: {len(catalogue)} texts, {len(empty)} not translated")
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main())
