"""The same servers as the tests of delivery have, and a browser that takes pushes."""

from __future__ import annotations

import secrets
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gis_ioc.mobile import vapid
from gis_ioc.mobile.models import Subscription
from layers.core.delivery.tests.conftest import (  # noqa: F401
    Gateway,
    gateway,
    sms,
)


class Browser:
    """The keys that a browser keeps to itself, and what it can read with them."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = secrets.token_bytes(16)

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return {"p256dh": vapid.encode(point), "auth": vapid.encode(self.secret)}

    def read(self, body: bytes) -> bytes:
        return bytes(
            http_ece.decrypt(
                body,
                private_key=self.key,
                auth_secret=self.secret,
                version="aes128gcm",
            )
        )

    def subscribe(self, user: Any, endpoint: str) -> Subscription:
        return Subscription.objects.create(
            user=user, endpoint=endpoint, device="Chrome, Android", **self.keys
        )


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture(autouse=True)
def _real(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IOC_DEMO = False
    settings.IOC_BASE_URL = "https://ioc.example"
    settings.EMAIL_HOST = ""
    settings.IOC_VAPID_KEY = secrets.token_urlsafe(32)
    settings.IOC_VAPID_SUBJECT = "mailto:duty@ioc.example"
    monkeypatch.setenv("IOC_SECRET_SMS_TOKEN", "very-secret-token")
    monkeypatch.setenv("IOC_SECRET_SMS_RECEIPTS", "receipt-secret")
