"""Fixed sentences and words of briefs, of the report and of answers to questions, each under its code.

Those of briefs and of the report (locale/sentences.csv) are translated, those of explanations and of
other answers (locale/pages_of_answers.csv) not yet.

The English template, with named placeholders, is the key of a translation, as in
`gecam.results.messages`; numbers come as text, rounded where they are made.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files

from gecam.results import in_language


def _templates(name: str) -> Mapping[str, str]:
    """Return the English text of each code of a table, which says beside it where it stands."""
    table = files("gecam.report") / "locale" / name
    with table.open(encoding="utf-8") as lines:
        return {row["code"]: row["text"] for row in csv.DictReader(lines)}


TEMPLATES = _templates("sentences.csv")
ANSWERS = _templates("pages_of_answers.csv")


def said(code: str, **values: object) -> str:
    """Return a sentence or word of a page, in the language of `gecam.results.translated`.

    Parameters
    ----------
    code
        One of `TEMPLATES` or `ANSWERS`.
    **values
        The value of each placeholder of its template, by name.

    Examples
    --------
    >>> from gecam.report.sentences import said
    >>> said("IN_BRACKETS", level=0.9)
    'Numbers in brackets are 90% intervals.'
    """
    template = TEMPLATES[code] if code in TEMPLATES else ANSWERS[code]
    return in_language(template).format(**values)


def labels(*columns: str) -> tuple[str, ...]:
    """Return the headings of columns of a table, by their codes without ``_COLUMN``."""
    return tuple(said(f"{column}_COLUMN") for column in columns)
