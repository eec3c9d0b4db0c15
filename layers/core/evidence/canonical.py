"""One way to write a document as bytes, so that its checksum can be made again."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import orjson


def dump(document: Any) -> bytes:
    """JSON (RFC 8259) in UTF-8: keys sorted, no blanks, times as in :func:`iso`."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def load(body: bytes) -> Any:
    return orjson.loads(body)


def sha256(body: bytes) -> str:
    """The checksum (FIPS 180-4) in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def iso(moment: datetime | date | None) -> str | None:
    """A time in UTC to the millisecond, ``2026-11-22T03:00:00.000Z``, or a day."""
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        return moment.isoformat()
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The time that :func:`iso` wrote."""
    return datetime.fromisoformat(text)
