"""Content negotiation: which encoding, which type, is the client's copy fresh."""

from __future__ import annotations

from .kept import Kept
from .mlt import MLT
from .sources import MVT

# In the order in which ties are decided, as Martin 1.16 does: gzip wins where the
# client takes brotli too, and is the last otherwise.
ENCODINGS = ("br", "zstd", "gzip")
WITH_GZIP_AND_BROTLI = ("gzip", "br", "zstd")
IDENTITY = "identity"
IMAGES = tuple(
    f"image/{name}" for name in ("png", "jpeg", "webp", "gif", "avif", "jxl")
)
JSON = "application/json"
# What an Accept header may name, and what it stands for.
_FORMATS: dict[str, tuple[str, ...]] = {
    MVT: (MVT,),
    "application/vnd.mapbox-vector-tile": (MVT,),
    MLT: (MLT,),
    "application/vnd.maplibre-vector-tile": (MLT,),
    JSON: (JSON,),
    "application/*": (MVT, JSON),
    "image/jpg": ("image/jpeg",),
    "image/*": IMAGES,
    **{name: (name,) for name in IMAGES},
}
Formats = frozenset[str] | None


def compressible(content_type: str) -> bool:
    """Whether it is worth compressing; pictures are already."""
    return not content_type.startswith("image/")


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


def encoding(header: bytes) -> str:
    """The best of gzip, br, zstd, identity for an Accept-Encoding header."""
    weights = _weighted(header.decode("latin-1"))
    rest = weights.get("*")
    both = rest is not None or {"gzip", "br"} <= weights.keys()
    wanted = {name: weights.get(name, rest or 0.0) for name in ENCODINGS}
    order = WITH_GZIP_AND_BROTLI if both else ENCODINGS
    best = max(order, key=lambda name: wanted[name])  # the first of equals
    if wanted[best] <= 0 or wanted[best] < weights.get(IDENTITY, 0.0):
        return IDENTITY
    return best


def accepted(header: bytes) -> Formats:
    """The tile formats that an Accept header names; None: any will do."""
    weights = _weighted(header.decode("latin-1"))
    if not weights or weights.get("*/*", 0.0) > 0:
        return None
    return frozenset(
        name
        for kind, weight in weights.items()
        if weight > 0
        for name in _FORMATS.get(kind, ())
    )


# Browsers differ in few ways; longer headers are read anew each time.
ENCODING: Kept[bytes, str] = Kept(encoding, size=512, longest=512)
ACCEPTED: Kept[bytes, Formats] = Kept(accepted, size=512, longest=512)


def fresh(if_none_match: bytes, etag: str) -> bool:
    """Whether the client already holds the tile (RFC 9110, weak comparison)."""
    if not if_none_match:
        return False
    known = if_none_match.decode("latin-1")
    if known.strip() == "*" or known == etag:
        return True
    bare = etag.removeprefix("W/")
    return bare in {tag.strip().removeprefix("W/") for tag in known.split(",")}
