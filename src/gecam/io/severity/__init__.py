"""Severity of crises: INFORM and IPC."""
