"""Briefs: for a planner in a country, for a country of origin, and of a scenario."""
