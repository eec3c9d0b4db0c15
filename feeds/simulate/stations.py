"""Stations of the demo: real files, written over FTP to the real server.

Every round each station sends one file, as a logger would. On purpose things can
go wrong: ``TH_LAMSON_NUOCTHAI=exceed`` (also ``silence``, ``spike``,
``calibration``, ``fault``, ``flood``).
"""

from __future__ import annotations

import asyncio
import ftplib
import io
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.db import close_old_connections

from feeds.station_files.parsing import LOCAL
from fixtures import Demo
from layers.stations.models import FtpAccount
from layers.stations.services import set_ftp_password
from layers.stations.synthetic import STEP_S, DemoStation

EVERY_S = 60
RETRY_S = 15.0
TIMEOUT_S = 20.0
MAX_BACKLOG = 3_000
TROUBLES = ("silence", "exceed", "spike", "calibration", "fault", "flood")
# what an exceedance is made of, by kind of station: parameter and factor
EXCEEDS = {
    "air": ("PM2.5", 6.0),
    "surface_water": ("COD", 4.0),
    "effluent": ("COD", 5.0),
    "stack": ("SO2", 6.0),
    "rain": ("Rain", 30.0),
    "river": ("Level", 1.0),
}
FLOOD_M = 8.0
WIRE_UNITS = {"µg/m³": "ug/m3", "m³/h": "m3/h", "°C": "oC", "": "-", "mg/Nm³": "mg/Nm3"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    account: str
    path: str
    body: bytes


def station_file(source: DemoStation, at: float, trouble: str = "") -> bytes | None:
    """The text of one file at a time (epoch seconds); None: nothing is sent."""
    quiet = source.behaviour == "silent" or trouble == "silence"
    # a rain gauge reports the sum of five minutes, so it cannot send more often
    if quiet or (source.kind == "rain" and at % STEP_S):
        return None
    stamp = datetime.fromtimestamp(at, LOCAL).strftime("%Y%m%d%H%M%S")
    lines = []
    for name in source.parameters:
        values, statuses = source.measure(name, np.array([at]))
        value, status = disturb(source.kind, name, float(values[0]), trouble)
        status = status or int(statuses[0])
        unit = source.unit(name)
        symbol = name.replace("PM2.5", "PM2,5")
        lines.append(
            f"{symbol}\t{value:g}\t{WIRE_UNITS.get(unit, unit)}\t{stamp}\t{status:02d}"
        )
    return ("\r\n".join(lines) + "\r\n").encode()


def disturb(kind: str, name: str, value: float, trouble: str) -> tuple[float, int]:
    """(value, status) of a parameter while something is wrong."""
    parameter, factor = EXCEEDS[kind]
    if trouble == "calibration":
        return value, 1
    if trouble == "fault":
        return 0.0, 2
    if name != parameter:
        return value, 0
    if trouble == "flood" and kind == "river":
        return value + FLOOD_M, 0
    if trouble == "exceed":
        return (value or 0.2) * factor, 0
    if trouble == "spike":
        return value * factor * 10, 0
    return value, 0


def uploads(
    rows: Sequence[Mapping[str, str]], at: float, troubles: Mapping[str, str]
) -> list[Upload]:
    """The files of one round."""
    found = []
    local = datetime.fromtimestamp(at, LOCAL)
    for row in rows:
        code = row["code"]
        body = station_file(DemoStation.of(row), at, troubles.get(code, ""))
        if body is not None:
            name = f"{code}_{local:%Y%m%d%H%M%S}.txt"
            path = f"{code}/{local:%Y/%m/%d}/{name}"
            found.append(Upload(row["account"], path, body))
    return found


def send(
    files: Sequence[Upload], passwords: Mapping[str, str], host: str, port: int
) -> list[Upload]:
    """Send files, one session per account; the files that were acknowledged."""
    by_account: dict[str, list[Upload]] = defaultdict(list)
    for upload in files:
        by_account[upload.account].append(upload)
    done: list[Upload] = []
    for account, mine in by_account.items():
        with ftplib.FTP(timeout=TIMEOUT_S) as ftp:  # noqa: S321  (that is the protocol)
            ftp.connect(host, port)
            ftp.login(account, passwords[account])
            made: set[str] = set()
            for upload in mine:
                _make_folders(ftp, upload.path, made)
                ftp.storbinary(f"STOR /{upload.path}", io.BytesIO(upload.body))
                done.append(upload)
    return done


def _make_folders(ftp: ftplib.FTP, path: str, made: set[str]) -> None:
    parts = path.split("/")[:-1]
    for depth in range(1, len(parts) + 1):
        folder = "/" + "/".join(parts[:depth])
        if folder not in made:
            with suppress(ftplib.error_perm):  # it is there already
                ftp.mkd(folder)
            made.add(folder)


def issue_passwords(names: Sequence[str]) -> dict[str, str]:
    """New random passwords of the demo's accounts, known only to this process."""
    close_old_connections()
    found = {}
    for account in FtpAccount.objects.filter(name__in=set(names)):
        found[account.name] = secrets.token_urlsafe(24)
        set_ftp_password(account, found[account.name])
    return found


def parse_troubles(texts: Sequence[str]) -> dict[str, str]:
    """``CODE=trouble`` texts; ValueError names what can be broken."""
    found = {}
    for text in texts:
        code, _sign, trouble = text.partition("=")
        if trouble not in TROUBLES:
            raise ValueError(
                f"{text!r}: CODE=trouble with one of {', '.join(TROUBLES)}"
            )
        found[code] = trouble
    return found


async def run(options: dict[str, Any]) -> None:
    """Send a round of files every minute; what was not taken is sent again."""
    rows = Demo(seed=options["seed"]).table("stations")
    every = int(options.get("stations_every_s") or EVERY_S)
    # other simulators have codes of their own
    codes = {row["code"] for row in rows}
    asked = options.get("trouble") or ()
    troubles = parse_troubles([t for t in asked if t.partition("=")[0] in codes])
    passwords = await asyncio.to_thread(issue_passwords, [r["account"] for r in rows])
    backlog: list[Upload] = []
    while True:
        at = float(time.time() // every * every)
        backlog = [*backlog, *uploads(rows, at, troubles)][-MAX_BACKLOG:]
        try:
            done = await asyncio.to_thread(
                send, backlog, passwords, settings.IOC_BIND, settings.IOC_FTP_PORT
            )
            backlog = [upload for upload in backlog if upload not in done]
        except ftplib.error_perm:
            raise  # the accounts were made anew: start again with new passwords
        except (OSError, EOFError, ftplib.Error) as error:
            log.warning("stations keep %d files: %s", len(backlog), error)
            await asyncio.sleep(RETRY_S)
            continue
        await asyncio.sleep(max(1.0, at + every - time.time()))
