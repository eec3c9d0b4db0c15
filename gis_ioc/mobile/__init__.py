"""Phones and people: web push, the message centre, how one is told, what was told."""
