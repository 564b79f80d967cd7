"""Explanations: steps add up exactly, the same content in every form, every text escaped."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.evaluation import explain


@pytest.mark.parametrize("target", ["SDN", "KEN", "PER", "world"])
def test_the_chain_adds_up_to_the_mean_of_the_draws(small_estimates, target):
    found = explain(small_estimates, target)
    row = (
        small_estimates.total().row(total="all country-level plans")
        if target == "world"
        else small_estimates.by("destination").row(destination=target)
    )
    steps = found.chain
    assert steps[-1].value == pytest.approx(row.draws.mean(), rel=1e-12)
    changes = [b.value - a.value for a, b in pairwise(steps)]
    assert math.fsum([steps[0].value, *changes]) == pytest.approx(steps[-1].value, rel=1e-12)


def test_a_row_that_is_not_estimated_says_why(small_estimates):
    from gecam.report import explanation_document, write

    text = write(explanation_document(explain(small_estimates, "region")), "text")
    assert "host communities" in text.replace("\n", " ")


def test_unknown_targets_are_refused(small_estimates):
    with pytest.raises(InputError):
        explain(small_estimates, "Atlantis")


def test_html_is_escaped_and_says_what_the_text_says(small_case):
    from gecam.report import explanation_document, write

    evil = replace(
        small_case,
        crises=tuple(replace(c, name=f"{c.name} <script>x</script>") for c in small_case.crises),
    )
    document = explanation_document(explain(estimate(evil, draws=100, seed=1), "SDN"))
    page = write(document, "html")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<script>" in write(document, "text")
