"""Releases: written once, read with checks, compared, made again, exported."""
