"""One page: the whole answer in a self-contained HTML file."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping
from importlib.resources import files
from math import isnan
from typing import TYPE_CHECKING, Any

from gecam._version import __version__
from gecam.codes import name
from gecam.model import defaults
from gecam.publish import gather_checklist, safe_frame
from gecam.report.figures import intervals
from gecam.report.tables import NOT_ESTIMATED, people_text, published_table
from gecam.results import flag_text

if TYPE_CHECKING:
    from gecam.results import Estimates, Leaf

STATUS_WORDS = {
    "estimated": "",
    "superseded": "Replaced by a later plan; not added to the second total.",
    "left_out": "Shown, not added to totals.",
    "published": "Published at plan level; not added to country totals.",
    "not_estimated": "Not estimated.",
}
GROUP_TITLES = {
    "other": "other migrants",
    "protection": "refugees and others in need of protection",
}
STATEMENTS: Mapping[int, str] = {
    1: "Migrants present in countries with a humanitarian plan who are in need, by plan.",
    5: "See the list of sources below.",
    6: "Scope of plans, age of stocks and refugees inside stocks: see the flags of each row.",
    7: "See the table of assumptions.",
    8: "Packaged with the library as tables with their sources.",
    9: "See the method in short.",
    10: "The library's documentation gives every step with its equation.",
    13: "Draws of all inputs; the choice of the method is not part of the intervals.",
    14: "The library itself is the code.",
    15: "The table can be downloaded from this page.",
    16: "Each row has its interval and grade.",
    18: "See the flags of each row, and the documentation on how the numbers can mislead.",
}


def page(est: Estimates, *, statements: Mapping[int, str] | None = None) -> str:
    """Return the answer as one HTML page that needs no network.

    Parameters
    ----------
    est
        The answer.
    statements
        Answers to items of the GATHER checklist (1 to 18) that replace or complete ours.

    Returns
    -------
    str
        Headline with both totals and the figure at odds ratio 1, a table that sorts and filters,
        the chain of every country, assumptions, checklist, sources. Every text is escaped, and a
        content security policy allows only the page's own style and script.
    """
    from jinja2 import Environment, PackageLoader, select_autoescape
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("gecam.report"), autoescape=select_autoescape(default=True)
    )
    style, script = _asset("page.css"), _asset("page.js")
    table = published_table(est.by("crisis", "destination"))
    text = environment.get_template("page.html.j2").render(
        name=est.provenance.case,
        version=__version__,
        scope=est.scope,
        draws=f"{est.provenance.draws:,}",
        seed=est.provenance.seed,
        level=f"{est.level:.0%}",
        totals=_labelled(est.total(), "total"),
        parts=_labelled(est.parts(), "part"),
        concentration=", ".join(name(place) for place in est.concentration()),
        figure=_figure(est),
        rows=_rows(est),
        csv=base64.b64encode(safe_frame(table).to_csv(index=False).encode()).decode(),
        countries=_countries(est),
        defaults=defaults(est.assumptions).to_dict("records"),
        gather=gather_checklist({**STATEMENTS, **(statements or {})}).to_dict("records"),
        sources=est.sources,
        config=est.provenance.config_sha256,
        # ours, not a user's: may stand as they are, and the policy names their hashes
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        style_hash=_csp_hash(style),
        script_hash=_csp_hash(script),
    )
    return str(text)


def _asset(file: str) -> str:
    return (files("gecam.report") / "templates" / file).read_text(encoding="utf-8")


def _csp_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _labelled(breakdown: Any, column: str) -> list[dict[str, Any]]:
    rows = published_table(breakdown).to_dict("records")
    return [{**row, "label": row[column]} for row in rows]


def _figure(est: Estimates) -> str:
    buffer = io.BytesIO()
    intervals(est).ax.figure.savefig(buffer, dpi=120, metadata={"Software": None})  # type: ignore[union-attr]
    return base64.b64encode(buffer.getvalue()).decode()


def _rows(est: Estimates) -> list[dict[str, Any]]:
    """Return the rows of the table: text for people, raw numbers for sorting."""
    breakdown = est.by("crisis", "destination")
    exact = breakdown.summary().to_dict("records")
    names = {crisis.id: crisis.name for crisis in est.crises}
    rows = []
    for text, full in zip(published_table(breakdown).to_dict("records"), exact, strict=True):
        place = text["destination"]
        words = STATUS_WORDS[text["status"]]
        if text["estimate"] == NOT_ESTIMATED and text["published"]:
            text["estimate"] = f"{text['published']} published"
        rows.append(
            text
            | {
                "label": names[text["crisis"]],
                "country": name(place) if place else "several countries",
                "anchor": f"c-{place}" if place else "",
                "words": " ".join(filter(None, (words, text["reason"]))),
                "raw_one": _raw(full["odds_ratio_1"]),
                "raw_mean": _raw(full["mean"]),
                "raw_lower": _raw(full["lower"]),
                "raw_upper": _raw(full["upper"]),
            }
        )
    return rows


def _raw(value: float) -> str:
    return "" if isnan(value) else f"{value:.3f}"


def _countries(est: Estimates) -> list[dict[str, Any]]:
    places = sorted({leaf.destination for leaf in est.leaves}, key=name)
    return [
        {
            "label": name(place),
            "anchor": f"c-{place}",
            "leaves": [_leaf(leaf, est) for leaf in est.leaves if leaf.destination == place],
        }
        for place in places
    ]


def _leaf(leaf: Leaf, est: Estimates) -> dict[str, Any]:
    names = {crisis.id: crisis.name for crisis in est.crises}
    bounds = ""
    if not isnan(leaf.upper_bound):
        bounds = (
            f"Whatever the odds ratio, between {people_text(leaf.lower_bound)} and "
            f"{people_text(leaf.upper_bound)} people."
        )
    return {
        "title": f"{names[leaf.crisis]}: {GROUP_TITLES[leaf.group]}",
        "reason": leaf.reason,
        "steps": [
            {"value": people_text(_digits(step.value)), "text": step.text} for step in leaf.steps
        ],
        "bounds": bounds,
        "flags": [flag_text(code) for code in leaf.flags],
        "counts": [
            f"{count.in_need:,.0f} ({count.use.replace('_', ' ')}; {count.source}). {count.note}"
            for count in leaf.counts
        ],
    }


def _digits(value: float) -> float:
    """Round a step of a chain to four significant digits: enough to follow, not to quote."""
    return float(f"{value:.4g}")
