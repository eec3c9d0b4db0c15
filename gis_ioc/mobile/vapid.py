"""The key with which we sign pushes (VAPID, RFC 8292)."""

from __future__ import annotations

import base64
import time
from functools import cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02, VapidException  # type: ignore[import-untyped]

# A token may live for 24 hours at most.
LIFE_S = 12 * 3600


@cache
def _signer(key: str) -> Vapid02:
    return Vapid02.from_raw(key.encode())


def signer() -> Vapid02 | None:
    """The signer; None without a key, or with one that is none."""
    try:
        return _signer(settings.IOC_VAPID_KEY) if settings.IOC_VAPID_KEY else None
    except (VapidException, ValueError):
        return None


def public_key() -> str:
    """For browsers: base64url of the uncompressed point; "" without a key."""
    found = signer()
    if found is None:
        return ""
    point = found.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return encode(point)


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """ValueError (binascii.Error) for what is no base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def authorization(endpoint: str) -> str:
    """The header for the push service of an endpoint."""
    parts = urlsplit(endpoint)
    found = _signer(settings.IOC_VAPID_KEY)
    claims = {
        "sub": settings.IOC_VAPID_SUBJECT or settings.IOC_BASE_URL,
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + LIFE_S,
    }
    return str(found.sign(claims)["Authorization"])
