"""What every feed that asks its source has in common."""

from __future__ import annotations

import hashlib
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from .models import InboxBatch

LEAST_S = 10.0


@sync_to_async
def last_meta(slug: str) -> dict[str, Any]:
    """What was noted with the newest message of a feed: how far it has been read.

    It is stored with the message itself, so that after a crash nothing is left out.
    """
    close_old_connections()
    rows = InboxBatch.objects.filter(feed__slug=slug).order_by("-id")
    return dict(rows.values_list("meta", flat=True).first() or {})


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
