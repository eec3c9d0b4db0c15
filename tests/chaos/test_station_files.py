"""Station files while things break: the receiver and the worker are killed, the disk
is full, senders break off or fall silent. No half file is read, nothing is lost."""

from __future__ import annotations

import ftplib
import io
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from feeds.core import drain, inbox
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine
from feeds.station_files.intake import KIND
from feeds.station_files.parsing import LOCAL
from layers.stations.models import FtpAccount, Observation, Station

from .conftest import ROOT

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-password-of-a-test"
SYMBOLS = (("COD", "mg/L"), ("TSS", "mg/L"), ("pH", "-"), ("Temp", "oC"))
PATIENCE_S = 30
SETUP = """
import asyncio, sys
from pathlib import Path
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
"""
# What `manage.py receive` runs for station files, on the database of this test.
RECEIVE = f"""{SETUP}
from feeds.core.receiver import Receiver
from feeds.station_files import ftp, receivers
settings.IOC_BIND, settings.IOC_FTP_PORT = "127.0.0.1", int(sys.argv[2])
settings.VAR_DIR = Path(sys.argv[3])
settings.IOC_FTP_CERTIFICATE = ""
ftp.Upload.timeout = float(sys.argv[4])
settings.PASSWORD_HASHERS = sys.argv[5:]
async def main():
    receiver = Receiver(settings.VAR_DIR / "spool", lambda slugs: None)
    async with asyncio.TaskGroup() as group:
        group.create_task(receiver.run())
        group.create_task(receivers.ftp(receiver))
asyncio.run(main())
"""
# A worker that drains in small groups, so that it is often killed in one.
WORK = f"""{SETUP}
from feeds.core import drain
from feeds.core.models import Feed
drain.BACKLOG_LINES = drain.GROUP_LINES = 60
drain.drain(Feed.objects.get(slug="{KIND}").pk, budget_s=60)
"""


def file(step: int, lines: int = 1) -> tuple[str, bytes]:
    """Name and bytes of the file of five minutes number ``step``."""
    first = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=3)
    at = (first + timedelta(minutes=5 * step)).astimezone(LOCAL)
    rows = []
    for number in range(lines):
        stamp = (at + timedelta(seconds=number)).strftime("%Y%m%d%H%M%S")
        rows += [f"{name}\t7.{step}\t{unit}\t{stamp}\t00\r\n" for name, unit in SYMBOLS]
    return f"TH_A_{at:%Y%m%d%H%M%S}.txt", "".join(rows).encode()


def program(text: str, *arguments: object) -> subprocess.Popen[str]:
    name = connection.settings_dict["NAME"]
    return subprocess.Popen(
        [sys.executable, "-c", text, str(name), *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gis_ioc.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )


class Logger:
    """A logger of a station, and the receiver that it talks to, which can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    def start(self, stalled_s: float = 60) -> None:
        hashers = settings.PASSWORD_HASHERS
        self.process = program(RECEIVE, self.port, self.folder, stalled_s, *hashers)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def connect(self) -> ftplib.FTP:
        """A session, once the receiver listens."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            client = ftplib.FTP(timeout=10)  # noqa: S321  (that is the protocol)
            try:
                client.connect("127.0.0.1", self.port)
                client.login("mill", PASSWORD)
            except OSError:
                client.close()
                assert time.monotonic() < deadline, "the receiver does not answer"
                time.sleep(0.1)
            else:
                return client

    def send(self, name: str, body: bytes) -> None:
        with self.connect() as client:
            answer = client.storbinary(f"STOR {name}", io.BytesIO(body))
            assert answer.startswith("226"), answer

    def left(self) -> list[str]:
        return [path.name for path in (self.folder / "station_files/staging").iterdir()]


@pytest.fixture
def logger(tmp_path: Path) -> Iterator[Logger]:
    inbox._feed_id.cache_clear()
    drain.forget()
    Feed.of_kind(KIND, KIND)
    account = FtpAccount(name="mill")
    account.set_password(PASSWORD)
    account.save()
    Station.objects.create(
        source="test", external_id="A", code="TH_A", title="Mill", kind="effluent",
        ftp_account=account, folder="a", limit_column="B",
    )  # fmt: skip
    found = Logger(tmp_path)
    try:
        yield found
    finally:
        if found.process is not None and found.process.poll() is None:
            found.kill()
        inbox._feed_id.cache_clear()
        drain.forget()


@contextmanager
def half_a_file(logger: Logger, name: str, body: bytes) -> Iterator[ftplib.FTP]:
    """A session in mid-file: half of it is on the disk of the receiver."""
    client = logger.connect()
    data = client.transfercmd(f"STOR {name}")
    data.sendall(body[: len(body) // 2])
    deadline = time.monotonic() + PATIENCE_S
    while not logger.left():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    try:
        yield client
    finally:
        data.close()
        client.close()


def counts() -> Counter[str]:
    found: Counter[str] = Counter()
    for outcome, lines in FeedCount.objects.values_list("outcome", "lines"):
        found[outcome] += lines
    return found


def finish() -> None:
    drain.drain(Feed.objects.get(slug=KIND).pk, budget_s=60)
    assert not InboxBatch.objects.exclude(state=InboxBatch.State.DONE).exists()
    assert not Quarantine.objects.exists()


def test_killed_receivers_keep_every_file_that_they_answered(logger: Logger) -> None:
    files = [file(step) for step in range(6)]
    for number, (name, body) in enumerate(files):
        if number % 3 == 0:
            logger.start()
        if number % 3 == 2:
            with half_a_file(logger, name, body):
                logger.kill()
            logger.start()
        logger.send(name, body)
        if number % 3 == 2:
            logger.kill()  # as soon as it has answered
    finish()
    assert InboxBatch.objects.count() == len(files)
    assert counts() == {"accepted": len(files) * len(SYMBOLS)}
    assert Observation.objects.count() == len(files) * len(SYMBOLS)


def test_killed_workers_count_every_line_once(logger: Logger) -> None:
    files = [file(step, lines=5) for step in range(120)]
    inbox.store(
        [
            inbox.RawBatch(
                kind=KIND, feed=KIND, source="mill", received_at=datetime.now(UTC),
                lines=body.count(b"\n"), body=body,
                meta={"account": "mill", "path": name},
            )
            for name, body in files
        ]
    )  # fmt: skip
    waiting = InboxBatch.objects.filter(state=InboxBatch.State.NEW)
    for most in (100, 60, 20):
        worker = program(WORK)
        deadline = time.monotonic() + PATIENCE_S
        while waiting.count() > most:
            assert time.monotonic() < deadline, "the worker does not drain"
            time.sleep(0.005)
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        assert 0 < waiting.count() <= most
    finish()
    lines = sum(body.count(b"\n") for _name, body in files)
    assert counts() == {"accepted": lines}
    assert Observation.objects.count() == lines


@pytest.mark.parametrize("closes", [True, False], ids=["closes", "falls silent"])
def test_a_sender_that_breaks_off_leaves_nothing_and_comes_again(
    logger: Logger, closes: bool
) -> None:
    name, body = file(1, lines=4)
    logger.start(stalled_s=1)
    with half_a_file(logger, name, body) as client:
        if closes:
            assert client.sock
            assert client.file
            client.sock.close()
            client.file.close()
        deadline = time.monotonic() + PATIENCE_S
        while logger.left():
            assert time.monotonic() < deadline, "half a file is kept"
            time.sleep(0.05)
        logger.send(name, body)
    finish()
    assert InboxBatch.objects.count() == 1
    assert counts() == {"accepted": 4 * len(SYMBOLS)}


def test_a_full_disk_is_said_loses_nothing_and_takes_again(logger: Logger) -> None:
    small, large = file(1), file(2, lines=400)
    logger.start()
    logger.send(*small)
    assert logger.process is not None
    pid = logger.process.pid
    _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4_096, hard))
    # also where all of the file was buffered and its end does not fit
    for body in (large[1], large[1][:4_200]):
        with logger.connect() as client, pytest.raises(ftplib.error_temp, match="452"):
            client.storbinary(f"STOR {large[0]}", io.BytesIO(body))
    assert logger.left() == []
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
    logger.send(*large)
    finish()
    assert InboxBatch.objects.count() == 2
    assert counts() == {"accepted": 401 * len(SYMBOLS)}
