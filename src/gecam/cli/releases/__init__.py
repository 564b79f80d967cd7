"""Releases of a database on a terminal."""
