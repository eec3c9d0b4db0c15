"""Who asks for a tile: signed cookie or API key, without the database per tile."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from psycopg import AsyncConnection, sql

from layers.core.scope import NOBODY, Grant
from layers.core.tokens import TOKEN_AGE_S, TOKEN_COOKIE, Rights, unsign

from .limits import Bucket, Limits

KEY_TTL_S = 60.0
UNKNOWN_TTL_S = 10.0
MAX_CALLERS = 5_000
MAX_TOKEN = 4_000  # browsers keep no longer cookies
_COOKIE = f"{TOKEN_COOKIE}=".encode()

KeyRights = Callable[[str], Awaitable[Rights | None]]
OnRevoked = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Caller:
    """A grant, since when and until when (seconds since 1970) it may be used.

    ``bucket`` limits how often; None: the client's address does.
    """

    grant: Grant
    known: bool
    since: float
    until: float
    bucket: Bucket | None = None

    @property
    def everywhere(self) -> bool:
        """Whether the caller sees the whole province."""
        return self.known and self.grant.units is None


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

    def __init__(
        self,
        revocations: Revocations,
        key_rights: KeyRights,
        limits: Limits | None = None,
    ) -> None:
        self.revocations = revocations
        self.limits = Limits.of_settings() if limits is None else limits
        self._key_rights = key_rights
        self._callers: dict[bytes, Caller] = {}
        self.epoch = 0  # what was remembered of callers before is no longer true
        revocations.on_revoked.append(lambda _user: self.forget())

    def forget(self) -> None:
        """Look everybody up again (rights or the unit tree changed)."""
        self._callers.clear()
        self.epoch += 1

    def known(self, cookie: bytes, key: str) -> Caller | None:
        """Who asks, as far as memory knows; None: :meth:`look_up` must.

        ``cookie`` is the Cookie header, ``key`` an API key; a key goes first.
        """
        name = _name(cookie, key)
        if not name:
            return ANONYMOUS
        found = self._callers.get(name)
        if found is None or found.until <= time.time():
            return None
        if found.known and not self.revocations.valid(found.grant.user_id, found.since):
            return ANONYMOUS
        return found

    async def look_up(self, cookie: bytes, key: str) -> Caller:
        """As :meth:`known`, from the signature or the database."""
        name = _name(cookie, key)
        found = await (self._by_key(key, name) if key else self._by_cookie(name))
        self._callers.pop(name, None)
        if len(self._callers) >= MAX_CALLERS:
            del self._callers[next(iter(self._callers))]  # the oldest
        self._callers[name] = found
        return self.known(cookie, key) or ANONYMOUS

    async def _by_key(self, key: str, name: bytes) -> Caller:
        now = time.time()
        rights = await self._key_rights(key)
        if rights is None:
            return Caller(NOBODY, False, now, now + UNKNOWN_TTL_S)
        bucket = self.limits.bucket(name, rights.tile_rate)
        return Caller(await _grant(rights), True, now, now + KEY_TTL_S, bucket)

    async def _by_cookie(self, token: bytes) -> Caller:
        now = time.time()
        parsed = unsign(token.decode("latin-1"))
        if parsed is None:
            return Caller(NOBODY, False, now, now + UNKNOWN_TTL_S)
        rights, signed_at = parsed
        since = signed_at.timestamp()
        bucket = self.limits.bucket(rights.user_id)
        return Caller(await _grant(rights), True, since, since + TOKEN_AGE_S, bucket)


_grant = database_sync_to_async(Rights.grant)


def _name(cookie: bytes, key: str) -> bytes:
    """Under what a caller is kept: a digest of the key, or the token itself; empty
    for who sends neither."""
    if key:
        return b"key:" + hashlib.sha256(key.encode("utf-8", "replace")).digest()
    return _token(cookie)


def _token(cookie: bytes) -> bytes:
    """The value of our cookie in a Cookie header. Signed tokens are plain letters,
    so nothing is quoted; what is too long is none of ours."""
    start = cookie.find(_COOKIE)
    while start > 0 and cookie[start - 1] not in b"; ":
        start = cookie.find(_COOKIE, start + 1)
    if start < 0:
        return b""
    start += len(_COOKIE)
    end = cookie.find(b";", start)
    token = cookie[start:] if end < 0 else cookie[start:end]
    return token if len(token) <= MAX_TOKEN else b""
