"""VMS of the demo's boats: real messages by HTTP into the real feed.

Every boat of 15 m and more reports each 2 h (one in ten each 30 min), evenly spread,
from the very place where its AIS says it is. On start the last 24 h are sent: what
is known already is counted as repeated. On purpose things can go wrong:
``VNPT=outage``, ``TH-90012-TS=silence``, ``TH-90012-TS=broken``.

:func:`messages` is pure: tests ask it for any span of time without waiting.
"""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from django.conf import settings

from fixtures import Demo

from . import ais, ais_troubles
from .vms_wire import prepare, send
from .voyages import Way

EVERY_S = 7_200.0
OFTEN_S = 1_800.0
OFTEN_SHARE = 10
BACKLOG_S = 86_400.0
TICK_S = 5.0
RETRY_S = 10.0
BAND = "offshore"  # all of them are long enough
TROUBLES = ("outage", "silence", "broken")
# What only the transponder of a boat does.
TRANSPONDERS = frozenset(ais_troubles.KINDS) - set(TROUBLES)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VmsBoat:
    """``phase_s``: when within its interval ``every_s`` the device reports."""

    provider: str
    device: str
    registration: str
    length_m: float
    voyage: Way
    every_s: float
    phase_s: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong from ``since`` to ``until`` (epoch s).

    ``outage`` of a provider code: nothing arrives; ``buffered``, it arrives when
    the outage ends. ``silence`` of a registration: nothing is sent. ``broken`` of a
    registration: the device reports that it has no position.
    """

    code: str
    kind: str
    since: float = float("-inf")
    until: float = float("inf")
    buffered: bool = False

    def hits(self, boat: VmsBoat, at: float) -> bool:
        mine = boat.provider if self.kind == "outage" else boat.registration
        return self.code.casefold() == mine.casefold() and self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Message:
    """One report. ``sent_at`` is when it reaches us, ``at`` its own time (epoch s);
    ``lon`` and ``lat`` are None when the device has no position."""

    provider: str
    device: str
    registration: str
    at: float
    sent_at: float
    lon: float | None
    lat: float | None
    speed_kn: float
    course_deg: float
    sequence: int
    sos: bool = False


def fleet(demo: Demo) -> list[VmsBoat]:
    """The boats of the register with a VMS device, in the register's order.

    A boat that carries AIS as well has the same voyage there.
    """
    rows = demo.fleet(demo.rng("fleet"))
    carriers = [row["registration"] for row in rows if row["mmsi"]]
    voyages = {
        registration: boat.voyage
        for registration, boat in zip(carriers, ais.build(demo), strict=True)
    }
    others = [r for r in rows if r["device_id"] and not r["mmsi"]]
    voyages |= _voyages(demo, others)
    return [
        _boat(row["vms_provider"], row["device_id"], row, voyages[row["registration"]])
        for row in rows
        if row["device_id"]
    ]


def _voyages(demo: Demo, rows: list[dict[str, Any]]) -> dict[str, Way]:
    """Trips of the boats that no AIS simulator knows."""
    rng = demo.rng("simulate vms")
    sea = ais.Sea(demo, rng)
    return {
        row["registration"]: sea.trip(rng, row, BAND, number)
        for number, row in enumerate(rows)
    }


def _boat(provider: str, device: str, row: Mapping[str, Any], voyage: Way) -> VmsBoat:
    number = zlib.crc32(device.encode())
    every = OFTEN_S if number % OFTEN_SHARE == 0 else EVERY_S
    return VmsBoat(
        provider=provider.lower(),
        device=device,
        registration=row["registration"],
        length_m=row["length_m"],
        voyage=voyage,
        every_s=every,
        phase_s=float(number // OFTEN_SHARE % int(every)),
    )


def messages(
    boats: Iterable[VmsBoat],
    since: float,
    until: float,
    troubles: Sequence[Trouble] = (),
) -> list[Message]:
    """What arrives in ``since`` < t <= ``until`` (epoch s), by time of arrival.

    Pure: the same boats, span and troubles give the same messages, and spans that
    follow each other give together what the whole span gives. To simulate the outage
    of a provider: ``messages(fleet(demo), a, b, [Trouble("vnpt", "outage", x, y)])``.
    """
    # a buffered report arrives later than its own time
    ends = [t.until for t in troubles if t.buffered and since < t.until <= until]
    begins = [t.since for t in troubles if t.buffered and t.until in ends]
    start = min([since, *begins])
    found = [
        message
        for boat in boats
        for message in _of_boat(boat, start, until, troubles)
        if since < message.sent_at <= until
    ]
    return sorted(found, key=lambda m: (m.sent_at, m.at, m.device))


def _of_boat(
    boat: VmsBoat, since: float, until: float, troubles: Sequence[Trouble]
) -> Iterator[Message]:
    number = int((since - boat.phase_s) // boat.every_s)
    while (at := number * boat.every_s + boat.phase_s) <= until:
        if at >= since:
            message = _message(boat, at, number, troubles)
            if message is not None:
                yield message
        number += 1


def _message(
    boat: VmsBoat, at: float, number: int, troubles: Sequence[Trouble]
) -> Message | None:
    wrong = [trouble for trouble in troubles if trouble.hits(boat, at)]
    if any(t.kind != "broken" and not t.buffered for t in wrong):
        return None
    sent_at = max([at, *(t.until for t in wrong if t.kind == "outage")])
    fix = boat.voyage.fix(at)
    lost = any(t.kind == "broken" for t in wrong)
    return Message(
        provider=boat.provider,
        device=boat.device,
        registration=boat.registration,
        at=at,
        sent_at=sent_at,
        lon=None if lost else round(float(fix.lon), 5),
        lat=None if lost else round(float(fix.lat), 5),
        speed_kn=0.0 if lost else float(fix.speed_kn),
        course_deg=0.0 if lost else float(fix.course_deg),
        sequence=number % 1_000_000,
    )


def parse_troubles(texts: Sequence[str], boats: Sequence[VmsBoat]) -> list[Trouble]:
    """``CODE=kind`` texts of our providers and boats, from now on; texts of other
    simulators are left alone. ValueError names what can be broken."""
    codes = {b.provider for b in boats} | {b.registration.lower() for b in boats}
    found = []
    for text in texts:
        code, _sign, kind = text.partition("=")
        if code.lower() not in codes or kind in TRANSPONDERS:
            continue
        if kind not in TROUBLES:
            raise ValueError(f"{text!r}: CODE=trouble, one of {', '.join(TROUBLES)}")
        found.append(Trouble(code.lower(), kind, since=time.time()))
    return found


async def run(options: dict[str, Any]) -> None:
    """Send the last day, then what is due, for ever."""
    demo = Demo(seed=options["seed"])
    boats = await asyncio.to_thread(fleet, demo)
    troubles = parse_troubles(options.get("trouble") or (), boats)
    titles = {row["code"].lower(): row["name"] for row in demo.table("vms_providers")}
    keys = await asyncio.to_thread(prepare, titles)
    since = time.time() - BACKLOG_S
    with httpx.Client(base_url=settings.IOC_BASE_URL, timeout=60) as client:
        while True:
            until = time.time()
            due = messages(boats, since, until, troubles)
            try:
                await asyncio.to_thread(partial(send, client, due, keys))
            except httpx.HTTPStatusError as error:
                if error.response.status_code in (401, 403):
                    raise  # the keys were made anew: start again
                log.warning("VMS keeps %d messages: %s", len(due), error)
                await asyncio.sleep(RETRY_S)
                continue
            except httpx.HTTPError as error:
                log.warning("VMS keeps %d messages: %s", len(due), error)
                await asyncio.sleep(RETRY_S)
                continue
            since = until
            await asyncio.sleep(TICK_S)
