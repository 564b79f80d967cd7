"""Errors of published figures, measured on revisions and on pairs of sources."""
