"""From the wire to the screen: a sentence sent over TCP until a websocket shows it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import websockets
from django.contrib.auth import get_user_model
from pyais.encode import encode_dict

from gis_ioc.accounts.models import ApiKey
from layers.core.spec import by_role
from tests.bench import Row
from tests.bench._pipeline import AIS_PORT, pipeline, web

SECONDS = 20
# Boats that have just been heard for the first time are not what is measured.
WARM_S = 5
RATES = (1_000, 5_000)
LIMIT_MS = 1_000
PIECE_S = 0.02
LAST_S = 10
STEP = 10  # of 1/10,000 minute: 1.85 m, 3.6 kn
# Another sea each minute, so that the view never holds too many boats for deltas.
MINUTE = int(time.time() / 60)
WEST = -170 + MINUTE % 160 * 2
SEA = (WEST, 12.6, WEST + 1.6, 13.8)


@dataclass(slots=True)
class Traffic:
    """``lines[round][boat]``, each boat once a second; ``sent`` is filled in."""

    mmsi: list[str]
    lines: list[list[bytes]]
    lat: np.ndarray
    sent: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.sent = np.full((len(self.lines), len(self.mmsi)), np.nan)


def traffic(boats: int, rounds: int, first: int) -> Traffic:
    """Every boat moves 1.85 m north a second; its place tells the round."""
    rng = np.random.default_rng(boats)
    west, south, east, north = SEA
    lon = rng.uniform(west, east, boats)
    # whole 1/10,000 minutes, so that the place that comes back is the one sent
    start = np.round(rng.uniform(south, north, boats) * 600_000)
    lat = (start + STEP * np.arange(rounds)[:, None]) / 600_000
    mmsi = [f"{first + boat:09d}" for boat in range(boats)]
    lines = [
        [
            encode_dict(
                {
                    "type": 1, "mmsi": mmsi[boat], "lon": lon[boat],
                    "lat": lat[number, boat], "speed": 3.6, "course": 0.0,
                    "second": 60,
                },
                sentence_type="VDM",
            )[0].encode() + b"\r\n"
            for boat in range(boats)
        ]
        for number in range(rounds)
    ]  # fmt: skip
    return Traffic(mmsi, lines, lat)


async def send(load: Traffic) -> None:
    """One round a second, evenly, in pieces of 20 ms."""
    _reader, writer = await asyncio.open_connection("127.0.0.1", AIS_PORT)
    boats = len(load.mmsi)
    pieces = int(1 / PIECE_S)
    edges = [boats * piece // pieces for piece in range(pieces + 1)]
    started = time.time()
    for number, lines in enumerate(load.lines):
        for piece in range(pieces):
            a, b = edges[piece], edges[piece + 1]
            due = started + number + piece * PIECE_S
            await asyncio.sleep(max(due - time.time(), 0))
            load.sent[number, a:b] = time.time()
            writer.write(b"".join(lines[a:b]))
            await writer.drain()
    await asyncio.sleep(1)
    writer.close()


async def watch(address: str, key: str, load: Traffic, seen: np.ndarray) -> None:
    """Notes when each boat's newest round is shown: (rounds, boats) epoch s."""
    place = {mmsi: boat for boat, mmsi in enumerate(load.mmsi)}
    uri = f"ws://{address}/live?key={key}"
    async with websockets.connect(uri, max_size=2**26) as socket:
        await socket.send(
            json.dumps(
                {"type": "subscribe", "layer": by_role("vessels").slug, "bbox": SEA}
            )
        )
        columns: list[str] = []
        async for text in socket:
            now = time.time()
            message = json.loads(text)
            if message["type"] not in ("snapshot", "delta"):
                continue
            if message.get("mode") == "tiles":
                raise SystemExit("too many boats in view for deltas")
            columns = message.get("columns", columns)
            at, lat = columns.index("mmsi"), columns.index("lat")
            for row in message["rows"]:
                boat = place.get(row[at])
                if boat is not None:
                    _note(load, seen, boat, row[lat], now)


def _note(load: Traffic, seen: np.ndarray, boat: int, lat: float, now: float) -> None:
    """The round that ``lat`` shows is on the screen, and all before it are past."""
    number = round((lat - load.lat[0, boat]) * 600_000 / STEP)
    shown = seen[: number + 1, boat]
    shown[np.isnan(shown)] = now


async def _measure(address: str, key: str, load: Traffic) -> np.ndarray:
    seen = np.full(load.sent.shape, np.nan)
    watching = asyncio.create_task(watch(address, key, load, seen))
    await send(load)
    deadline = time.monotonic() + LAST_S
    while np.isnan(seen).any() and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return seen


def rows() -> Iterator[Row]:
    """p50 and p99 of the way from the wire to the websocket."""
    name = "bench-wire"
    user, _made = get_user_model().objects.get_or_create(
        username=name, defaults={"is_superuser": True, "is_staff": True}
    )
    _key, text = ApiKey.issue(user, name)
    # another country each minute: boats of an earlier run would be heard twice
    first = (201 + MINUTE % 570) * 1_000_000
    with pipeline(workers=2), web() as (address, _pid):
        for rate in RATES:
            load = traffic(rate, SECONDS + WARM_S, first)
            first += 100_000
            seen = asyncio.run(_measure(address, text, load))
            took = (seen - load.sent)[WARM_S:] * 1000
            lost = int(np.isnan(took).sum())
            p50, p99 = np.nanpercentile(took, [50, 99])
            yield Row(
                name=f"wire to websocket at {rate:,} sentences/s, p99",
                value=float(p99),
                unit="ms",
                budget=f"< {LIMIT_MS:,}",
                passed=bool(p99 < LIMIT_MS) and not lost,
                note=f"p50 {p50:.0f} ms, {took.size:,} sentences, {lost} never shown",
            )
