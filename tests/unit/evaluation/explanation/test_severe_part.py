"""An explanation of severe need: the steps to people in need, and the share of phases 4 and 5."""

from __future__ import annotations

import math
import re

import pytest

from gecam.datasets import load_severity
from gecam.errors import InputError
from gecam.estimation import by_severity
from gecam.evaluation import explain
from gecam.model import CountryPhases
from gecam.report import render


@pytest.fixture(scope="module")
def phased(chad_and_colombia):
    return by_severity(chad_and_colombia, load_severity("2026"))


def test_steps_lead_to_people_in_need_and_then_to_severe_need(chad_and_colombia, phased):
    whole = explain(chad_and_colombia, "TCD", points=0)
    part = explain(phased, "TCD")
    assert [x.name for x in part.decomposition] == [
        *(x.name for x in whole.decomposition), "severity",
    ]  # fmt: skip
    assert [x.value for x in part.decomposition[:-1]] == [x.value for x in whole.decomposition]
    severe = phased.severe.by("destination").row(destination="TCD")
    (mean,) = severe.draws.mean(axis=1)
    assert part.mean == part.decomposition[-1].value == pytest.approx(mean, rel=1e-12)
    assert part.decomposition[-1].change == pytest.approx(part.mean - whole.mean)
    assert math.fsum(x.change for x in part.decomposition) == pytest.approx(part.mean, rel=1e-12)
    assert sum(x.mean for x in part.cells) == pytest.approx(part.mean)
    assert (part.lower, part.upper) == tuple(severe.summary().iloc[0][["lower", "upper"]])
    (how,) = part.decomposition[-1].how
    (phases,) = (x for x in load_severity("2026") if x.destination == "TCD")
    assert f"{phases.severe_share:.0%} of people in need" in how
    (told,) = re.findall(r"of migrants (\d+)%", how)
    assert int(told) == pytest.approx(100 * part.mean / whole.mean, abs=1)
    assert {x.id for x in part.sources} > {x.id for x in whole.sources}
    assert "SEVERITY_JUDGED" in dict(part.flags)
    assert (part.measure, part.to_dict()["measure"]) == ("severe", "severe")
    assert part.provenance == phased.severe.provenance


def test_its_words_are_of_severe_need(phased):
    text = " ".join(render(explain(phased, "TCD")).split())
    assert "migrants in severe need (phases 4 and 5)" in text
    assert "affected" not in text.partition("Limits at")[0].partition("How the number")[0]
    assert "a part of people in need by the IASC's names" in text
    assert "Those of them in phases 4 and 5" in text


def test_countries_without_phases_are_named_in_the_step(small_estimates, small_case):
    when = small_case.crises[0].reference_date
    phases = [CountryPhases("SDN", when, (0, 0, 3e6, 1e6, 0))]
    part = explain(by_severity(small_estimates, phases), "world")
    whole = explain(small_estimates, "world", points=0)
    rest = sum(x.mean for x in whole.parts if x.id != "SDN")
    (how,) = part.decomposition[-1].how
    assert f"without {rest:,.0f} people in need in countries without published phases" in how
    assert "Kenya" in how
    assert part.parts[0].id == "SDN"
    assert part.parts[0].mean == pytest.approx(part.mean)
    assert math.isnan(part.parts[-1].mean)


def test_a_part_alone_is_refused_with_what_to_give(phased, chad_and_colombia):
    with pytest.raises(InputError, match=r"give what gc.by_severity returned"):
        explain(phased.severe, "TCD", case=chad_and_colombia.case, points=0)
    nothing = explain(phased, "COL")
    assert not nothing.is_estimated
    assert nothing.decomposition == ()
