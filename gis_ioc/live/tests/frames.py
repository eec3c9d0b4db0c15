"""Frames as the server writes them, also for the test of the browser's code.

    python -m gis_ioc.live.tests.frames > gis_ioc/static/ioc/js/tests/frames.json

A test holds that file against what this makes now.
"""

from __future__ import annotations

import base64
import json
import os
from typing import Any

from gis_ioc.live.binary import Held, frame
from layers.core.live import LiveArrays
from layers.core.live_read import SCOPE
from layers.core.mercator import from_lonlat
from layers.core.scope import Grant
from layers.core.spec import Layer

NOON_S = 1_795_323_600.0
NORTH = (-2e7, 0.0, 2e7, 2e7)


def boat(number: int, lon: float, lat: float, **more: Any) -> dict[str, Any]:
    x, y = map(float, from_lonlat(lon, lat))
    return {
        "id": number, "x": x, "y": y, "at": NOON_S, SCOPE: 1, "title": f"v{number}",
        "kind": "fishing", "speed_kn": 4.5, "crew": 6, "moored": False,
        "draught": 1.25, "seen": 1_000, **more,
    }  # fmt: skip


class Client:
    """One view of the arrays, told frame by frame."""

    def __init__(self, layer: Layer, *units: int, names: tuple[str, ...]) -> None:
        self.arrays = LiveArrays(layer)
        self.grant = Grant(
            user_id=1,
            layers=frozenset({layer.slug}),
            units=frozenset(units) if units else None,
        )
        self.names = names
        self.bounds = NORTH
        self.held: Held | None = None

    def put(self, seq: int, *boats: dict[str, Any]) -> None:
        from layers.core.tests.batches import batch

        rows = [{**row, "seq": seq} for row in boats]
        self.arrays.apply(batch(self.arrays.layer, rows))
        self.arrays.reached(seq)

    def told(self) -> bytes | None:
        snapshot = self.arrays.snapshot()
        made = frame(snapshot, self.grant, self.bounds, self.names, self.held)
        self.held = made.held
        return made.content


def frames(layer: Layer) -> dict[str, str]:
    """What the browser's test reads, base64 by name."""
    client = Client(layer, names=("title", "kind", "speed_kn", "crew", "moored"))
    made = {}
    client.put(5, boat(1, 105.9, 19.8), boat(2, 106.0, 19.9, kind=None, at=NOON_S + 30))
    made["snapshot"] = client.told()
    client.put(6, boat(1, 105.91, 19.8, at=NOON_S + 60), boat(3, 106.1, 20.0))
    made["delta"] = client.told()
    client.put(7, boat(2, 106.0, -20.0, kind="cargo", at=NOON_S + 90))
    made["gone"] = client.told()
    many = [boat(n, 106 + n / 1e4, 19.5, title=f"n{n}") for n in range(10, 610)]
    client.put(8, *many)
    made["growth"] = client.told()
    client.put(9, *(boat(n, 106, 19.6, title=f"n{n}") for n in range(10, 60)),
               boat(100, 106, 19.6, title="n100", kind="tanker"))  # fmt: skip
    made["sparse"] = client.told()
    client.bounds = (-2e7, 0.0, float(from_lonlat(106.03, 0)[0]), 2e7)
    made["moved"] = client.told()
    return {name: base64.b64encode(told or b"").decode() for name, told in made.items()}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ioc.settings")
    import django

    django.setup()
    from layers.core.tests import boats

    print(json.dumps(frames(boats.layer()), indent=1))


if __name__ == "__main__":
    main()
