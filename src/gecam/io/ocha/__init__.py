"""OCHA: plans, needs, funding and population of response plans."""
