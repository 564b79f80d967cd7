"""Catalogues of events: disasters, conflict, displacement, appeals."""
