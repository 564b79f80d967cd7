"""Write the numbers of the README, what its first lines print, and its figure: `python tools/readme_numbers.py`.

The part between the two marks is written from the estimates of three editions; a test compares it.
"""

# ruff: noqa: E501 -- lines of a page and rows of its tables

from __future__ import annotations

import re
from pathlib import Path

import gecam as gc
from gecam.codes import name
from gecam.datasets import DEFAULT_EDITION
from gecam.evaluation import foundations
from gecam.results import (
    COMPLETE_TOTALS,
    CompleteEstimates,
    beyond_borders,
    people_text,
    published_columns,
)

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
FRONT = ROOT / "docs" / "index.md"  # of the documentation
PICTURE = ROOT / "docs" / "images" / f"intervals-{DEFAULT_EDITION}.png"
BEGIN = "<!-- numbers, written by tools/readme_numbers.py -->"
END = "<!-- end of numbers -->"
FRONT_MARKS = "<!-- number, written by tools/readme_numbers.py -->", "<!-- end of number -->"
PRINTED = re.compile(
    r"(```python\n[^`]*```\n\n```text\n)[^`]*```"
)  # the first lines, and what they print
BESIDE = ("2022", "2026")
WHO = {
    COMPLETE_TOTALS[
        0
    ]: "**countries in crisis, complete**: all country-level plans, and the people whom they leave to regional plans",
    COMPLETE_TOTALS[1]: "all country-level plans, relations applied",
    "country plans": "country plans",
    COMPLETE_TOTALS[2]: "countries in crisis and hosts of regional plans (another question)",
}
JUDGED, ESTIMATED = "an odds ratio by expert judgement, k = 0", "an odds ratio estimated, k >= 3"


def answer(edition: str) -> CompleteEstimates:
    """Return the estimates of an edition with its regional plans, as `gecam estimate` makes them."""
    est = gc.estimate(gc.load_edition(edition))
    return gc.complete_estimates(est, gc.load_regional_plans(edition))


def block() -> str:
    """Return the part of the README between the marks."""
    first, *others = (answer(edition) for edition in (DEFAULT_EDITION, *BESIDE))
    texts = [_texts(one) for one in (first, *others)]
    at_one = _at_one(first)
    lines = [
        f"| people, 90 % interval | {DEFAULT_EDITION}, migrants like their neighbours (odds ratio 1) | {DEFAULT_EDITION}, with the odds-ratio prior | 2022 | 2026, provisional: scopes carried over |",
        "|---|--:|--:|--:|--:|",
    ]
    for total, words in WHO.items():
        shown = [of_year[total] for of_year in texts]
        shown[0] = shown[0].replace(shown[0].split(" ")[0], f"**{shown[0].split(' ')[0]}**", 1)
        lines.append(f"| {words} | {at_one[total]} | {' | '.join(shown)} |")
        if total == COMPLETE_TOTALS[1]:
            lines.append(_beyond_borders((first, *others)))
    return "\n".join(
        [*lines, "", f"![{_picture_words(first)}](docs/images/{PICTURE.name})", "", _rests(first)]
    )


def front() -> str:
    """Return the number of the front page of the documentation, and its figure."""
    of = answer(DEFAULT_EDITION)
    row = people_text(of.headline().summary()).iloc[0]
    return "\n".join([
        f"**{row['people']}** migrants (90 % interval {row['interval']}) were affected by the crises of {DEFAULT_EDITION}: people in need in countries",
        "with a humanitarian plan of their own, also those whom that plan leaves to a regional plan, on 1 July.",
        "",
        f"![{_picture_words(of)}](images/{PICTURE.name})",
    ])  # fmt: skip


def _between(text: str, begin: str, end: str, written: str) -> str:
    """Return the text with something else between two marks."""
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n\n{written}\n\n{end}{rest.partition(end)[2]}"


def _beyond_borders(years: tuple[CompleteEstimates, ...]) -> str:
    """Return the row of people past whom a border moved."""
    rows = [beyond_borders(of.estimates).summary() for of in years]
    shown = [published_columns(of).iloc[0] for of in rows]
    cells = [f"{row['estimate']} ({row['lower']} to {row['upper']})" for row in shown]
    words = "of these, born beyond a border that moved: they may never have moved themselves"
    return f"| {words} | {shown[0]['odds_ratio_1']} | {' | '.join(cells)} |"


def _texts(of: CompleteEstimates) -> dict[str, str]:
    """Return mean and interval of each total."""
    rows = of.headline().summary()
    texts = people_text(rows)
    return {
        total: f"{people} ({interval})"
        for total, people, interval in zip(
            rows["total"], texts["people"], texts["interval"], strict=True
        )
    }


def _at_one(of: CompleteEstimates) -> dict[str, str]:
    """Return each total at odds ratio 1, rounded as its mean."""
    rows = of.headline().summary()
    return dict(zip(rows["total"], published_columns(rows)["odds_ratio_1"], strict=True))


def _picture_words(of: CompleteEstimates) -> str:
    """Return what the figure shows: the largest rows, in millions."""
    rows = of.estimates.by("destination").summary()
    largest = rows.sort_values("mean", ascending=False).head(5)
    shown = [f"{name(r.destination)} {r.mean / 1e6:.1f}" for r in largest.itertuples()]
    return f"Crisis-affected migrants by country, {DEFAULT_EDITION}, millions: {', '.join(shown)}; with intervals."


def _rests(of: CompleteEstimates) -> str:
    """Return what the total of country-level plans stands on."""
    rows = foundations(of.estimates)
    rows = rows[rows["total"].eq(COMPLETE_TOTALS[1])].set_index("stands_on")["share"]
    estimated, judged = (round(100 * rows[x]) for x in (ESTIMATED, JUDGED))
    return (
        "The two columns of the year differ by the odds ratio of migrants other than refugees against their neighbours. "
        f"Of the total of country-level plans of {DEFAULT_EDITION}, {estimated} % stand on odds ratios estimated from ten "
        "countries that published both groups (k = 10, five of them rich, none in West Africa, South Asia or the Gulf), "
        f"{judged} % on odds ratios that are expert judgement (k = 0), since no pair exists where borders "
        f"moved past people (Ukraine, South Sudan), and {100 - estimated - judged} % on published counts and on plans that count refugees by rule "
        "([evidence](docs/explanation/odds-ratio-evidence.md))."
    )


def main() -> None:
    """Write the parts between the marks, and the figure."""
    text = README.read_text(encoding="utf-8")
    text = _between(text, BEGIN, END, block())
    printed = str(answer(DEFAULT_EDITION).totals()).rstrip()
    text = PRINTED.sub(lambda match: f"{match[1]}{printed}\n```", text, count=1)
    README.write_text(text, encoding="utf-8")
    page = FRONT.read_text(encoding="utf-8")
    FRONT.write_text(_between(page, *FRONT_MARKS, front()), encoding="utf-8")
    gc.plot.intervals(gc.estimate(gc.load_edition(DEFAULT_EDITION))).save(PICTURE)


if __name__ == "__main__":
    main()
