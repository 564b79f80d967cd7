"""Simulated worlds whose truth is known, and simulation-based calibration."""
