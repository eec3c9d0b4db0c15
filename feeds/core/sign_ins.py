"""Noting who signs in to our servers; never the reason that somebody cannot."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection

from .models import Feed

_NOTE = """
INSERT INTO feeds_signin
  (feed_id, account, address, refused, encrypted, times, first_at, last_at)
VALUES (%s, %s, %s, %s, %s, 1, now(), now())
ON CONFLICT (feed_id, account, address, refused, encrypted)
DO UPDATE SET times = feeds_signin.times + 1, last_at = now()
"""

log = logging.getLogger(__name__)


def note(
    kind: str, account: str, address: str, refused: str = "", *, encrypted: bool
) -> None:
    """Count a sign-in; ``account`` empty for a name that nobody has."""
    log.info("sign-in %s from %s: %s", account or "?", address, refused or "welcome")
    try:
        row = (Feed.of_kind(kind).pk, account[:60], address, refused[:60], encrypted)
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, row)
    except DatabaseError as error:
        log.warning("sign-in not noted: %s", error)
