"""What a sentence passes, for benchmarks: receiver, workers, beat, web."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from feeds.core.models import FeedCount

ROOT = Path(__file__).resolve().parent.parent.parent
AIS_PORT = int(os.environ.get("IOC_AIS_TCP_PORT", "10110"))
START_S = 60
STOP_S = 20


def receiver() -> list[str]:
    return [sys.executable, "manage.py", "receive"]


def worker(count: int) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "-A", "gis_ioc", "worker", "-l", "ERROR"),
        *("-c", str(count), "--without-gossip", "--without-mingle"),
    ]


def beat() -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "-A", "gis_ioc", "beat", "-l", "ERROR"),
        *("--schedule", "/dev/null", "--pidfile", ""),
    ]


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def pipeline(workers: int = 1) -> Iterator[int]:
    """Receiver, beat and a Celery worker of ``workers`` processes, ready for work;
    the number of the worker's process."""
    FeedCount.objects.all().delete()
    with ExitStack() as stack:
        stack.enter_context(running(receiver()))
        working = stack.enter_context(running(worker(workers)))
        stack.enter_context(running(beat()))
        _wait_for_port(AIS_PORT)
        _wait_for_worker()
        yield working.pid


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise SystemExit("the receiver does not listen") from None
            time.sleep(0.1)


def _wait_for_worker() -> None:
    from gis_ioc.celery import app

    deadline = time.monotonic() + START_S
    while not app.control.ping(timeout=0.5):
        if time.monotonic() > deadline:
            raise SystemExit("no worker answers")


@contextmanager
def web() -> Iterator[tuple[str, int]]:
    """Address and process number of the real application on one Granian worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi"),
        *("gis_ioc.asgi:application", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--log-level", "warning"),
    ]
    with running(command) as serving:
        deadline = time.monotonic() + START_S
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).is_success:
                    break
            except httpx.TransportError:
                pass
            if time.monotonic() > deadline:
                raise SystemExit("the web process does not answer")
            time.sleep(0.1)
        yield f"127.0.0.1:{port}", serving.pid
