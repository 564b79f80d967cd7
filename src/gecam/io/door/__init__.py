"""The door that every file passes: sizes, archives, encodings, cells, columns, tables."""
