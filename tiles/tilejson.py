"""TileJSON 3.0 of one source or of several drawn as one, and public addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from .routes import HttpError

Headers = dict[bytes, bytes]
Document = dict[str, Any]

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.ASCII | re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9._~:\[\]-]+", re.ASCII | re.IGNORECASE)


def merge(parts: Sequence[Document]) -> Document:
    """The TileJSON of a composite: layers in request order, the widest limits.

    One part keeps all its keys. What a part does not say is not guessed: a
    composite has ``bounds`` only when every part has, for clients ask for nothing
    outside of them.
    """
    if len(parts) == 1:
        return parts[0]
    merged: Document = {"tilejson": "3.0.0"}
    names = _texts(parts, "name")
    if names:
        merged["name"] = ",".join(names)
    if any("vector_layers" in part for part in parts):
        merged["vector_layers"] = [
            layer for part in parts for layer in part.get("vector_layers") or ()
        ]
    for name in ("description", "attribution"):
        texts = _texts(parts, name)
        if texts:
            merged[name] = "\n".join(texts)
    limits: tuple[tuple[str, Callable[..., int]], ...]
    limits = (("minzoom", min), ("maxzoom", max))
    for name, widest in limits:
        zooms = [part[name] for part in parts if part.get(name) is not None]
        if zooms:
            merged[name] = widest(zooms)
    boxes = [part["bounds"] for part in parts if part.get("bounds")]
    if len(boxes) == len(parts):
        west, south, east, north = zip(*boxes, strict=True)
        merged["bounds"] = [min(west), min(south), max(east), max(north)]
    centers = [part["center"] for part in parts if part.get("center")]
    if centers:
        merged["center"] = centers[0]  # their mean might lie where nothing is
    return merged


def _texts(parts: Sequence[Document], name: str) -> list[str]:
    """Each text once, in the order of the parts."""
    return list(dict.fromkeys(part[name] for part in parts if part.get(name)))


def catalog_entry(source_id: str, entry: Document) -> Document:
    """What the catalogue says of a source: no nulls, no name that is the id."""
    found = {name: value for name, value in entry.items() if value}
    if found.get("name") == source_id:
        del found["name"]
    return found


def origin(headers: Headers, *, scheme: str, host: str) -> str:
    """``https://host`` as the client reached us, told by the proxies before us.

    These headers are believed from everybody, as Martin does: they change only
    the answer to who sent them. Raises HttpError for what cannot stand in a URL.
    """
    forwarded = _forwarded(headers)
    scheme = forwarded.get("proto") or _first(headers, b"x-forwarded-proto") or scheme
    host = (
        forwarded.get("host")
        or _first(headers, b"x-forwarded-host")
        or _first(headers, b"host")
        or host
    )
    if not (_SCHEME.fullmatch(scheme) and _HOST.fullmatch(host)):
        raise HttpError(400, "The headers name no host that a URL could have")
    return f"{scheme}://{host}"


def public_path(headers: Headers, *, path: str, prefix: str, base_path: str) -> str:
    """The path that the client sees for ``path``, which lies below ``prefix``.

    ``base_path`` given by the operator wins over ``X-Rewrite-URL`` (the whole path
    as it was asked for), that over ``X-Forwarded-Prefix`` (what a proxy cut off).
    """
    if base_path:
        return base_path.rstrip("/") + path[len(prefix) :]
    rewritten = _path(_first(headers, b"x-rewrite-url"))
    if rewritten:
        return rewritten
    return forwarded_prefix(headers) + path


def forwarded_prefix(headers: Headers) -> str:
    return _path(_first(headers, b"x-forwarded-prefix"))


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


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
