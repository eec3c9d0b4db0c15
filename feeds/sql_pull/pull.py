"""Reading a foreign database; rows go into the inbox as lines of JSON."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from feeds.core.configs import settings_of
from feeds.core.pulling import last_meta
from feeds.core.receiver import Receiver
from feeds.tables.decoder import count_figures
from layers.core import secrets

from .config import SqlPull

KIND = "sql_pull"
# The largest cursor so far with its type, and rows that lead there.
Place = dict[str, str] | None
Found = tuple[list[dict[str, Any]], Place]

log = logging.getLogger(__name__)


async def listen(receiver: Receiver, slug: str, config: dict[str, Any]) -> None:
    """For ``FeedKind.listener``: read at once, then every ``every_s`` seconds."""
    settings = settings_of(config, SqlPull)
    while True:
        try:
            stored = await once(receiver, slug, settings)
            log.info("%s: %d rows", slug, stored)
        except (OSError, SQLAlchemyError, ValueError, ImportError) as error:
            log.warning("%s: %s", slug, secrets.hide(str(error)))
        await asyncio.sleep(settings.every_s)


async def once(receiver: Receiver, slug: str, settings: SqlPull) -> int:
    """Read what is new; how many rows were stored. The place reached is stored with
    the rows that lead to it, so that a crash leaves nothing out."""
    before = await last_meta(slug)
    whole = ""
    if not settings.cursor:
        whole = await asyncio.to_thread(fingerprint, settings)
        if whole == before.get("digest"):
            return 0  # the whole table again, and nothing has changed
    stored = 0
    async for rows, since in _read(settings, before.get("since")):
        body = as_lines(rows)
        await receiver.store(
            KIND,
            slug,
            body,
            feed=slug,
            lines=count_figures(body, settings),
            meta={"since": since, "digest": whole},
        )
        stored += len(rows)
    return stored


def as_lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def fingerprint(settings: SqlPull) -> str:
    """SHA-256 (hex) of everything that the query gives now."""
    state = hashlib.sha256()
    for rows, _since in read(settings, None):
        state.update(as_lines(rows))
    return state.hexdigest()


async def _read(settings: SqlPull, since: Place) -> AsyncIterator[Found]:
    """Batches of rows out of a thread; one waits while the last is being stored."""
    ready: queue.Queue[Any] = queue.Queue(maxsize=1)
    stop = threading.Event()

    def work() -> None:
        try:
            for found in read(settings, since):
                while not stop.is_set():
                    with suppress(queue.Full):
                        ready.put(found, timeout=0.2)
                        break
                if stop.is_set():
                    return
            ready.put(None)
        except Exception as error:  # told to whoever waits
            ready.put(error)

    thread = threading.Thread(target=work, name="sql-pull", daemon=True)
    thread.start()
    try:
        while (found := await asyncio.to_thread(ready.get)) is not None:
            if isinstance(found, Exception):
                raise found
            yield found
    finally:
        stop.set()


def read(settings: SqlPull, since: Place) -> Iterator[Found]:
    """Rows in batches, each with the largest cursor up to there. SQLAlchemyError."""
    engine = create_engine(secrets.fill(settings.database), pool_pre_ping=False)
    try:
        with engine.connect() as connection:
            _bound(connection, settings)
            parameters = {"since": _since(since, settings)}
            wanted = parameters if ":since" in settings.query else {}
            result = connection.execute(
                text(settings.query),
                wanted,
                execution_options={
                    "stream_results": True,
                    "max_row_buffer": settings.batch_rows,
                },
            )
            names = list(result.keys())
            for part in result.partitions(settings.batch_rows):
                rows = [dict(zip(names, row, strict=True)) for row in part]
                since = _largest(rows, settings.cursor, since)
                yield [_plain(row) for row in rows], since
            connection.rollback()
    finally:
        engine.dispose()


def _bound(connection: Connection, settings: SqlPull) -> None:
    """Only reading, and not for ever, where the database can be told so."""
    if connection.dialect.name == "postgresql":
        milliseconds = int(settings.timeout_s * 1_000)
        connection.execute(text("SET TRANSACTION READ ONLY"))
        connection.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))


def _since(known: Place, settings: SqlPull) -> Any:
    if known is None:
        return None if settings.first == "" else settings.first
    value = known["value"]
    match known["type"]:
        case "datetime":
            return datetime.fromisoformat(value)
        case "date":
            return date.fromisoformat(value)
        case "number":
            return Decimal(value) if "." in value else int(value)
    return value


def _largest(rows: list[dict[str, Any]], cursor: str, known: Place) -> Place:
    if not cursor:
        return None
    if rows and cursor not in rows[0]:
        raise ValueError(f"the query has no column {cursor!r}: {', '.join(rows[0])}")
    values = [row[cursor] for row in rows if row[cursor] is not None]
    if not values:
        return known
    largest = max(values)
    match largest:
        case datetime():
            return {"type": "datetime", "value": largest.isoformat()}
        case date():
            return {"type": "date", "value": largest.isoformat()}
        case int() | float() | Decimal():
            return {"type": "number", "value": str(largest)}
    return {"type": "text", "value": str(largest)}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON can say it, numbers to the last digit."""
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if value is None or isinstance(value, bool | int | str):
            plain[name] = value
        elif isinstance(value, bytes | memoryview):
            continue  # pictures and documents are no figures
        else:
            moment = hasattr(value, "isoformat")
            plain[name] = value.isoformat() if moment else str(value)
    return plain
