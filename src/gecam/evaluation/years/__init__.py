"""Answers of several years: one series, and what moved from one year to the next."""
