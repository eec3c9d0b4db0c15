"""``/healthz``: whether this process can serve, for the launcher and load balancers."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.core.spec import registry

TIMEOUT_S = 2.0


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
    )


def database_works() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def redis_works() -> bool:
    try:
        return bool(_redis().ping())
    except redis.RedisError:
        return False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database and Redis answer, otherwise 503. Says no secrets."""
    parts = {"database": database_works(), "redis": redis_works()}
    healthy = all(parts.values())
    body = {
        "status": "ok" if healthy else "failing",
        "release": settings.RELEASE,
        "layers": len(registry),
        **{name: "ok" if works else "failing" for name, works in parts.items()},
    }
    return JsonResponse(body, status=200 if healthy else 503)
