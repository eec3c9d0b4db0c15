# ruff: noqa: S101  (rows assert what the contract says)
"""Rows 1 to 8: health, catalogue, TileJSON."""

from __future__ import annotations

from .row import row
from .server import Server

PTS = "contract_a.pts.geom"


@row(1, "health")
def health(server: Server) -> None:
    found = server.get("/health").has(200, cache_control="no-cache")
    assert found.text == "OK", f"health says {found.text!r}, expected OK"
    assert server.head("/health").has(200).body == b""


@row(2, "catalogue")
def catalogue(server: Server) -> None:
    found = server.get("/catalog", accept_encoding="gzip").has(
        200, content_type="application/json", content_encoding="gzip"
    )
    expected = {"tiles", "sprites", "fonts", "styles", "settings"}
    keys = set(found.json())
    assert expected <= keys, f"the catalogue lacks {expected - keys}"
    tag = found.headers.get("etag", "")
    assert tag.startswith('W/"'), f"the catalogue's ETag is {tag!r}, not a weak one"
    server.get("/catalog", if_none_match=tag).has(304)
    assert server.head("/catalog").has(200).body == b""


@row(3, "catalogue entry of a table")
def entry(server: Server) -> None:
    found = server.get("/catalog").json()["tiles"]["pts"]
    assert found.get("content_type") == "application/x-protobuf", found
    assert found.get("description") == PTS, f"{found}, description {PTS} expected"
    assert "name" not in found, f"the name is the id and must be left out: {found}"
    assert None not in found.values(), f"nulls must be left out: {found}"


@row(4, "TileJSON of a table")
def tilejson(server: Server) -> None:
    found = server.get("/pts").has(200, content_type="application/json").json()
    assert found["tilejson"] == "3.0.0", found
    assert found["name"] == "pts", found
    assert found["description"] == PTS, found
    assert len(found["tiles"]) == 1, found["tiles"]
    assert found["tiles"][0].endswith("/pts/{z}/{x}/{y}"), found["tiles"]
    close = zip(found["bounds"], (-2, -1, 142, 45), strict=True)  # an estimate
    assert all(abs(told - true) < 1.5 for told, true in close), found["bounds"]
    (layer,) = found["vector_layers"]
    assert layer["id"] == "pts", layer
    fields = dict(layer["fields"])
    fields.pop("gid", None)  # the id column may leave the properties
    assert fields == {"label": "text"}, layer
    assert not {"minzoom", "maxzoom"} & set(found), "zooms that nobody configured"


@row(5, "HEAD of a TileJSON")
def head(server: Server) -> None:
    found = server.head("/pts").has(200, content_type="application/json")
    assert found.body == b"", "a HEAD has no body"


@row(6, "TileJSON that the client has")
def unchanged(server: Server) -> None:
    tag = server.get("/pts").headers["etag"]
    server.get("/pts", if_none_match=tag).has(304)


@row(7, "unknown source")
def unknown(server: Server) -> None:
    found = server.get("/nosuch").has(404)
    assert found.text == "Source nosuch does not exist", found.text


@row(8, "the query is copied")
def query(server: Server) -> None:
    (url,) = server.get("/pts?a=1&token=x").json()["tiles"]
    assert url.endswith("/pts/{z}/{x}/{y}?a=1&token=x"), url
