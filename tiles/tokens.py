"""Who asks for a tile: signed cookie or API key, without the database per tile."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from psycopg import AsyncConnection, sql

from layers.core.scope import NOBODY, Grant
from layers.core.tokens import TOKEN_AGE_S, TOKEN_COOKIE, Rights, unsign

KEY_TTL_S = 60.0
UNKNOWN_TTL_S = 10.0
MAX_CALLERS = 5_000

KeyRights = Callable[[str], Awaitable[Rights | None]]
OnRevoked = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Caller:
    """A grant, since when and until when (seconds since 1970) it may be used."""

    grant: Grant
    known: bool
    since: float
    until: float


ANONYMOUS = Caller(NOBODY, False, 0.0, float("inf"))


class Revocations:
    """Since when the tokens of each user count.

    Read from the users' table with every poll, told at once by the stream.
    """

    def __init__(self) -> None:
        self.loaded = False
        self.on_revoked: list[OnRevoked] = []
        self._changed_at: dict[int, float] = {}
        users = get_user_model()._meta.db_table
        self._query = sql.SQL(
            "SELECT id, extract(epoch FROM grants_changed_at)::float8 FROM {}"
            " WHERE is_active"
        ).format(sql.Identifier(users))

    def valid(self, user_id: int | None, since: float) -> bool:
        """Whether what was granted at ``since`` still holds."""
        if user_id is None:
            return False
        return since >= self._changed_at.get(user_id, 0.0)

    def note(self, user_id: int, at: float) -> None:
        if at <= self._changed_at.get(user_id, 0.0):
            return
        self._changed_at[user_id] = at
        if self.loaded:
            for tell in self.on_revoked:
                tell(user_id)

    def handle(self, message: dict[str, Any]) -> None:
        """A message of the change stream."""
        if message.get("kind") == "revoked":
            self.note(int(message["user"]), float(message["at"]))

    async def poll(self, connection: AsyncConnection[tuple[Any, ...]]) -> None:
        """Users who changed since; who is gone or inactive has no rights at all."""
        cursor = await connection.execute(self._query)
        active: dict[int, float] = dict(await cursor.fetchall())
        for user_id, at in active.items():
            if self._changed_at.get(user_id) == float("inf"):
                del self._changed_at[user_id]  # switched on again
            self.note(user_id, at)
        if self.loaded:
            for user_id in self._changed_at.keys() - active.keys():
                self.note(user_id, float("inf"))
        self.loaded = True


class Access:
    """From the headers of a request to its :class:`Caller`.

    ``key_rights`` looks an API key up; the answer is kept for a minute, the
    answer "no" for ten seconds.
    """

    def __init__(self, revocations: Revocations, key_rights: KeyRights) -> None:
        self.revocations = revocations
        self._key_rights = key_rights
        self._callers: dict[bytes, Caller] = {}
        revocations.on_revoked.append(lambda _user: self.forget())

    def forget(self) -> None:
        """Look everybody up again (rights or the unit tree changed)."""
        self._callers.clear()

    async def caller(self, cookie: bytes, key: str) -> Caller:
        """``cookie`` is the Cookie header, ``key`` an API key; a key goes first."""
        if key:
            name = b"key:" + hashlib.sha256(key.encode()).digest()
        elif TOKEN_COOKIE.encode() in cookie:
            name = cookie
        else:
            return ANONYMOUS
        found = self._callers.get(name)
        if found is None or found.until <= time.time():
            found = await (self._by_key(key) if key else self._by_cookie(cookie))
            if len(self._callers) >= MAX_CALLERS:
                self._callers.clear()
            self._callers[name] = found
        if found.known and not self.revocations.valid(found.grant.user_id, found.since):
            return ANONYMOUS
        return found

    async def _by_key(self, key: str) -> Caller:
        now = time.time()
        rights = await self._key_rights(key)
        if rights is None:
            return Caller(NOBODY, False, now, now + UNKNOWN_TTL_S)
        return Caller(await _grant(rights), True, now, now + KEY_TTL_S)

    async def _by_cookie(self, cookie: bytes) -> Caller:
        now = time.time()
        parsed = unsign(_token(cookie))
        if parsed is None:
            return Caller(NOBODY, False, now, now + UNKNOWN_TTL_S)
        rights, signed_at = parsed
        since = signed_at.timestamp()
        return Caller(await _grant(rights), True, since, since + TOKEN_AGE_S)


_grant = database_sync_to_async(Rights.grant)


def _token(cookie: bytes) -> str:
    try:
        morsel = SimpleCookie(cookie.decode("latin-1")).get(TOKEN_COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
