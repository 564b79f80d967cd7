"""A template as a page: in its language, escaped, its style and script named by their hashes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from gecam.report.document.html_form import RIGHT_TO_LEFT
from gecam.report.sentences import TEMPLATES
from gecam.report.translation import NOT_REVIEWED, language, writer
from gecam.results import in_language


class AsWritten(str):
    """A text that stays as it is in every language: a code, a name of a file, a title of a source."""

    __slots__ = ()


def rendered(template: str, script: str, values: Mapping[str, Any]) -> str:
    """Return a page of a template, in the language of `gecam.report.in_the_language`.

    Every text that the template shows is written in the language: fixed words by its catalogue, then
    days and numbers, but for what the filters ``as_written`` (a code) and ``quoted`` (words of
    others) leave alone.

    Parameters
    ----------
    template, script
        Files in ``templates``; the style is that of all pages.
    values
        What the template shows, by name.
    """
    from jinja2 import Environment, PackageLoader, select_autoescape
    from markupsafe import Markup

    write = writer()

    def shown(value: Any) -> Any:
        if isinstance(value, Markup | AsWritten):
            return value
        return write(str(value)) if isinstance(value, str | int) else value

    def said(code: str, **values: object) -> str:  # templates are ours, values are escaped
        words = Markup(write(in_language(TEMPLATES[code])))  # noqa: S704
        return words.format(**{name: shown(value) for name, value in values.items()})

    environment = Environment(
        loader=PackageLoader("gecam.report"),
        autoescape=select_autoescape(default=True),
        finalize=shown,
    )
    lang = language()
    direction = "rtl" if lang in RIGHT_TO_LEFT else ""
    environment.filters["as_written"] = AsWritten
    environment.filters["quoted"] = _isolated if direction else AsWritten
    style, code = page_asset("page.css"), page_asset(script)
    return environment.get_template(template).render(
        values,
        said=said,
        lang=lang,
        direction=direction,
        not_reviewed="" if lang == "en" else NOT_REVIEWED,
        # ours, not a user's: may stand as they are, and the policy names their hashes
        style=Markup(style),  # noqa: S704
        script=Markup(code),  # noqa: S704
        style_hash=AsWritten(content_hash(style)),
        script_hash=AsWritten(content_hash(code)),
    )


def _isolated(text: str) -> AsWritten:
    """Return words of others, whose direction is their own."""
    return AsWritten(f"\u2068{text}\u2069")


def page_asset(file: str) -> str:
    """Return a style or script of ours."""
    return (files("gecam.report") / "templates" / file).read_text(encoding="utf-8")


def content_hash(text: str) -> str:
    """Return the hash that a content security policy names."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
