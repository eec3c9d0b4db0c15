"""The signed token of a grant: made by the accounts, read by the tile service.

Pure: checking a token asks neither the database nor any other process.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core import signing

from . import units
from .scope import Beyond, Grant, layers_named

TOKEN_COOKIE = "ioc_tiles"  # noqa: S105  (the name of a cookie)
TOKEN_SALT = "gis_ioc.tiles"  # noqa: S105  (a namespace, not a secret)
TOKEN_AGE_S = 1_800
TOKEN_RENEW_S = 600


@dataclass(frozen=True, slots=True)
class Rights:
    """A grant in its short form: unit roots instead of every unit below them.

    ``tile_rate``: tile requests a second, if not what is set for everyone.
    """

    user_id: int
    layers: tuple[str, ...]
    roots: tuple[int, ...] | None
    masks: tuple[str, ...]
    tile_rate: int | None = None
    beyond: Beyond = "shared"

    def grant(self) -> Grant:
        """The full grant; reads the unit tree, which is kept in memory."""
        return Grant(
            user_id=self.user_id,
            layers=layers_named(self.layers),
            units=None if self.roots is None else units.tree().expand(self.roots),
            masks=frozenset(self.masks),
            beyond=self.beyond,
        )


def sign(rights: Rights) -> str:
    """A token that the tile service checks without the database."""
    body = {
        "u": rights.user_id,
        "l": rights.layers,
        "r": rights.roots,
        "m": rights.masks,
        "b": rights.beyond,
        # With its fraction: a token signed in the same second as a revocation,
        # but before it, must not live on.
        "t": time.time(),
    }
    return signing.dumps(body, salt=TOKEN_SALT, compress=True)


def unsign(token: str) -> tuple[Rights, datetime] | None:
    """The rights in a token and when it was signed; None when it is not valid."""
    try:
        body: dict[str, Any] = signing.loads(
            token, salt=TOKEN_SALT, max_age=TOKEN_AGE_S
        )
    except signing.BadSignature:
        return None
    rights = Rights(
        user_id=body["u"],
        layers=tuple(body["l"]),
        roots=None if body["r"] is None else tuple(body["r"]),
        masks=tuple(body["m"]),
        beyond=body.get("b", "shared"),
    )
    return rights, datetime.fromtimestamp(body["t"], UTC)
