# ruff: noqa: S101  (rows assert what the contract says)
"""Rows 9 to 14: under which address tiles are offered."""

from __future__ import annotations

from .row import row
from .server import Server

END = "/{z}/{x}/{y}"


def offered(server: Server, path: str = "/pts", **headers: str) -> str:
    (url,) = server.get(path, **headers).has(200).json()["tiles"]
    return str(url)


def expect(url: str, expected: str) -> None:
    assert url == expected, f"tiles at {url}, expected {expected}"


@row(9, "Host header")
def host(server: Server) -> None:
    url = offered(server, host="example.com:6000")
    expect(url, f"http://example.com:6000{server.prefix}/pts{END}")


@row(10, "X-Forwarded-Proto, Forwarded")
def forwarded(server: Server) -> None:
    url = offered(server, host="a.example", x_forwarded_proto="https")
    expect(url, f"https://a.example{server.prefix}/pts{END}")
    url = offered(server, forwarded="proto=https;host=b.example")
    expect(url, f"https://b.example{server.prefix}/pts{END}")
    url = offered(server, x_forwarded_host="c.example")
    expect(url, f"http://c.example{server.prefix}/pts{END}")


@row(11, "X-Forwarded-For")
def forwarded_for(server: Server) -> None:
    url = offered(server, host="a.example", x_forwarded_for="192.0.2.7")
    expect(url, f"http://a.example{server.prefix}/pts{END}")


@row(12, "X-Rewrite-URL, X-Forwarded-Prefix")
def rewritten(server: Server) -> None:
    url = offered(
        server,
        host="a.example",
        x_rewrite_url="/a/pts?q=1",
        x_forwarded_prefix="/geo",
    )
    expect(url, f"http://a.example/a/pts{END}")
    url = offered(server, host="a.example", x_forwarded_prefix="/geo")
    path = server.either(
        "/geo",
        f"/geo{server.prefix}/pts",
        "X-Forwarded-Prefix is put before the path, not in its place",
    )
    expect(url, f"http://a.example{path}{END}")


@row(13, "base path")
def base_path(server: Server) -> None:
    based = server.other("based")
    url = offered(
        based,
        host="a.example",
        x_rewrite_url="/a/pts",
        x_forwarded_prefix="/geo",
    )
    expect(url, f"http://a.example/map/pts{END}")


@row(14, "route prefix")
def route_prefix(server: Server) -> None:
    prefixed = server.other("prefixed")
    prefixed.get("/pts").has(200)
    assert prefixed.prefix, "the server below a prefix has none"
    prefixed.ask_root("GET", "/pts", {}).has(404)
    health = prefixed.either(200, 404, "the root belongs to the pages: /healthz there")
    prefixed.ask_root("GET", "/health", {}).has(health)
    prefixed.get("/health").has(200)
    moved = prefixed.get("/pts/0/0/0.pbf").has(301)
    expected = f"{prefixed.prefix}/pts/0/0/0"
    assert moved.headers["location"] == expected, moved.headers["location"]
