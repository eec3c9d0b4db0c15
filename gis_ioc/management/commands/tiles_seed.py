"""``manage.py tiles_seed boats --maxzoom 10``: make tiles before anybody asks."""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gis_ioc.accounts.grants import rights_of
from gis_ioc.management.tiles import add_place, telling, user_named
from layers.core.scope import everything
from layers.core.spec import registry
from layers.core.tokens import TOKEN_COOKIE, TOKEN_RENEW_S, Rights, sign
from tiles.archives.pyramid import Job, Progress, walk
from tiles.sources import RequestError, Source, TileRequest, UnavailableError

DEEPEST_BY_DEFAULT = 10


class Command(BaseCommand):
    help = (
        "Asks the running service for tiles, so that its cache (and the one in Redis,"
        " where IOC_TILE_REDIS_URL is set) has them. Below an empty tile nothing is"
        " asked for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sources", help="ids as in /tiles/catalog, with commas")
        add_place(parser)
        parser.add_argument("--url", default="", help="address of the service")
        parser.add_argument("--encoding", default="gzip", help="gzip, br or zstd")

    def handle(self, *args: Any, **options: Any) -> None:
        user = user_named(options["as_user"])
        rights = rights_of(user) if user else Rights(0, tuple(registry), None, ())
        url = (options["url"] or settings.IOC_BASE_URL).rstrip("/") + "/tiles"
        minzoom, maxzoom = options["minzoom"] or 0, options["maxzoom"]
        if maxzoom is None:
            maxzoom = max(DEEPEST_BY_DEFAULT, minzoom)
        service = Service(url, options["sources"], rights, options["encoding"])
        job = Job([service], everything(), options["bbox"], minzoom, maxzoom)
        started = time.monotonic()
        try:
            done = asyncio.run(self.seed(job, service))
        except (RequestError, UnavailableError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("stopped; what was made stays") from None
        self.stdout.write(
            f"{done.done:,} tiles asked for, {done.written:,} not empty,"
            f" {done.bytes / 2**20:.1f} MB, {time.monotonic() - started:.1f} s"
        )

    async def seed(self, job: Job, service: Service) -> Progress:
        progress = Progress()
        async with service.client, telling(self.stderr, progress):
            async for _place, _content in walk(job, progress):
                pass
        return progress


class Service(Source):
    """The running service as a source: what it sends is what callers will get."""

    content_type = "application/octet-stream"  # nothing is to be compressed again

    def __init__(self, url: str, ids: str, rights: Rights, encoding: str) -> None:
        self.id = ids
        self.url = url
        self.rights = rights
        self.client = httpx.AsyncClient(
            headers={"accept-encoding": encoding}, timeout=60
        )
        self._signed_at = float("-inf")

    async def tile(self, request: TileRequest) -> bytes:
        self._sign()
        address = f"{self.url}/{self.id}/{request.z}/{request.x}/{request.y}"
        try:
            answer = await self.client.get(address)
        except httpx.TransportError as error:
            raise UnavailableError(f"{self.url} does not answer: {error}") from error
        if answer.status_code == 404 and "supports zoom" in answer.text:
            return b""
        if answer.status_code in (429, 503):
            raise UnavailableError(answer.text)
        if answer.status_code >= 400:
            raise RequestError(f"{address}: {answer.status_code} {answer.text}")
        return answer.content

    def _sign(self) -> None:
        """A cookie as pages have it, renewed before it ends."""
        if time.monotonic() - self._signed_at > TOKEN_RENEW_S:
            self.client.headers["cookie"] = f"{TOKEN_COOKIE}={sign(self.rights)}"
            self._signed_at = time.monotonic()
