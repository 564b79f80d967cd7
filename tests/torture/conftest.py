"""The programs of the suite are run, not imported."""

collect_ignore_glob = ["suite/*"]
