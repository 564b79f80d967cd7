"""Statistical methods that can be used alone: 2x2 tables, pooling, small areas, allocation."""
