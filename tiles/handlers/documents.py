"""Health, catalogue, TileJSON, metrics, and paths that have moved."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson

from tiles.assets.all import Assets
from tiles.catalog import Catalog
from tiles.door import Door
from tiles.http import NO_CACHE, Request
from tiles.metrics import CONTENT_TYPE, Metrics
from tiles.negotiate import JSON
from tiles.options import Options
from tiles.routes import HttpError, Route
from tiles.tilejson import catalog_entry, merge, origin, public_path
from tiles.tokens import Caller

from . import Handlers

# What only callers of the whole province are told of a source.
FOR_ADMINISTRATORS = frozenset({"warnings"})
_IN_PATHS = "/,:@!$&'()*+;=~"  # beside letters, digits and -._


class Documents:
    def __init__(
        self,
        catalog: Catalog,
        door: Door,
        assets: Assets,
        metrics: Metrics,
        options: Options,
    ) -> None:
        self.sources = catalog
        self.door = door
        self.assets = assets
        self.numbers = metrics
        self.options = options

    def handlers(self) -> Handlers:
        return {
            "root": self.root,
            "health": self.health,
            "catalog": self.catalog,
            "tilejson": self.tilejson,
            "metrics": self.metrics,
            "redirect": self.redirect,
        }

    async def root(self, request: Request, route: Route) -> None:
        await request.text(200, "GIS-IOC tiles: see catalog\n")

    async def health(self, request: Request, route: Route) -> None:
        await request.text(200, "OK", NO_CACHE)

    async def redirect(self, request: Request, route: Route) -> None:
        query = f"?{request.query}" if request.query else ""
        place = (self.options.base_path or self.options.prefix) + route.target
        where = quote(place, safe=_IN_PATHS) + query
        await request.text(301, "", (b"location", where.encode("latin-1", "replace")))

    async def catalog(self, request: Request, route: Route) -> None:
        caller = await self.door.caller(request)
        document = {
            "tiles": self._tiles(caller),
            "sprites": self.assets.sprites.catalogue(),
            "fonts": self.assets.fonts.catalogue(),
            "styles": self.assets.styles.catalogue(caller.grant),
            "settings": {"rendering": False},
        }
        if caller.everywhere:
            document["broken"] = {**self.sources.broken, **self.assets.broken}
        await request.document(orjson.dumps(document), JSON)

    def _tiles(self, caller: Caller) -> dict[str, Any]:
        found = {}
        for source in self.sources.visible(caller.grant):
            entry = source.entry()
            if not caller.everywhere:
                entry = {k: v for k, v in entry.items() if k not in FOR_ADMINISTRATORS}
            found[source.id] = catalog_entry(source.id, entry)
        return found

    async def tilejson(self, request: Request, route: Route) -> None:
        caller = await self.door.caller(request)
        sources = self.door.sources(caller, route.ids)
        parts = [await source.tilejson(caller.grant) for source in sources]
        path = public_path(
            request.headers,
            path=request.path.rstrip("/"),
            prefix=self.options.prefix,
            base_path=self.options.base_path,
        )
        query = f"?{request.query}" if request.query else ""
        url = f"{address(request)}{path}/{{z}}/{{x}}/{{y}}{query}"
        document = {**merge(parts), "tiles": [url]}
        await request.document(orjson.dumps(document), JSON)

    async def metrics(self, request: Request, route: Route) -> None:
        """For programs on this machine, callers of the whole province, or everyone
        when the operator says so: the numbers tell which layers there are."""
        if not (self.options.metrics_public or self.door.is_neighbour(request)):
            caller = await self.door.caller(request)
            if not caller.everywhere:
                raise HttpError(403, "Metrics are for the whole province only")
        body = self.numbers.render()
        length = (b"content-length", str(len(body)).encode())
        kind = (b"content-type", CONTENT_TYPE)
        await request.send(200, [kind, length, NO_CACHE], body)


def address(request: Request) -> str:
    """``https://host``, as the client reached us."""
    server = request.scope.get("server") or ("localhost",)
    return origin(
        request.headers,
        scheme=request.scope.get("scheme", "http"),
        host=":".join(str(part) for part in server if part is not None),
    )
