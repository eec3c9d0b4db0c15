"""Credentials at rest: sealed with a key derived from ``SECRET_KEY``.

HKDF-SHA256 (RFC 5869) makes the Fernet key; ``SECRET_KEY_FALLBACKS`` still open
what older keys sealed, so that the key can be changed.
"""

from __future__ import annotations

import base64
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

PURPOSE = b"gis-ioc camera credentials 1"


class UnsealError(ValueError):
    """Sealed with a key that is not here any more; enter the credentials anew."""


def _box() -> MultiFernet:
    secrets = [
        str(text) for text in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    return MultiFernet([Fernet(_key(text)) for text in secrets])


def _key(text: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(derived.derive(text.encode()))


def seal(user: str, password: str) -> bytes:
    """User and password as bytes that only this instance can open."""
    return _box().encrypt(orjson.dumps([user, password]))


def unseal(sealed: bytes | memoryview | None) -> tuple[str, str] | None:
    """(user, password), None when nothing is stored; UnsealError with a lost key."""
    if not sealed:
        return None
    try:
        user, password = orjson.loads(_box().decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise UnsealError("camera credentials were sealed with another key") from error
    return user, password


class SealedField(models.BinaryField):
    """Bytes made by :func:`seal`; never part of a form or a serialisation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def value_to_string(self, obj: Any) -> str:
        return ""
