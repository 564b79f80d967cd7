"""Fixed sentences of briefs and of the report stand under codes, in one place, and are translated."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from tests.conftest import placeholders, wrong_calls

from gecam.database import published_answer
from gecam.estimation import estimate
from gecam.preparedness import nationals_abroad
from gecam.report import origin_brief
from gecam.report.document.markdown_form import markdown_lines
from gecam.report.page import page
from gecam.report.sentences import ANSWERS, TEMPLATES, said
from gecam.results import TEMPLATES as MESSAGES
from gecam.results import Scope, translated

ROOM = Path(__file__).resolve().parents[3] / "src" / "gecam" / "report"
PAGES = (
    "briefs/brief", "briefs/origin_brief", "briefs/planner", "briefs/scenario_brief", "page",
    "people_parts", "whole_page/all_years", "whole_page/opening", "whole_page/page_tables",
    "whole_page/pictures", "whole_page/rendering",
)  # fmt: skip
EVERY = TEMPLATES | ANSWERS
SENTENCE = re.compile(r"[A-Za-z,']+ [a-z,']+ [a-z,']+")


def test_every_sentence_gives_the_values_that_its_template_names():
    assert wrong_calls("said", EVERY)[1] == []
    assert all(name.isidentifier() for text in EVERY.values() for name in placeholders(text))


def test_the_page_gives_the_values_that_its_templates_name():
    page = "\n".join(text.read_text(encoding="utf-8") for text in ROOM.glob("templates/*.j2"))
    calls = re.findall(r'said\("(\w+)"((?:, \w+=[^=]*?)*)\)(?= \}\}|, said|\) \}\})', page)
    assert len(calls) > 60
    given = [(code, set(re.findall(r", (\w+)=", rest))) for code, rest in calls]
    assert [(c, names) for c, names in given if names != placeholders(TEMPLATES[c])] == []


@pytest.mark.parametrize("template", ["page.html.j2", "years.html.j2"])
def test_the_page_holds_no_sentence_of_its_own(template):
    page = (ROOM / "templates" / template).read_text(encoding="utf-8")
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", "|", page, flags=re.DOTALL)
    assert re.findall(r"[A-Za-z]+ [a-z]+", text) == []


def test_every_template_is_used():
    pages = [*ROOM.rglob("*.py"), *ROOM.glob("templates/*.j2")]
    text = "\n".join(p.read_text(encoding="utf-8") for p in pages if p.name != "sentences.py")
    made = {
        *(f"WHO_{scope.upper()}" for scope in get_args(Scope)),  # of the scope of an answer
        *(f"MIGRANTS_OF_{kind}" for kind in ("PLACE", "CRISIS", "CELL", "ORIGIN")),
        *(f"{label}_COLUMN" for label in re.findall(r'"([A-Z0-9_]+)"', text)),
    }
    assert not TEMPLATES.keys() & ANSWERS.keys()
    assert [code for code in EVERY if f'"{code}"' not in text and code not in made] == []


@pytest.mark.parametrize("module", PAGES)
def test_a_page_holds_no_sentence_of_its_own(module):
    tree = ast.parse((ROOM / f"{module}.py").read_text(encoding="utf-8"))
    described = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in described
    ]
    notes = {"in neither answer estimated", "estimated only before", "estimated only after"}
    notes.add(", standard deviation ")  # of a note of a footprint, which is a text of a file
    assert [text for text in texts if SENTENCE.search(text) and text not in notes] == []


@pytest.mark.usefixtures("without_figures")
def test_the_report_is_written_in_another_language_and_its_values_are_escaped(small_case):
    est = estimate(replace(small_case, name="<b>2022</b>"), draws=50, seed=1)
    german = {TEMPLATES["REPORT_TITLE"]: "Wie viele Migranten trafen die Krisen von {case}?"}
    with translated(lambda text: german.get(text, text)):
        text = page(est, published_answer(est))
    assert "<h1>Wie viele Migranten trafen die Krisen von &lt;b&gt;2022&lt;/b&gt;?</h1>" in text


def test_a_brief_is_written_in_another_language(small_case):
    est = estimate(small_case, draws=50, seed=1)
    french = {
        TEMPLATES["ORIGIN_NOBODY"]: "Aucune estimation pour {country}.",
        TEMPLATES["CANNOT_SAY"]: "Ce que ces chiffres ne disent pas",
    }
    with translated(lambda text: french.get(text, text)):
        brief = origin_brief(est, nationals_abroad(est, "FJI"), trace="t", explain="e")
    page = "\n".join(markdown_lines(brief, ""))
    assert "Aucune estimation pour Fiji." in page
    assert "Ce que ces chiffres ne disent pas" in page
    assert said("CANNOT_SAY") == "What these numbers cannot say"


# Numbers that sentences may state: names of things and units, and rules that no argument changes.
FIXED_NUMBERS = re.compile(
    r"[Oo]dds ratio 1\b|per 100 |each 100 of|SHA-256|phases? 4 (?:and|or) 5|announced in 2023|R4V"
    r"|within 12 months|less than 0\.5%"
)


def test_no_sentence_states_a_number_that_an_argument_may_change():
    """Levels, draws, years and thresholds are placeholders, filled with what the answer has."""
    for code, template in {**TEMPLATES, **MESSAGES}.items():
        stated = FIXED_NUMBERS.sub("", re.sub(r"\{[^}]*\}", "", template))
        assert not re.search(r"\d", stated), f"{code}: {template}"
