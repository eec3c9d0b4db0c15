"""From a user or an API key to what it may see (:class:`Rights`, ``Grant``)."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from django.utils import timezone

from layers.core import changes
from layers.core.scope import NOBODY, Beyond, Grant
from layers.core.spec import registry
from layers.core.tokens import (
    TOKEN_AGE_S,
    TOKEN_COOKIE,
    TOKEN_RENEW_S,
    Rights,
    sign,
    unsign,
)

from .models import ApiKey, Scope, User

__all__ = [
    "TOKEN_AGE_S",
    "TOKEN_COOKIE",
    "TOKEN_RENEW_S",
    "Rights",
    "grant_of",
    "revoke",
    "rights_of",
    "rights_of_key",
    "sign",
    "unsign",
]


def rights_of(user: User, only_layers: list[str] | None = None) -> Rights:
    """What the user's roles and scopes allow; ``only_layers`` narrows (API keys)."""
    scopes = list(Scope.objects.filter(user=user)) if not user.is_superuser else []
    allowed = {
        layer.slug for layer in registry.values() if user.has_perm(layer.permission)
    }
    if not user.is_superuser:
        scoped: set[str] = set()
        for scope in scopes:
            scoped |= set(scope.layers) if scope.layers else allowed
        allowed &= scoped
    if only_layers:
        allowed &= set(only_layers)
    everything = user.is_superuser or any(scope.all_units for scope in scopes)
    roots = sorted({unit for scope in scopes for unit in scope.units})
    known = {mask for layer in registry.values() for mask in layer.masks}
    masks = {mask for mask in known if user.has_perm(mask)}
    return Rights(
        user_id=user.pk,
        layers=tuple(sorted(allowed)),
        roots=None if everything else tuple(roots),
        masks=tuple(sorted(masks)),
        beyond=_beyond(user, scopes, named=bool(only_layers)),
    )


def _beyond(user: User, scopes: list[Scope], *, named: bool) -> Beyond:
    """What the user may see of published tables and files, which are no layers."""
    if named:
        return "nothing"
    whole = any(scope.all_units and not scope.layers for scope in scopes)
    return "everything" if user.is_superuser or whole else "shared"


def rights_of_key(text: str) -> tuple[ApiKey, Rights] | None:
    """The key and its rights, or None when it is unknown, expired or revoked."""
    key = (
        ApiKey.objects.select_related("user")
        .filter(digest=ApiKey.hash(text), revoked_at=None, user__is_active=True)
        .first()
    )
    if key is None or (key.expires_at and key.expires_at < timezone.now()):
        return None
    rights = rights_of(key.user, key.layers or None)
    return key, replace(rights, tile_rate=key.tile_rate)


def revoke(user: User) -> None:
    """Void every token of the user in every process."""
    user.grants_changed_at = timezone.now()
    user.save(update_fields=["grants_changed_at"])
    changes.send({"kind": "revoked", "user": user.pk, "at": time.time()})


def grant_of(user: Any) -> Grant:
    """The grant of a signed-in user; nothing for anybody else."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    return rights_of(user).grant()
