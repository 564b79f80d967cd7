"""Fixtures for the tests of commands."""

import pytest

from gecam.estimation import part_of_answer, pipeline


@pytest.fixture
def drawn(monkeypatch):
    """Destinations that an answer drew, in their order."""
    destinations = []
    draw = pipeline.draw_destination

    def noted(plan, *options):
        destinations.append(plan.destination)
        return draw(plan, *options)

    for module in (pipeline, part_of_answer):
        monkeypatch.setattr(module, "draw_destination", noted)
    return destinations
