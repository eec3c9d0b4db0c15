"""What the commands about tiles have in common: where, for whom, how far."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from gis_ioc.accounts.models import User
from layers.core.mercator import MAX_LAT, MAX_ZOOM, Bounds
from tiles.archives.pyramid import Progress

TELL_S = 1.0


def add_place(parser: ArgumentParser) -> None:
    """Options: in which box, at which zooms, in whose scope."""
    parser.add_argument(
        "--bbox",
        type=_bbox,
        default=tuple(settings.IOC_HOME_BBOX),
        help="west,south,east,north in degrees; the home box if not given",
    )
    parser.add_argument("--minzoom", type=_zoom)
    parser.add_argument("--maxzoom", type=_zoom)
    parser.add_argument("--as-user", help="only what this user may see")


def user_named(name: str | None) -> User | None:
    """The active user of ``--as-user``; None for the whole province."""
    if name is None:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"no active user {name!r}")
    return user


@asynccontextmanager
async def telling(stderr: Any, progress: Progress) -> AsyncIterator[None]:
    """While the block runs: every second how far it is, in one line of a terminal."""
    task = asyncio.create_task(_tell(stderr, progress))
    try:
        yield
    finally:
        task.cancel()


async def _tell(stderr: Any, progress: Progress) -> None:
    started, terminal = time.monotonic(), sys.stderr.isatty()
    while True:
        await asyncio.sleep(TELL_S)
        rate = progress.done / (time.monotonic() - started)
        line = (
            f"zoom {progress.zoom}: {progress.done:,} tiles of at most"
            f" {progress.expected:,}, {rate:,.0f} a second,"
            f" {progress.bytes / 2**20:.1f} MB"
        )
        if terminal:
            stderr.write(f"\r{line}\033[K", ending="")
        else:
            stderr.write(line)


def _bbox(text: str) -> Bounds:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError as error:
        raise ArgumentTypeError("four numbers: west,south,east,north") from error
    if not (-180 <= west < east <= 180 and -MAX_LAT <= south < north <= MAX_LAT):
        raise ArgumentTypeError(f"west < east, south < north, within {MAX_LAT:.2f}")
    return west, south, east, north


def _zoom(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_ZOOM:
        raise ArgumentTypeError(f"a whole number from 0 to {MAX_ZOOM}")
    return int(text)
