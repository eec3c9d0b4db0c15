"""What ``manage.py receive`` runs for station files."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path

from django.conf import settings

from feeds.core.receiver import Receiver

from .ftp import build, serve
from .intake import Waiting, store_many_through, store_through
from .watching import Watch

LOOK_EVERY_S = 2.0

log = logging.getLogger(__name__)


def home() -> Path:
    """Where uploads lie until the inbox has them."""
    return Path(settings.VAR_DIR) / "station_files"


def passive_ports() -> range | None:
    """``IOC_FTP_PASSIVE_PORTS`` as ``first-last``; None: any free port."""
    text = str(getattr(settings, "IOC_FTP_PASSIVE_PORTS", "") or "")
    if not text:
        return None
    first, last = (int(part) for part in text.split("-"))
    return range(first, last + 1)


async def ftp(receiver: Receiver) -> None:
    """The FTP server in a thread of its own, until this task is cancelled."""
    store = store_through(receiver, asyncio.get_running_loop())
    waiting = Waiting(home() / "waiting", store)
    server = build(
        (settings.IOC_BIND, settings.IOC_FTP_PORT),
        home(),
        waiting,
        passive_ports=passive_ports(),
        public_address=getattr(settings, "IOC_FTP_PUBLIC_ADDRESS", ""),
        certificate=getattr(settings, "IOC_FTP_CERTIFICATE", ""),
    )
    stop = threading.Event()
    task = asyncio.create_task(asyncio.to_thread(serve, server, waiting, stop))
    try:
        await asyncio.shield(task)
    finally:
        stop.set()


async def folder(receiver: Receiver) -> None:
    """Look into the watched folder every two seconds."""
    store = store_many_through(receiver, asyncio.get_running_loop())
    path = getattr(settings, "IOC_STATION_FOLDER", "") or home() / "watched"
    watch = Watch(Path(path), store)
    while True:
        try:
            await asyncio.to_thread(watch.look)
        except OSError as error:
            log.error("watched folder: %s", error)
        await asyncio.sleep(LOOK_EVERY_S)
