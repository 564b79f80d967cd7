"""Scores, coverage and back-tests: how often intervals contained what came out."""
