"""A real instance with the demo province, and a real browser that only talks to it.

``IOC_E2E_URL`` (with ``IOC_E2E_USER`` and ``IOC_E2E_PASSWORD``) points the tests at
a running instance; without it one is made: own database, own web process.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
START_S = 60
# Software drawing: machines that run tests have no graphics card.
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@dataclass(frozen=True)
class Instance:
    """Where the instance is and who may sign in there."""

    url: str
    user: str
    password: str
    env: dict[str, str] = field(default_factory=dict)


def manage(env: dict[str, str], *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the web process ended while it started"
        try:
            address = f"{url}/healthz"
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"{url} did not become healthy in {START_S} s")


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    given = os.environ.get("IOC_E2E_URL")
    if given:
        user = os.environ.get("IOC_E2E_USER", "operator")
        yield Instance(given.rstrip("/"), user, os.environ["IOC_E2E_PASSWORD"])
        return
    folder = tmp_path_factory.mktemp("instance")
    password = secrets.token_urlsafe(12)
    users = folder / "users.json"
    users.write_text(
        json.dumps([{"name": "operator", "role": "operator", "password": password}])
    )
    server = urlsplit(os.environ["DATABASE_URL"])
    name = f"ioc_e2e_{os.getpid()}"
    port = free_port()
    env = {
        **os.environ,
        "DATABASE_URL": urlunsplit(server._replace(path=f"/{name}")),
        "IOC_VAR_DIR": str(folder),
        "IOC_DEMO": "1",
        "IOC_DEBUG": "1",
        "IOC_DEMO_PASSWORDS_FILE": str(users),
        "IOC_BASE_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": secrets.token_urlsafe(50),
    }
    admin = urlunsplit(server._replace(scheme="postgresql", path="/postgres"))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        manage(env, "migrate", "-v0")
        manage(env, "load_demo")
        with Served(env, port) as url:
            yield Instance(url, "operator", password, env)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Served:
    """One web process on ``port`` for the time of the ``with``."""

    def __init__(self, env: dict[str, str], port: int) -> None:
        self.env, self.port = env, port

    def __enter__(self) -> str:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "asgi"),
                *("--host", "127.0.0.1", "--port", str(self.port)),
                "gis_ioc.asgi:application",
            ],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"http://127.0.0.1:{self.port}"
        try:
            wait_until_healthy(url, self.process)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return url

    def __exit__(self, *problem: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("IOC_CHROMIUM", "/usr/bin/chromium")
    if not Path(program).exists():
        pytest.skip(f"no browser at {program}")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, instance: Instance) -> dict[str, object]:
    """Cookies of a session, so that each test starts on its own page at once."""
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    sign_in(page, instance)
    state = context.storage_state()
    context.close()
    return state  # type: ignore[return-value]


def sign_in(page: Page, instance: Instance) -> None:
    page.goto("/accounts/login/")
    page.fill("#id_login", instance.user)
    page.fill("#id_password", instance.password)
    page.click("form[action='/accounts/login/'] button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


@pytest.fixture
def context(
    browser: Browser, instance: Instance, signed_in: dict[str, object]
) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=instance.url,
        storage_state=signed_in,  # type: ignore[arg-type]
        viewport={"width": 1600, "height": 900},
    )
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, instance: Instance) -> Iterator[Page]:
    """A page that may not reach anything else and must not complain."""
    problems: list[str] = []
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on(
        "console",
        lambda message: (
            problems.append(f"console: {message.text}")
            if message.type == "error"
            else None
        ),
    )
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on(
        "request",
        lambda request: (
            problems.append(f"outside: {request.url}")
            if not request.url.startswith((instance.url, "data:", "blob:"))
            and not request.url.startswith("ws" + instance.url[4:])
            else None
        ),
    )
    yield page
    assert not problems, "\n".join(problems)


@pytest.fixture
def map_page(page: Page) -> Page:
    page.goto("/")
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


MAKE = """
from django.contrib.auth.models import Group
from gis_ioc.accounts.models import Scope, User
user, _ = User.objects.get_or_create(username="{name}")
user.set_password("{password}")
user.save()
user.groups.set(Group.objects.filter(name="fisheries"))
Scope.objects.get_or_create(user=user, all_units=True)
"""


@pytest.fixture(scope="module")
def staff(instance: Instance) -> Instance:
    """The instance as somebody of the fisheries staff signs in to it."""
    if not instance.env:
        return instance
    name, password = "e2e-fisheries", secrets.token_urlsafe(12)
    manage(instance.env, "shell", "-c", MAKE.format(name=name, password=password))
    return Instance(instance.url, name, password, instance.env)


@pytest.fixture
def desk(browser: Browser, staff: Instance) -> Iterator[Page]:
    """A page of theirs that must not complain."""
    context = browser.new_context(
        base_url=staff.url, viewport={"width": 1600, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, staff)
    yield page
    context.close()
    assert not problems, "\n".join(problems)
