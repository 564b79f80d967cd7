"""Publishers' files to model types, one module per publisher."""
