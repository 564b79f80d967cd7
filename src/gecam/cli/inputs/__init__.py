"""What commands answer about: packaged figures, files, saved cases, releases."""
