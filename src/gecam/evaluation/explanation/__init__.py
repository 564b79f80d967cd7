"""Explain one number: where it comes from, what drives it, and what would change it."""
