# ruff: noqa: S101  (rows assert what the contract says)
"""Rows 30 to 33: which type of answer."""

from __future__ import annotations

import re

from .row import row
from .server import NotApplicable, Server

MVT = "application/x-protobuf"
MLT = "application/vnd.maplibre-tile"


@row(30, "Accept of vector tiles")
def accepted(server: Server) -> None:
    for kind in (
        "application/vnd.mapbox-vector-tile",
        MVT,
        "*/*",
        "text/html, */*;q=0.1",
    ):
        server.get("/pts/0/0/0", accept=kind).has(200, content_type=MVT)


@row(31, "Accept of a picture")
def picture(server: Server) -> None:
    found = server.get("/pts/0/0/0", accept="image/png").has(406)
    assert MVT in found.text, f"406 does not name the type: {found.text}"
    server.get("/nosuch/0/0/0", accept="image/png").has(404)


@row(32, "Accept of a page")
def page(server: Server) -> None:
    server.get("/nosuch/0/0/0", accept="text/html").has(406)
    server.get("/pts/0/0/0", accept="text/html").has(406)


@row(33, "MapLibre tiles")
def mlt(server: Server) -> None:
    plain = server.get("/pts/0/0/0")
    found = server.get("/pts/0/0/0", accept=MLT, accept_encoding="gzip")
    if found.status == 406:
        assert MVT in found.text, found.text
        raise NotApplicable("the server has no MLT encoder")
    found.has(200, content_type=MLT, content_encoding=None)
    tag = found.headers["etag"]
    assert re.fullmatch(r'"[\w-]{22}\+mlt"', tag, re.ASCII), f"ETag {tag}"
    assert found.body not in (b"", plain.body)
    assert b"pts" in found.body, "the layer's name is not in the tile"
    server.get("/pts/0/0/0", accept=f"{MLT}, {MVT}").has(200, content_type=MVT)
    server.get("/pts/0/0/0", accept=MLT, if_none_match=tag).has(304)
