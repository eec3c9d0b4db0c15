# ruff: noqa: S101  (rows assert what the contract says)
"""Rows 34, 35 and 38: functions, and names of sources."""

from __future__ import annotations

from .row import row
from .server import Server

PNG = "image/png"


@row(34, "a function with parameters")
def function(server: Server) -> None:
    (feature,) = server.get("/fn/0/0/0?token=x").has(200).layers()["fn"]
    assert feature["properties"] == {"token": "x", "kind": "string"}, feature
    (feature,) = server.get("/fn/0/0/0?token=7").has(200).layers()["fn"]
    assert feature["properties"] == {"token": "7", "kind": "number"}, feature
    server.get("/fn/0/0/0").has(500)
    document = server.get("/fn").has(200).json()
    assert not {"bounds", "vector_layers"} & set(document), document


@row(35, "a raster function")
def raster(server: Server) -> None:
    found = server.get("/picture/0/0/0", accept_encoding="gzip")
    found.has(200, content_type=PNG, content_encoding=None)
    assert found.body.startswith(b"\x89PNG"), found.body[:8]
    assert server.get("/catalog").json()["tiles"]["picture"]["content_type"] == PNG
    document = server.get("/picture").has(200).json()
    assert document["content_type"] == PNG, document
    assert document["description"] == "one pixel", document
    server.get("/picture/0/0/0", accept="image/*").has(200)
    server.get("/picture/0/0/0", accept="application/x-protobuf").has(406)


@row(38, "names of sources")
def names(server: Server) -> None:
    tiles = server.get("/catalog").json()["tiles"]
    for name, told in (
        ("pts", "contract_a.pts.geom"),
        ("pts.1", "contract_b.pts.geom"),
        ("catalog.1", "contract_a.catalog.geom"),
        ("odd-name-", "contract_a.odd name!.geom"),
    ):
        assert name in tiles, f"no source {name} among {', '.join(tiles)}"
        assert tiles[name]["description"] == told, tiles[name]
        server.get(f"/{name}/0/0/0").has(200)
    document = server.get("/zoomed").json()
    assert document["unknown"] == {"kept": 1}, "a key of the comment is lost"
