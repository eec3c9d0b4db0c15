"""Content negotiation: which encoding, which type, is the client's copy fresh."""

from __future__ import annotations

from functools import lru_cache

# In the order in which ties are decided, as Martin does.
ENCODINGS = ("gzip", "br", "zstd")
IDENTITY = "identity"
TILE_TYPES = frozenset(
    {
        "application/x-protobuf",
        "application/vnd.mapbox-vector-tile",
        "application/*",
        "*/*",
    }
)


def _weighted(header: str) -> dict[str, float]:
    """``token;q=0.5, other`` to weights; what cannot be read counts as 1."""
    found = {}
    for part in header.lower().split(","):
        token, *params = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for param in params:
            name, _eq, value = param.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 1.0
        if token:
            found[token] = weight
    return found


@lru_cache(maxsize=512)
def encoding(header: bytes) -> str:
    """The best of gzip, br, zstd, identity for an Accept-Encoding header."""
    weights = _weighted(header.decode("latin-1"))
    wanted = {name: weights.get(name, weights.get("*", 0.0)) for name in ENCODINGS}
    best = max(ENCODINGS, key=lambda name: wanted[name])  # the first of equals
    if wanted[best] <= 0 or wanted[best] < weights.get(IDENTITY, 0.0):
        return IDENTITY
    return best


@lru_cache(maxsize=512)
def accepts_tiles(header: bytes) -> bool:
    """Whether an Accept header allows what we make; an absent one does."""
    if not header:
        return True
    weights = _weighted(header.decode("latin-1"))
    return any(weights.get(kind, 0.0) > 0 for kind in TILE_TYPES)


def fresh(if_none_match: bytes, etag: str) -> bool:
    """Whether the client already holds the tile (RFC 9110, weak comparison)."""
    if not if_none_match:
        return False
    known = if_none_match.decode("latin-1")
    if known.strip() == "*" or known == etag:
        return True
    return etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
