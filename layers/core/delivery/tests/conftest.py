"""Servers on this machine that stand for the outside: they really listen."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Letter
from email.parser import BytesParser
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
from aiosmtpd.controller import Controller

from layers.core.delivery.models import Channel


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Gateway:
    """Answers as it is told, in turn, then 200; remembers what it was asked."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    usual: bytes = b"{}"
    # called while the request is held open, before the answer
    during: Any = None

    def will(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, body, named))


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length)
            gateway.asked.append(Asked(self.command, self.path, headers, body))
            if gateway.during is not None:
                gateway.during()
            status, text, named = (
                gateway.answers.pop(0) if gateway.answers else (200, gateway.usual, {})
            )
            self.send_response(status)
            for name, value in named.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    """An HTTP server; its address is allowed to be inside the house."""
    found = Gateway()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    settings.IOC_INTERNAL_HOSTS = ["127.0.0.1"]
    thread = threading.Thread(target=partial(server.serve_forever, 0.02), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@dataclass
class PostOffice:
    """Keeps the letters; ``refusals`` are given first, in turn."""

    letters: list[Letter] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.letters.append(BytesParser().parsebytes(envelope.content))
        return "250 OK"


@pytest.fixture
def post_office(settings: Any) -> Iterator[PostOffice]:
    found = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield found
    controller.stop()


@pytest.fixture
def sms(db: None, gateway: Gateway) -> Channel:
    """A gateway that takes JSON, says ``id`` and reports later."""
    return Channel.objects.create(
        slug="sms",
        title="SMS",
        kind="sms",
        order=40,
        settings={
            "url": f"{gateway.url}/send",
            "headers": {"authorization": "Bearer ${sms_token}"},
            "body": '{"to": "${number}", "text": "${text}", "ref": "${key}"}',
            "success": {"path": "ok", "equals": ["True"], "id_path": "id"},
            "receipts": {"secret": "${sms_receipts}", "id": "ref", "state": "status"},
        },
    )


@pytest.fixture(autouse=True)
def _real(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No demo, secrets set, and work done when the test says so."""
    settings.IOC_DEMO = False
    settings.IOC_BASE_URL = "https://ioc.example"
    settings.EMAIL_HOST = ""
    monkeypatch.setenv("IOC_SECRET_SMS_TOKEN", "very-secret-token")
    monkeypatch.setenv("IOC_SECRET_SMS_RECEIPTS", "receipt-secret")
    monkeypatch.setenv("IOC_SECRET_HOOK", "hook-secret")


@pytest.fixture
def operator(cast: Any) -> Any:
    user = cast["operator"]
    user.phone, user.email = "0912 345 678", "operator@ioc.example"
    user.save()
    return user
