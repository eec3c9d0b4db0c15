# ruff: noqa: S101  (rows assert what the contract says)
"""Rows 15 to 29: tiles, and paths that name none."""

from __future__ import annotations

import re

from .row import row
from .server import Server

MVT = "application/x-protobuf"
# The tile of zoom 6 around 105 E, 20 N, which every table but pts has.
NEAR = "6/50/28"


@row(15, "a tile")
def tile(server: Server) -> None:
    found = server.get("/pts/0/0/0", accept_encoding="br, gzip")
    found.has(200, content_type=MVT, content_encoding="gzip")
    tag = found.headers.get("etag", "")
    assert re.fullmatch(r'"[\w-]{22}"', tag, re.ASCII), f"ETag {tag}"
    length = found.headers.get("content-length")
    assert length == str(len(found.body)), f"Content-Length {length}"
    control = server.either(
        None, "private, no-cache", "tiles belong to one caller and are asked for again"
    )
    found.has(200, cache_control=control)
    (name,) = found.layers()
    assert name == "pts", f"layer {name}"
    features = found.layers()["pts"]
    assert len(features) == 101, f"{len(features)} of 101 points"
    assert {feature["id"] for feature in features} == set(range(101))
    labels = {feature["properties"]["label"] for feature in features}
    assert "point 7" in labels, labels


@row(16, "a tile, not compressed")
def identity(server: Server) -> None:
    packed = server.get("/pts/0/0/0", accept_encoding="gzip")
    plain = server.get("/pts/0/0/0").has(200, content_encoding=None)
    assert plain.headers["etag"] == packed.headers["etag"], "one tile has two ETags"
    assert plain.body == packed.content


@row(17, "which compression")
def encodings(server: Server) -> None:
    for asked, chosen in (
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip;q=.5,br;q=.5,zstd", "zstd"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("gzip;q=0.2, br;q=0.9", "br"),
        ("gzip, zstd", "zstd"),
        ("zstd, br", "br"),
        ("*", "gzip"),
        ("identity", None),
        ("deflate", None),
    ):
        found = server.get("/pts/0/0/0", accept_encoding=asked)
        assert found.status == 200, f"Accept-Encoding {asked}: {found.status}"
        encoding = found.headers.get("content-encoding")
        assert encoding == chosen, f"Accept-Encoding {asked}: {encoding}, not {chosen}"
        assert found.layers()["pts"]


@row(18, "a tile that the client has")
def known(server: Server) -> None:
    tag = server.get("/pts/0/0/0").headers["etag"]
    for header in (tag, "*", f'"other", {tag}'):
        found = server.get("/pts/0/0/0", if_none_match=header).has(304)
        assert found.body == b""
    server.get("/pts/0/0/0", if_none_match='"other"').has(200)
    weak = server.either(
        200, 304, "If-None-Match is compared weakly, as RFC 9110 has it"
    )
    server.get("/pts/0/0/0", if_none_match=f"W/{tag}").has(weak)


@row(19, "nothing in the tile")
def empty(server: Server) -> None:
    found = server.get("/pts/10/0/0", accept_encoding="gzip").has(204)
    assert found.body == b""


@row(20, "a function that returns null")
def null(server: Server) -> None:
    assert server.get("/nothing/0/0/0").has(204).body == b""


@row(21, "zoom out of range")
def zoom(server: Server) -> None:
    found = server.get("/zoomed/3/0/0").has(404)
    assert "supports zoom 6-12" in found.text, found.text
    server.get(f"/zoomed/{NEAR}").has(200)


@row(22, "composite with zooms")
def composite_zooms(server: Server) -> None:
    found = server.get("/pts,zoomed/0/0/0").has(200)
    assert list(found.layers()) == ["pts"], list(found.layers())
    found = server.get("/zoomed,zoomed/3/0/0").has(404)
    assert "supports zoom 6-12" in found.text, found.text


@row(23, "composite")
def composite(server: Server) -> None:
    for ids in (["pts", "pts.1"], ["pts.1", "pts"]):
        layers = list(server.get(f"/{','.join(ids)}/0/0/0").has(200).layers())
        assert layers == ids, f"layers {layers}, expected {ids}"
    found = server.get("/pts,zoomed").has(200).json()
    assert found["name"] == "pts,zoomed", found
    assert (found["minzoom"], found["maxzoom"]) == (6, 12), found
    assert [layer["id"] for layer in found["vector_layers"]] == ["pts", "zoomed"]
    assert found["attribution"] == "contract", found


@row(24, "composite with an unknown source")
def composite_unknown(server: Server) -> None:
    server.get("/pts,nosuch/0/0/0").has(404)
    server.get("/pts,nosuch").has(404)


@row(25, "too many sources")
def too_many(server: Server) -> None:
    ids = ",".join(["pts"] * 129)
    server.get(f"/{ids}/0/0/0").has(400)
    server.get(f"/{ids}").has(400)


@row(26, "vector and raster together")
def mixed(server: Server) -> None:
    server.get("/pts,picture/0/0/0").has(404)


@row(27, "numbers that are none")
def no_numbers(server: Server) -> None:
    for path in ("/pts/abc/0/0", "/pts/256/0/0", "/pts/0/-1/0", "/pts/0/0/1e3"):
        server.get(path).has(404)


@row(28, "a tile outside of the grid")
def outside(server: Server) -> None:
    status = server.either(500, 400, "no such tile is the client's mistake")
    server.get("/pts/1/5/0").has(status)


@row(29, "paths that have moved")
def moved(server: Server) -> None:
    for path in (
        "/pts/0/0/0.pbf",
        "/pts/0/0/0.mvt",
        "/pts/0/0/0.png",
        "/tiles/pts/0/0/0",
    ):
        for method in ("GET", "HEAD"):
            found = server.ask(method, f"{path}?a=1&b=2", {}).has(301)
            expected = f"{server.prefix}/pts/0/0/0?a=1&b=2"
            place = found.headers["location"]
            assert place == expected, f"{path} leads to {place}, expected {expected}"
    server.get("/nosuch/0/0/0.pbf").has(301)
