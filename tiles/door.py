"""Who comes in, how often, and which sources they get."""

from __future__ import annotations

from math import ceil

from django.db import Error as DatabaseError

from .catalog import Catalog
from .http import Request
from .limits import LOOKUP_COST, Bucket, is_loopback
from .routes import HttpError
from .sources import Source, UnavailableError
from .tokens import ANONYMOUS, Access, Caller

STARTING = "starting; who may see what is not known yet"
# With one of these somebody else may be behind a loopback address.
_RELAYED = (b"x-forwarded-for", b"forwarded", b"x-real-ip")


class Door:
    """Permission and rate of every request; asks the database for new keys only."""

    def __init__(self, catalog: Catalog, access: Access) -> None:
        self.catalog = catalog
        self.access = access

    async def caller(self, request: Request) -> Caller:
        """Who asks, one request charged. Raises HttpError 429, UnavailableError."""
        return self.known(request) or await self.look_up(request)

    def known(self, request: Request) -> Caller | None:
        """As :meth:`caller`, as far as memory knows."""
        caller: Caller | None = ANONYMOUS
        headers = request.headers
        if b"cookie" in headers or b"authorization" in headers or request.query:
            caller = self.access.known(request.cookie, request.key)
        if caller is None:
            return None
        wait_s = (caller.bucket or self._stranger(request)).take()
        if wait_s:
            raise _later(wait_s)
        if caller.known and not self.access.revocations.loaded:
            raise UnavailableError(STARTING)
        return caller

    async def look_up(self, request: Request) -> Caller:
        """As :meth:`caller`, from the signature or the database."""
        wait_s = self._stranger(request).take(LOOKUP_COST)
        if wait_s:
            raise _later(wait_s)
        try:
            caller = await self.access.look_up(request.cookie, request.key)
        except DatabaseError as error:
            reason = "who may see what cannot be read now"
            raise UnavailableError(reason) from error
        if caller.known and not self.access.revocations.loaded:
            raise UnavailableError(STARTING)
        return caller

    def sources(self, caller: Caller, ids: tuple[str, ...]) -> list[Source]:
        """The sources asked for; one that may not be seen does not exist.

        Without credentials the answer is 401 for whatever is not public, also
        for names that nobody uses.
        """
        found = []
        for source_id in ids:
            source = self.catalog.get(source_id)
            if source is None or not (source.public or source.visible(caller.grant)):
                raise _unknown(caller, source_id)
            found.append(source)
        return found

    def is_neighbour(self, request: Request) -> bool:
        """Whether a program on this machine asks, nobody behind a proxy."""
        if any(name in request.headers for name in _RELAYED):
            return False
        limits = self.access.limits
        return is_loopback(limits.address(request.scope, request.headers))

    def _stranger(self, request: Request) -> Bucket:
        return self.access.limits.stranger(request.scope, request.headers)


def _later(wait_s: float) -> HttpError:
    retry = (b"retry-after", str(ceil(wait_s)).encode())
    return HttpError(429, "Too many requests; ask again later", retry)


def _unknown(caller: Caller, source_id: str) -> HttpError:
    if caller.known:
        return HttpError(404, f"Source {source_id} does not exist")
    ask = (b"www-authenticate", b'Bearer realm="tiles"')
    return HttpError(401, "Sign in, or send an API key", ask)
