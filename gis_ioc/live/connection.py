"""One websocket: what the client asks, and one writer that answers when it can."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.db import Error as DatabaseError

from layers.core.live_sync import LiveLayer
from layers.core.mercator import Bounds
from layers.core.scope import NOBODY, Grant
from layers.core.spec import registry

from .identity import Identity, identify
from .news import News
from .views import FORMATS, BinaryView, LiveView, ViewError, bounds_of, columns_of

if TYPE_CHECKING:
    from .hub import Hub

ANONYMOUS, REVOKED, BAD_CLIENT, TOO_SLOW, TRY_LATER = 4401, 4403, 4400, 4408, 1013
MAX_BAD = 20
MAX_TEXT = 16_384
MAX_ANSWERS = 64
SEND_TIMEOUT_S = 30.0
REVIEW_S = 60.0

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Message = dict[str, Any]

log = logging.getLogger(__name__)


class Connection:
    """The client's subscriptions and what waits to be sent.

    Only the writer sends. What waits is bounded: answers to the client's own
    messages, one list of tiles per changed layer, one flag per view.
    """

    def __init__(
        self, hub: Hub, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        self.hub = hub
        self.scope = scope
        self.grant: Grant = NOBODY
        self.name = ""
        self.since = time.time()  # the rights are those of this moment or later
        self._receive = receive
        self._send = send
        self._views: dict[str, LiveView] = {}
        self._answers: list[Message] = []
        self._changed: dict[str, News] = {}
        self._latest: dict[str, Message] = {}
        self._wake = asyncio.Event()
        self._close_code = 0
        self._bad = 0

    async def run(self) -> None:
        """From accept to close."""
        await self._receive()  # websocket.connect
        await self._send({"type": "websocket.accept"})
        try:
            identity = await identify(self.scope)
        except DatabaseError:
            await self._send({"type": "websocket.close", "code": TRY_LATER})
            return
        if identity is None:
            await self._send({"type": "websocket.close", "code": ANONYMOUS})
            return
        self.grant, self.name = identity.grant, identity.name
        self._answers.append(_hello(identity))
        self._wake.set()
        self.hub.connections.add(self)
        works = (self._read, self._write, self._review)
        tasks = [asyncio.create_task(work()) for work in works]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.hub.gone(self)
            for task in tasks:
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(outcome, Exception):
                    log.error("live connection failed", exc_info=outcome)
            await self._finish()

    def touch(self, slug: str) -> None:
        """The arrays of a live layer have moved."""
        view = self._views.get(slug)
        if view is not None:
            view.dirty = True
            self._wake.set()

    def announce(self, slug: str, news: News) -> None:
        """A layer that is not live has changed."""
        waiting = self._changed.get(slug)
        self._changed[slug] = waiting.merged(news) if waiting else news
        self._wake.set()

    def put_latest(self, key: str, message: Message) -> None:
        """Of messages with one key only the newest waits: who is slow misses some."""
        self._latest.pop(key, None)
        self._latest[key] = message
        self._wake.set()

    def close(self, code: int) -> None:
        self._close_code = self._close_code or code
        self._wake.set()

    async def _finish(self) -> None:
        if self._close_code:
            # Not when the client has gone by itself.
            with suppress(Exception):
                await self._send({"type": "websocket.close", "code": self._close_code})

    async def _read(self) -> None:
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                return
            try:
                self._handle(_parsed(event.get("text")))
            except ViewError as error:
                self._bad += 1
                self._answer({"type": "error", "reason": str(error)})
                if self._bad > MAX_BAD:
                    self.close(BAD_CLIENT)

    def _handle(self, message: Message) -> None:
        kind = message.get("type")
        if kind == "ping":
            pong = {"type": "pong", "t": message.get("t"), "time": _now_ms()}
            self._answer(pong)
        elif kind == "subscribe":
            self._subscribe(message)
        elif kind == "unsubscribe":
            self._views.pop(str(message.get("layer")), None)
        else:
            topic = self.hub.topic_of(kind)
            if topic is None:
                raise ViewError(f"unknown type {kind!r:.40}")
            topic.take(self, message)

    def _subscribe(self, message: Message) -> None:
        slug = message.get("layer")
        layer = registry.get(slug) if isinstance(slug, str) else None
        if layer is None or not self.grant.allows(layer):
            raise ViewError(f"no layer {slug!r:.60}")
        bounds = bounds_of(message.get("bbox"))
        live = self.hub.store.layers.get(layer.slug)
        if live is None:
            return  # its changes are announced to everyone who may see it
        self._look(live, bounds, message)
        self._wake.set()

    def _look(self, live: LiveLayer, bounds: Bounds, message: Message) -> None:
        """Open or move the view of a live layer."""
        form = message.get("format", "json")
        if form not in FORMATS:
            raise ViewError(f"no format {form!r:.40}; there are {', '.join(FORMATS)}")
        slug = live.layer.slug
        view = self._views.get(slug)
        if form == "binary":
            names = columns_of(message.get("columns"), live)
            if isinstance(view, BinaryView):
                view.look(bounds, names)
            else:
                self._views[slug] = BinaryView(live, self.grant, bounds, names)
        elif view is None or isinstance(view, BinaryView):
            self._views[slug] = LiveView(live, self.grant, bounds)
        else:
            view.move(bounds)

    def _answer(self, message: Message) -> None:
        if len(self._answers) >= MAX_ANSWERS:
            self.close(TOO_SLOW)
            return
        self._answers.append(message)
        self._wake.set()

    async def _write(self) -> None:
        while not self._close_code:
            await self._woken()
            answers, self._answers = self._answers, []
            changed, self._changed = self._changed, {}
            latest, self._latest = self._latest, {}
            for message in (*answers, *latest.values()):
                await self._put(message)
            for slug, told in changed.items():
                await self._put(told.message(registry[slug]))
            for view in list(self._views.values()):
                now = time.monotonic()
                if view.dirty and view.live.loaded and now >= view.not_before:
                    news = view.message(now)
                    if news is not None:
                        await self._put(news)

    async def _woken(self) -> None:
        """Wait for something to send, or for a view whose turn comes."""
        due = [
            view.not_before
            for view in self._views.values()
            if view.dirty and view.live.loaded
        ]
        wait_s = max(0.0, min(due) - time.monotonic()) if due else None
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        self._wake.clear()

    async def _put(self, message: Message | bytes) -> None:
        sent: dict[str, Any] = {"type": "websocket.send"}
        if isinstance(message, bytes):
            sent["bytes"] = message
        else:
            sent["text"] = orjson.dumps(message).decode()
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._send(sent)
        except TimeoutError:
            self.close(TOO_SLOW)

    async def _review(self) -> None:
        """Ask again who this is; whoever lost or gained rights connects anew."""
        while True:
            await asyncio.sleep(REVIEW_S)
            try:
                identity = await identify(self.scope)
            except DatabaseError as error:
                log.warning("who is connected cannot be checked: %s", error)
                continue
            if identity is None or identity.grant != self.grant:
                self.close(REVOKED)
                return


def _hello(identity: Identity) -> Message:
    return {
        "type": "hello",
        "time": _now_ms(),
        "release": settings.RELEASE,
        "user": identity.name,
    }


def _now_ms() -> int:
    return int(time.time() * 1000)


def _parsed(text: str | None) -> Message:
    if not text or len(text) > MAX_TEXT:
        raise ViewError(f"messages are JSON text of at most {MAX_TEXT} characters")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ViewError(f"not JSON: {error}") from error
    if not isinstance(message, dict):
        raise ViewError("a message is a JSON object")
    return message
