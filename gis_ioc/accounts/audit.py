"""The audit log: append only.

Pages fetch themselves again when what they show has changed, and say so with a header.
That is no look of a person, so a ``view`` repeated like this is not written, if the
same person is on record for having opened the same thing. The header alone hides
nothing.
"""

from __future__ import annotations

import json
import logging
from hashlib import blake2b
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from .models import AuditEntry

logger = logging.getLogger(__name__)
REFRESH_HEADER = "X-Refresh"
# How long a page may stay open before it counts as opened anew: a watch.
OPEN_S = 12 * 3_600


def log(
    request: HttpRequest,
    action: str,
    *,
    layer: str = "",
    feature_id: int | None = None,
    **detail: Any,
) -> None:
    """Append who did ``action``; ``detail`` must be JSON values."""
    user = request.user if request.user.is_authenticated else None
    if action == "view" and _is_refresh(request, layer, feature_id, detail):
        return
    AuditEntry.objects.create(
        user=user,  # type: ignore[misc]
        api_key=getattr(request, "api_key", None),
        action=action,
        layer=layer,
        feature_id=feature_id,
        detail=detail,
        address=request.META.get("REMOTE_ADDR") or None,
    )


def _is_refresh(
    request: HttpRequest, layer: str, feature_id: int | None, detail: dict[str, Any]
) -> bool:
    """Whether an open page repeats what its reader is on record for; remembers who
    opened what."""
    if request.user.pk is None:
        return False
    what = json.dumps([request.user.pk, layer, feature_id, detail], sort_keys=True)
    key = "audit:open:" + blake2b(what.encode(), digest_size=16).hexdigest()
    try:
        if REFRESH_HEADER in request.headers and cache.get(key):
            return True
        cache.set(key, 1, OPEN_S)
    except RedisError:
        # rather one line too many than none
        logger.warning("The cache did not answer: a refresh counts as a look.")
    return False
