"""Results to people: tables, figures, records."""
