"""The tile service: an ASGI application in front of Django.

A request costs: path and headers, who asks (kept in memory), the cache, done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from time import perf_counter

from .assets.all import Assets
from .cache import TileCache
from .catalog import Catalog
from .door import Door
from .express import Express
from .handlers import Handlers
from .handlers.assets import AssetHandlers
from .handlers.documents import Documents
from .handlers.tile import TileHandler, response
from .http import (
    NOT_ANSWERED,
    VARY,
    ClientGone,
    Origins,
    Pairs,
    Receive,
    Request,
    Scope,
    Send,
)
from .metrics import Gauges, Metrics, cache_gauges
from .options import Options
from .routes import ROUTES, HttpError
from .sources import RequestError, UnavailableError
from .tokens import Access

TILE = "tile"
METHODS = b"GET, HEAD, OPTIONS"
PREFLIGHT: Pairs = [
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"Authorization, Accept"),
]

log = logging.getLogger(__name__)


class TileService:
    """``gauges`` are more numbers for the metrics."""

    def __init__(
        self,
        catalog: Catalog,
        access: Access,
        cache: TileCache | None = None,
        *,
        assets: Assets | None = None,
        options: Options | None = None,
        gauges: Iterable[Gauges] = (),
    ) -> None:
        self.sources = catalog
        self.access = access
        self.cache = TileCache() if cache is None else cache
        self.assets = Assets() if assets is None else assets
        self.options = options or Options.of_settings()
        self.metrics = Metrics([cache_gauges(self.cache), *gauges])
        self.origins = Origins(self.options.origins)
        self._cut = len(self.options.prefix)
        door = Door(catalog, access)
        self.express = Express(access, catalog, self.cache, self.metrics)
        documents = Documents(catalog, door, self.assets, self.metrics, self.options)
        self._handlers: Handlers = {
            **documents.handlers(),
            **TileHandler(door, self.cache, self.metrics, self.express).handlers(),
            **AssetHandlers(self.assets, door, self.options).handlers(),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        arrival = self.express.find(scope)
        if arrival is not None:
            status, headers, body = response(*arrival)
            await send(
                {"type": "http.response.start", "status": status, "headers": headers}
            )
            await send({"type": "http.response.body", "body": body})
            self.metrics.observe(TILE, "GET", status, perf_counter() - started)
            return
        request = Request(scope, receive, send, self.origins)
        kind = ""
        try:
            if scope["method"] in ("GET", "HEAD"):
                route = ROUTES[request.path[self._cut :]]
                kind = route.kind
                if request.query:
                    request.check()
                await self._handlers[route.kind](request, route)
            else:
                await _other_method(request)
        except HttpError as problem:
            await request.text(problem.status, problem.text, *problem.headers)
        except RequestError as error:
            await request.text(400, str(error))
        except ClientGone:
            request.status = NOT_ANSWERED
        except UnavailableError as error:
            await request.text(503, str(error), (b"retry-after", b"2"))
        except Exception:
            log.exception("%s cannot be answered", request.path[:200])
            if not request.status:
                await request.text(500, "Something is wrong here; see the log")
        finally:
            taken_s = perf_counter() - started
            method = scope["method"] if request.status != 405 else "OTHER"
            self.metrics.observe(kind, method, request.status, taken_s)


async def _other_method(request: Request) -> None:
    allow = (b"allow", METHODS)
    if request.scope["method"] != "OPTIONS":
        await request.text(405, "Only GET and HEAD", allow)
        return
    origin = request.headers.get(b"origin", b"")
    granted = PREFLIGHT if request.origins.headers(origin) else []
    await request.send(204, [allow, VARY, *granted])
