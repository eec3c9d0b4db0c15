"""Figures out of Excel and CSV: the template of a set, and a long table."""
