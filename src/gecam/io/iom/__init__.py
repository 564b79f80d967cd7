"""IOM: displacement tracking and Missing Migrants."""
