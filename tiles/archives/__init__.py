"""Tiles of the running sources, written into one file for use without a network."""
