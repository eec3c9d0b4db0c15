"""The web process of the contract tests: the real one, and beside it the same tiles
configured otherwise, each below a path of its own."""

from __future__ import annotations

from typing import Any

from gis_ioc.asgi import application as real
from tiles.asgi import TileService
from tiles.options import Options

VARIANTS = {
    "based": Options(prefix="/based", base_path="/map"),
    "listed": Options(prefix="/listed", origins=("https://map.example",)),
    "closed": Options(prefix="/closed", origins=()),
}
_shared = real.services
_services = {
    options.prefix: TileService(
        _shared.catalog,
        _shared.access,
        _shared.cache,
        assets=_shared.tiles.assets,
        options=options,
    )
    for options in VARIANTS.values()
}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    first = "/" + scope["path"].split("/")[1] if scope["type"] == "http" else ""
    await _services.get(first, real)(scope, receive, send)
