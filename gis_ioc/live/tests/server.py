"""A real Granian with the real application, for websockets and HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from websockets.asyncio.client import ClientConnection, connect

from gis_ioc.accounts.grants import revoke
from gis_ioc.accounts.models import ApiKey, Scope, User
from layers.core.spec import registry

START_S = 60.0
APP = "gis_ioc.live.tests.app:application"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One running web process."""

    port: int
    process: subprocess.Popen

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def live(self, query: str = "", **headers: str) -> connect:
        return connect(
            f"ws://127.0.0.1:{self.port}/live{query}",
            additional_headers=headers,
            max_size=None,
        )


def serve(app: str, port: int, **environment: str) -> subprocess.Popen:
    """Granian with one worker, as the launcher starts it."""
    database = connection.settings_dict
    address = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}"
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "asgi", app),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *("--log-level", "warning"),
        ],
        env={
            **os.environ,
            "DATABASE_URL": f"postgis://{address}:{database['PORT']}/{database['NAME']}",
            **environment,
        },
    )


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Server]:
    """One server for all tests; it takes long to start."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
    port = free_port()
    process = serve(APP, port)
    found = Server(port, process)
    try:
        wait_ready(found)
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def wait_ready(server: Server) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(server.url + "/tiles/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


@dataclass
class People:
    """Users of one test; taken away afterwards."""

    made: list[User] = field(default_factory=list)

    def add(self, name: str, *units: int) -> User:
        """May see every layer; every row, or those of ``units`` only."""
        user = User.objects.create_user(f"test-{name}", password="a-test-secret")
        self.made.append(user)
        for known in registry.values():
            app_label, codename = known.permission.split(".")
            user.user_permissions.add(
                Permission.objects.get(
                    content_type__app_label=app_label, codename=codename
                )
            )
        Scope.objects.create(user=user, all_units=not units, units=list(units))
        return user

    def key(self, user: User, *layers: str) -> str:
        return ApiKey.issue(user, "test", layers=list(layers))[1]

    def bearer(self, user: User, *layers: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key(user, *layers)}"}

    def session(self, user: User) -> dict[str, str]:
        browser = Client()
        browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return {"Cookie": f"sessionid={browser.cookies['sessionid'].value}"}

    def revoke(self, user: User) -> None:
        revoke(user)


@pytest.fixture
def people(committed: None) -> Iterator[People]:
    cast = People()
    yield cast
    for user in cast.made:
        Scope.objects.filter(user=user).delete()
        ApiKey.objects.filter(user=user).delete()
        user.user_permissions.clear()
        User.objects.filter(pk=user.pk).delete()


async def say(socket: ClientConnection, **message: object) -> None:
    await socket.send(orjson.dumps(message).decode())


async def hear(socket: ClientConnection, kind: str, seconds: float = 5.0) -> dict:
    """The next message of a type; others are passed over."""
    deadline = time.monotonic() + seconds
    while True:
        async with asyncio.timeout(max(0.01, deadline - time.monotonic())):
            message = orjson.loads(await socket.recv())
        if message["type"] == kind:
            return message
