"""Statistical methods that also stand alone: 2x2 tables, pooling, small areas, allocation."""
