"""Scenes: what they consist of, whether they can be read, which are shipped."""
