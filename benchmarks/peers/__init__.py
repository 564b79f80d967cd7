"""What the engine is measured against, and the work itself; not run by itself."""
