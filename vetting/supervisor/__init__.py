"""Starts processes, watches them and stops them in order."""
