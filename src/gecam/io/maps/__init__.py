"""Polygons, contours and grids."""
