"""Sprites, fonts and styles: what a map needs beside its tiles.

Plain classes that know no HTTP. They read folders of the administrator and what
the product draws itself, and answer with bytes or say why not by ``AssetError``.
"""

from __future__ import annotations

MAX_IDS = 128  # of one request, as everywhere in the tile service


class AssetError(Exception):
    """The request cannot be answered: an HTTP status and a short text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def distinct(ids: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The ids in their order, each once; :class:`AssetError` for too many."""
    found = tuple(dict.fromkeys(ids))
    if len(found) > MAX_IDS:
        raise AssetError(400, f"at most {MAX_IDS} {what} in one request")
    return found
