"""Scenes: what they consist of, whether they can be read, and those that are shipped."""
