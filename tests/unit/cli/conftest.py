"""Fixtures for the tests of commands."""

import pytest

from gecam.estimation import pipeline


@pytest.fixture
def drawn(monkeypatch):
    """Destinations that an answer drew, in their order."""
    destinations = []
    draw = pipeline.draw_destination

    def noted(plan, *options):
        destinations.append(plan.destination)
        return draw(plan, *options)

    monkeypatch.setattr(pipeline, "draw_destination", noted)
    return destinations
