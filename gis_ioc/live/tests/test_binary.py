"""Binary frames: what they say, and that nobody is told more than they may see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gis_ioc.live import binary
from layers.core.live_read import SCOPE
from layers.core.mercator import HALF_M, from_lonlat
from layers.core.tests.boats import layer

from .frames import NOON_S, Client, boat, frames

STATIC = Path(__file__).resolve().parents[2] / "static" / "ioc" / "js" / "tests"
NAMES = ("title", "kind", "speed_kn", "crew", "moored")


class Reader:
    """A client's copy of what it was told, by name and id."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.values: dict[str, list[Any]] = {}
        self.header: dict[str, Any] = {}

    def take(self, content: bytes | None) -> Reader:
        assert content is not None
        assert content[:4] == b"IOC1"
        size = int.from_bytes(content[4:8], "little")
        self.header = json.loads(content[8 : 8 + size])
        body = memoryview(content)[8 + size :]
        arrays = {c["name"]: _array(body, c) for c in self.header["columns"]}
        if self.header["type"] == "snapshot":
            self.rows, self.values = {}, {}
        for gone in arrays.pop("gone").tolist():
            del self.rows[int(gone)]
        ids = arrays["id"].astype(int).tolist()
        for number, row_id in enumerate(ids):
            row = self.rows.setdefault(row_id, {})
            row |= {name: arrays[name][number].item() for name in ("x", "y", "at")}
        for column in self.header["columns"]:
            if "values" in column:
                self._coded(column, arrays[column["name"]], ids, body)
        return self

    def _coded(self, column: dict[str, Any], codes: Any, ids: Any, body: Any) -> None:
        values = self.values.setdefault(column["name"], [])
        assert len(values) == column["from"]
        values += column["values"]
        which = range(len(ids))
        if "rows" in column:
            which = _array(body, column["rows"]).tolist()
        for code, number in zip(codes.tolist(), which, strict=True):
            self.rows[ids[number]][column["name"]] = None if code < 0 else values[code]


def _array(body: Any, place: dict[str, Any]) -> Any:
    assert place["at"] % 8 == 0
    return np.frombuffer(body, "<" + place["kind"], place["count"], place["at"])


@pytest.fixture
def client() -> Client:
    return Client(layer(), names=NAMES)


def test_a_snapshot_says_every_value_exactly(client: Client) -> None:
    client.put(
        5,
        boat(1, 105.9, 19.8, at=NOON_S + 0.25, speed_kn=8.3),
        boat(2, 106, 20, kind=None),
    )
    told = Reader().take(client.told())
    assert told.header["type"] == "snapshot"
    assert (told.header["seq"], told.header["count"]) == (5, 2)
    first = told.rows[1]
    assert (first["at"], first["speed_kn"], first["title"]) == (
        NOON_S + 0.25,
        8.3,
        "v1",
    )
    assert told.rows[2]["kind"] is None
    assert first["moored"] is False


def test_places_are_within_a_centimetre(client: Client) -> None:
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-180, 180, 500), rng.uniform(-84, 84, 500)
    client.bounds = (-HALF_M, -HALF_M, HALF_M, HALF_M)
    client.put(
        1, *(boat(n, a, b) for n, (a, b) in enumerate(zip(lon, lat, strict=True)))
    )
    told = Reader().take(client.told())
    x, y = from_lonlat(lon, lat)
    side = 2 * HALF_M
    for number, row in told.rows.items():
        assert abs(row["x"] / 2**32 * side - HALF_M - x[number]) < 0.01
        assert abs(HALF_M - row["y"] / 2**32 * side - y[number]) < 0.01


def test_a_delta_says_only_what_changed(client: Client) -> None:
    client.put(5, *(boat(n, 105.9, 19.8) for n in range(20)))
    told = Reader().take(client.told())
    client.put(
        6,
        *(boat(n, 105.91, 19.8, at=NOON_S + 60) for n in range(19)),
        boat(19, 105.91, 19.8, kind="cargo"),
    )
    told.take(client.told())
    assert told.header["type"] == "delta"
    coded = [c for c in told.header["columns"] if "values" in c]
    assert [(c["name"], c["values"], c["count"]) for c in coded] == [
        ("kind", ["cargo"], 1)
    ]
    assert told.rows[19]["kind"] == "cargo"
    assert {row["at"] for row in told.rows.values()} == {NOON_S, NOON_S + 60}
    assert client.told() is None


def test_rows_that_leave_the_view_are_named_as_gone(client: Client) -> None:
    client.put(5, boat(1, 105.9, 19.8), boat(2, 106, 19.9))
    told = Reader().take(client.told())
    client.put(6, boat(2, 106.0, -20.0))
    assert set(told.take(client.told()).rows) == {1}
    client.put(7, boat(2, 106.0, -21.0))
    assert client.told() is None


def test_a_move_of_the_view_brings_only_the_rows_that_came(client: Client) -> None:
    client.put(5, boat(1, 105.0, 19.8), boat(2, 106.0, 19.8), boat(3, 107.0, 19.8))
    x = [float(from_lonlat(lon, 0)[0]) for lon in (104.5, 105.5, 106.5, 107.5)]
    client.bounds = (x[0], 0.0, x[2], 2e7)
    told = Reader().take(client.told())
    assert set(told.rows) == {1, 2}
    client.bounds = (x[1], 0.0, x[3], 2e7)
    told.take(client.told())
    assert (told.header["type"], told.header["count"]) == ("delta", 1)
    assert set(told.rows) == {2, 3}
    assert told.rows[3]["title"] == "v3"


def test_nobody_is_told_rows_or_texts_outside_their_scope() -> None:
    mine = Client(layer(), 1, names=NAMES)
    mine.put(
        5,
        boat(1, 105.9, 19.8),
        boat(2, 106, 19.9, title="secret", kind="hidden", **{SCOPE: 2}),
    )
    content = mine.told()
    assert set(Reader().take(content).rows) == {1}
    assert b"secret" not in (content or b"")
    assert b"hidden" not in (content or b"")


def test_a_row_that_changes_hands_is_gone() -> None:
    mine = Client(layer(), 1, names=NAMES)
    mine.put(5, boat(1, 105.9, 19.8), boat(2, 106, 19.9))
    told = Reader().take(mine.told())
    mine.put(6, boat(2, 106, 19.9, title="secret", **{SCOPE: 2}))
    content = mine.told()
    assert set(told.take(content).rows) == {1}
    assert b"secret" not in (content or b"")


def test_clients_who_hold_the_same_are_told_the_same_bytes(client: Client) -> None:
    client.put(5, boat(1, 105.9, 19.8))
    twin = Client(client.arrays.layer, names=NAMES)
    twin.arrays = client.arrays
    assert twin.told() is client.told()
    client.put(6, boat(1, 105.91, 19.8))
    assert twin.told() is client.told()


def test_rows_read_anew_begin_with_a_snapshot(client: Client) -> None:
    client.put(5, boat(1, 105.9, 19.8))
    client.told()
    client.arrays.renewed()
    assert Reader().take(client.told()).header["type"] == "snapshot"


def test_values_that_nobody_has_any_more_are_forgotten(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binary, "SPARE_VALUES", 5)
    client.put(1, boat(1, 105.9, 19.8))
    told = Reader().take(client.told())
    for number in range(2, 40):
        client.put(number, boat(1, 105.9, 19.8, title=f"name {number}"))
        told.take(client.told())
        assert told.rows[1]["title"] == f"name {number}"
        assert len(told.values["title"]) < 12


def test_too_many_rows_are_not_sent(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binary, "MAX_ROWS", 3)
    client.put(5, *(boat(n, 105.9, 19.8) for n in range(4)))
    snapshot = client.arrays.snapshot()
    made = binary.frame(snapshot, client.grant, client.bounds, NAMES, None)
    assert (made.content, made.held, made.count) == (None, None, 4)


def test_the_frames_of_the_browsers_test_are_those_of_the_server() -> None:
    kept = json.loads((STATIC / "frames.json").read_text())
    assert kept == frames(layer())
