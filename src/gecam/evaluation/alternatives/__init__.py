"""Estimates of one case under other inputs or other choices of method, and their comparison."""
