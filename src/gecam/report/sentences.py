"""Fixed sentences and words of briefs and of the report (locale/sentences.csv), each under its code.

The English template, with named placeholders, is the key of a translation, as in
`gecam.results.messages`; numbers come as text, rounded where they are made.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files

from gecam.results import in_language


def _templates() -> Mapping[str, str]:
    """Return the English text of each code; the table says beside it where it stands."""
    table = files("gecam.report") / "locale" / "sentences.csv"
    with table.open(encoding="utf-8") as lines:
        return {row["code"]: row["text"] for row in csv.DictReader(lines)}


TEMPLATES = _templates()


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
