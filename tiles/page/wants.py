"""Which requests to the root of the tile service are for the page."""

from __future__ import annotations

from typing import Any

PLACES = frozenset({"/tiles", "/tiles/"})


def wants_page(scope: dict[str, Any]) -> bool:
    """Whether a browser asks (``Accept`` names HTML), not a map or a program."""
    if scope["path"] not in PLACES:
        return False
    return any(
        name == b"accept" and b"text/html" in value for name, value in scope["headers"]
    )
