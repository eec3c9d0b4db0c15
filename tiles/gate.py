"""The way of tile queries into PostgreSQL: so many at a time, callers in turn."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from psycopg import Error as DatabaseError
from psycopg import errors, sql
from psycopg_pool import PoolTimeout

from layers.core.asyncdb import Pool, pool_size

from .sources import RequestError, UnavailableError

MAX_WAITING = 2_000

Query = bytes | sql.Composed

log = logging.getLogger(__name__)


class Turns:
    """At most ``size`` at once; who waits is served round robin over callers.

    One caller with three hundred tiles outstanding costs another one turn, not
    three hundred. Beyond ``longest`` waiting there is an error at once: they
    would be answered after the client has given up.
    """

    def __init__(self, size: int, longest: int = MAX_WAITING) -> None:
        self.free = size
        self.longest = longest
        self.waiting = 0
        self._queues: OrderedDict[Hashable, deque[asyncio.Future[None]]]
        self._queues = OrderedDict()

    @asynccontextmanager
    async def turn(self, caller: Hashable) -> AsyncIterator[None]:
        """Raises UnavailableError when too many wait already."""
        await self._take(caller)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, caller: Hashable) -> None:
        if self.free:
            self.free -= 1
            return
        if self.waiting >= self.longest:
            raise UnavailableError("too many tiles are being asked for; try again")
        future = asyncio.get_running_loop().create_future()
        self._queues.setdefault(caller, deque()).append(future)
        self.waiting += 1
        try:
            await future
        except asyncio.CancelledError:
            if future.cancelled():
                self._leave(caller, future)
            else:  # its turn came in the moment in which it went away
                self._pass_on()
            raise

    def _leave(self, caller: Hashable, future: asyncio.Future[None]) -> None:
        queue = self._queues.get(caller, deque())
        if future in queue:  # it may have been passed over meanwhile
            queue.remove(future)
            self.waiting -= 1
            if not queue:
                del self._queues[caller]

    def _pass_on(self) -> None:
        """The turn goes to the caller who was served longest ago."""
        while self._queues:
            caller, queue = self._queues.popitem(last=False)
            future = queue.popleft()
            self.waiting -= 1
            if queue:
                self._queues[caller] = queue  # at the end
            if not future.done():
                future.set_result(None)
                return
        self.free += 1


class Gate:
    """Runs tile queries, so many at a time that others still get a connection.

    A query whose task is cancelled is cancelled in PostgreSQL too (by psycopg),
    and its turn is given to the next.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.turns = Turns(pool_size())

    async def ask(
        self, query: Query, values: Sequence[Any], caller: Hashable = None
    ) -> tuple[Any, ...] | None:
        """As :meth:`row`, but raises what psycopg raises: for other people's SQL."""
        async with self.turns.turn(caller), self.pool.connection() as connection:
            cursor = await connection.execute(query, values, binary=True)
            return await cursor.fetchone()

    async def row(
        self, query: Query, values: Sequence[Any], caller: Hashable = None
    ) -> tuple[Any, ...] | None:
        """The first row. ``caller`` is whoever asks: one queue for each.

        Raises RequestError for values that only the database could judge, and
        UnavailableError for everything that is not the request's fault.
        """
        try:
            return await self.ask(query, values, caller)
        except errors.QueryCanceled as error:
            reason = "the tile took too long; zoom in or filter"
            raise UnavailableError(reason) from error
        except (errors.DataError, errors.InternalError) as error:
            # A filter's geometry or pattern that only the database could judge.
            raise RequestError(str(error).splitlines()[0]) from error
        except errors.ProgrammingError as error:
            log.exception("a tile query is wrong")
            raise UnavailableError("the layer cannot be drawn; see the log") from error
        except (DatabaseError, PoolTimeout) as error:
            raise UnavailableError("the database does not answer") from error
