"""Boundary sets: read, compared with the units in force, dated and switched."""
