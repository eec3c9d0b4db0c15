"""The web process: tiles and the live channel in front of Django."""

from __future__ import annotations

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

from .dbpool import use_pool

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ioc.settings")
django = get_asgi_application()

from gis_ioc.live.services import Services  # noqa: E402  (needs Django's apps)
from tiles.page.wants import PLACES, wants_page  # noqa: E402

Scope = dict[str, Any]


class Application:
    """``/tiles`` to the tile service, websockets to the hub, the rest to Django."""

    def __init__(self) -> None:
        self.services = Services()
        live: Any = self.services.live  # an ASGI application, not a view
        sockets = URLRouter(
            [path("live", live), re_path("", WebsocketDenier.as_asgi())]
        )
        self.router = ProtocolTypeRouter({"websocket": CookieMiddleware(sockets)})

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        kind = scope["type"]
        if kind == "http":
            # Nothing more than this stands between a client and its tile.
            place = scope["path"]
            tiles = place.startswith("/tiles/") or place == "/tiles"
            if tiles and (place not in PLACES or not wants_page(scope)):
                await self.services.tiles(scope, receive, send)
            else:
                await django(scope, receive, send)
        elif kind == "lifespan":
            await self.lifespan(receive, send)
        else:
            await self.router(scope, receive, send)

    async def lifespan(self, receive: Any, send: Any) -> None:
        """Start never fails: what is away is tried again in the background."""
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                use_pool(settings.DATABASES["default"])
                await self.services.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.services.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


application = Application()
