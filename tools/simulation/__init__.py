"""Simulated worlds whose truth is known, and simulation-based calibration; used by tests and pages."""
