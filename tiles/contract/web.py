# ruff: noqa: S101  (rows assert what the contract says)
"""Rows 36, 37 and 40: browsers of other sites, and metrics."""

from __future__ import annotations

from .row import row
from .server import Server

MAP = "https://map.example"
ALLOW = "access-control-allow-origin"


def allowed(server: Server, origin: str) -> str | None:
    return server.get("/health", origin=origin).has(200).headers.get(ALLOW)


def preflight(server: Server, origin: str = MAP) -> dict[str, str]:
    headers = {"origin": origin, "access-control-request-method": "GET"}
    found = server.ask("OPTIONS", "/pts/0/0/0", headers)
    assert found.status in (200, 204), f"preflight: {found.status} {found.text}"
    return dict(found.headers)


@row(36, "Origin")
def origin(server: Server) -> None:
    assert allowed(server, MAP) == MAP, "the Origin is not echoed"
    listed = server.other("listed")
    assert allowed(listed, MAP) == MAP, "an allowed Origin is not echoed"
    assert allowed(listed, "https://else.example") is None, "another Origin is"
    assert allowed(server.other("closed"), MAP) is None, "CORS is off"


@row(37, "preflight")
def before(server: Server) -> None:
    found = preflight(server)
    assert found[ALLOW] == MAP, found
    assert "GET" in found["access-control-allow-methods"], found
    assert "access-control-max-age" not in found, "a max-age that nobody configured"
    named = found.get("access-control-allow-headers", "")
    expected = server.either(
        False, True, "Authorization is allowed, so that pages elsewhere can use keys"
    )
    assert ("authorization" in named.lower()) is expected, found


@row(40, "metrics")
def metrics(server: Server) -> None:
    server.get("/pts/0/0/0").has(200)
    server.get("/pts/0/0/0").has(200)
    found = server.get("/_/metrics", accept_encoding="gzip").has(
        200, content_encoding=None
    )
    kind = found.headers["content-type"]
    assert kind.startswith("text/plain; version=0.0.4"), kind
    pattern = 'endpoint="/{source_ids}/{z}/{x}/{y}"'
    for name in (
        "martin_http_requests_total{",
        "martin_http_requests_duration_seconds_bucket{",
    ):
        lines = [line for line in found.text.splitlines() if line.startswith(name)]
        assert any(pattern in line for line in lines), f"{name} of tiles: {lines[:3]}"
    total = [
        line
        for line in found.text.splitlines()
        if line.startswith("martin_tile_cache_requests_total{")
    ]
    for label in ('cache="tile"', 'result="hit"', 'zoom="0"'):
        assert any(label in line for line in total), f"no {label} in {total}"
