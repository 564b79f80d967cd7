"""The same case with other inputs or other choices of method."""
