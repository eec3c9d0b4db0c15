"""Alerts told to other systems as CAP 1.2 messages, each change the next of a chain."""
