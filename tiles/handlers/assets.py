"""Sprites, fonts and styles. Drawings and letters are no secret; a style is told
to who may see what is in it."""

from __future__ import annotations

import orjson

from tiles.assets import AssetError
from tiles.assets.all import Assets
from tiles.cache import TileCache
from tiles.door import Door
from tiles.http import NO_CACHE, Request
from tiles.negotiate import JSON
from tiles.options import Options
from tiles.routes import HttpError, Route
from tiles.sources import MVT
from tiles.tilejson import forwarded_prefix

from . import Handlers
from .documents import address

PACKED_BYTES = 16 * 1024 * 1024
HOUR = (b"cache-control", b"public, max-age=3600")


class AssetHandlers:
    def __init__(self, assets: Assets, door: Door, options: Options) -> None:
        self.assets = assets
        self.door = door
        self.options = options
        self.packed = TileCache(PACKED_BYTES)

    def handlers(self) -> Handlers:
        return {
            "sprite": self.sprite,
            "font": self.font,
            "style": self.style,
            "picture": self.picture,
        }

    async def sprite(self, request: Request, route: Route) -> None:
        await self.door.caller(request)
        sprites = self.assets.sprites
        make = sprites.json if route.form == "json" else sprites.png
        try:
            content = await make(route.ids, sdf=route.sdf, ratio=route.ratio)
        except AssetError as problem:
            raise HttpError(problem.status, problem.text) from problem
        kind = JSON if route.form == "json" else "image/png"
        await request.document(content, kind, HOUR, self.packed)

    async def font(self, request: Request, route: Route) -> None:
        await self.door.caller(request)
        try:
            content = await self.assets.fonts.glyphs(route.ids, route.x, route.y)
        except AssetError as problem:
            raise HttpError(problem.status, problem.text) from problem
        await request.document(content, MVT, HOUR, self.packed)

    async def style(self, request: Request, route: Route) -> None:
        caller = await self.door.caller(request)
        base = self.options.base_path or (
            forwarded_prefix(request.headers) + self.options.prefix
        )
        try:
            document = await self.assets.styles.document(
                route.ids[0], caller.grant, address(request) + base
            )
        except AssetError as problem:
            raise HttpError(problem.status, problem.text) from problem
        await request.document(orjson.dumps(document), JSON, NO_CACHE)

    async def picture(self, request: Request, route: Route) -> None:
        """Martin draws styles on the server where it was built to; we do not."""
        caller = await self.door.caller(request)
        if route.ids[0] not in self.assets.styles.catalogue(caller.grant):
            raise HttpError(404, "No such style exists")
        raise HttpError(403, "Rendering is off: this server draws no pictures")
