"""TileJSON 3.0 of one source or of several drawn as one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

Headers = dict[bytes, bytes]


def merge(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The TileJSON of a composite: layers in request order, the widest limits."""
    if len(parts) == 1:
        return parts[0]
    merged: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": ",".join(part["name"] for part in parts),
        "vector_layers": [
            layer for part in parts for layer in part.get("vector_layers", [])
        ],
        "minzoom": min(part["minzoom"] for part in parts),
        "maxzoom": max(part["maxzoom"] for part in parts),
    }
    for name in ("description", "attribution"):
        texts = dict.fromkeys(part[name] for part in parts if part.get(name))
        if texts:
            merged[name] = "\n".join(texts)
    boxes = [part["bounds"] for part in parts if "bounds" in part]
    if len(boxes) == len(parts):
        west, south, east, north = zip(*boxes, strict=True)
        merged["bounds"] = [min(west), min(south), max(east), max(north)]
    return merged


def tiles_url(
    headers: Headers, *, scheme: str, host: str, path: str, query: str, base_path: str
) -> str:
    """The address template of the tiles, as the client reached us.

    ``base_path`` given by the operator wins over ``X-Rewrite-URL``, that over
    ``X-Forwarded-Prefix``, that over the path asked for.
    """
    forwarded = _forwarded(headers)
    scheme = forwarded.get("proto") or _first(headers, b"x-forwarded-proto") or scheme
    host = (
        forwarded.get("host")
        or _first(headers, b"x-forwarded-host")
        or _first(headers, b"host")
        or host
    )
    rewritten = _first(headers, b"x-rewrite-url")
    prefix = _first(headers, b"x-forwarded-prefix")
    if base_path:
        path = base_path.rstrip("/") + "/" + path.rsplit("/", 1)[-1]
    elif rewritten:
        path = urlsplit(rewritten).path
    elif prefix:
        path = prefix.rstrip("/") + path
    return f"{scheme}://{host}{path}/{{z}}/{{x}}/{{y}}" + (f"?{query}" if query else "")


def _first(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1").split(",")[0].strip()


def _forwarded(headers: Headers) -> dict[str, str]:
    """The first element of ``Forwarded`` (RFC 7239)."""
    pairs = (
        part.partition("=") for part in _first(headers, b"forwarded").split(";") if part
    )
    return {
        name.strip().lower(): value.strip().strip('"') for name, _eq, value in pairs
    }
