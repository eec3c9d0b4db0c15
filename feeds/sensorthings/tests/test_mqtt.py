"""Values over MQTT, with a broker that is really one."""

from __future__ import annotations

import asyncio
import contextlib
import json
from base64 import b64decode
from pathlib import Path

import pytest
from amqtt.broker import Broker

from feeds.core import inbox
from feeds.core.models import Feed, Quarantine
from feeds.core.receiver import Receiver
from feeds.sensorthings import mqtt
from feeds.sensorthings.config import TOPICS, check, settings_of
from feeds.sensorthings.entries import line
from layers.stations.models import Observation
from layers.stations.tests.helpers import NOON

from .broker import broker, free_port, publish, until
from .test_creating import AT, drained


class Store:
    """Stands where PostgreSQL is; can be away."""

    def __init__(self) -> None:
        self.lines: list[dict] = []
        self.away = False

    def __call__(self, batches) -> None:  # type: ignore[no-untyped-def]
        if self.away:
            raise ConnectionError("database away")
        for batch in batches:
            self.lines += [json.loads(text) for text in batch.body.splitlines()]

    @property
    def heard(self) -> list[tuple[str, bytes]]:
        return [(told["topic"], b64decode(told["payload"])) for told in self.lines]


@pytest.fixture
def store(monkeypatch) -> Store:  # type: ignore[no-untyped-def]
    stand_in = Store()
    monkeypatch.setattr(inbox, "store", stand_in)
    return stand_in


@contextlib.asynccontextmanager
async def listening(port: int, folder: Path, **settings):  # type: ignore[no-untyped-def]
    """The listener of a feed against a broker."""
    receiver = Receiver(folder, lambda slugs: None)
    config = {"mqtt": {"host": "127.0.0.1", "port": port, **settings}}
    tasks = [
        asyncio.create_task(receiver.run()),
        asyncio.create_task(mqtt.listen(receiver, "plant", config)),
    ]
    try:
        yield receiver
    finally:
        for task in reversed(tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def wanted(found: Broker) -> set[str]:
    """The topics that the broker keeps for the listener."""
    return {
        topic
        for topic, listed in found.subscriptions.items()
        if any(one.client_id == "gis-ioc" for one, _qos in listed)
    }


async def test_what_is_published_is_in_the_inbox_as_it_came(tmp_path, store) -> None:
    port = free_port()
    async with broker(port) as found, listening(port, tmp_path):
        topic = "v1.1/Datastreams(5)/Observations"
        # the broker drops what nobody has subscribed to yet
        await until(lambda: wanted(found) == set(TOPICS))
        await publish(port, (topic, '{"result": 1}'))
        await publish(port, ("stations/TH_ONE/COD", "17"), ("other/topic", "x"))
        await until(lambda: len(store.heard) == 2)
    assert store.heard == [(topic, b'{"result": 1}'), ("stations/TH_ONE/COD", b"17")]


async def test_the_broker_keeps_the_session_while_the_listener_is_away(
    tmp_path, store
) -> None:
    port = free_port()
    async with broker(port) as found:
        async with listening(port, tmp_path):
            await publish(port, ("stations/A/COD", "1"), retain=True)
            await until(lambda: store.heard)
        session, _handler = found.sessions["gis-ioc"]
        assert session.clean_session is False
        await until(lambda: session.transitions.is_disconnected())
        assert wanted(found) == set(TOPICS)


async def test_a_broker_that_comes_late_is_found(tmp_path, store) -> None:
    port = free_port()
    async with listening(port, tmp_path):
        await asyncio.sleep(0.1)
        async with broker(port):
            await publish(port, ("stations/A/COD", "1"), retain=True)
            await until(lambda: store.heard)


async def test_nothing_is_acknowledged_before_it_is_durable(
    tmp_path, store, monkeypatch
) -> None:
    order: list[str] = []
    stored = Receiver.durable

    async def durable(self) -> None:  # type: ignore[no-untyped-def]
        await stored(self)
        order.append(f"durable {len(store.heard)}")

    acknowledge = mqtt.paho.Client.ack
    monkeypatch.setattr(Receiver, "durable", durable)
    monkeypatch.setattr(
        mqtt.paho.Client,
        "ack",
        lambda self, mid, qos: order.append("ack") or acknowledge(self, mid, qos),
    )
    port = free_port()
    async with broker(port), listening(port, tmp_path):
        await publish(port, ("stations/A/COD", "1"), retain=True)
        await until(lambda: "ack" in order)
    # a broker may give a kept message twice: what counts is what came before the ack
    before = order[: order.index("ack")]
    assert before
    assert "durable 0" not in before


def test_topics_and_payloads_become_values_or_are_set_aside(place) -> None:
    feed = Feed.of_kind("sensorthings")
    told = json.dumps({"phenomenonTime": AT, "result": 5})
    whole = json.dumps({"value": "7,5", "at": "2026-11-20T12:05:00Z", "status": "01"})
    messages = [
        (f"v1.1/Datastreams({place.cod.pk})/Observations", told),
        ("stations/TH_ONE/COD", whole),
        ("stations/TH_ONE/COD", "8.5"),
        ("stations/TH_ONE/COD", "no number"),
        ("stations/TH_NONE/COD", "1"),
        ("v1.1/Datastreams(999999)/Observations", told),
        ("v1.1/Things", told),
    ]
    body = b"".join(line(topic, text.encode(), NOON + 600) for topic, text in messages)
    inbox.store(
        [
            inbox.RawBatch(
                kind="sensorthings", feed=feed.slug, source="plant:broker",
                received_at=inbox.datetime.fromtimestamp(NOON + 900, inbox.UTC),
                lines=len(messages), body=body,
            )
        ]
    )  # fmt: skip
    drained()
    rows = Observation.objects.order_by("at").values_list("value", "status")
    assert list(rows) == [(5.0, 0), (7.5, 1), (8.5, 0)]
    reasons = Quarantine.objects.order_by("line_no").values_list("reason", flat=True)
    assert list(reasons) == [
        "not_json", "unknown_station", "unknown_datastream", "unknown_topic",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "config",
    [
        {"mqtt": {}},
        {"mqtt": {"host": "a", "port": 70_000}},
        {"mqtt": {"host": "a", "topics": []}},
        {"mqtt": {"host": "a", "topics": ["a/#/b"]}},
        {"mqtt": {"host": "a", "topics": ["a+/b"]}},
        {"mqtt": {"host": "a", "hots": 1}},
        {"sender": []},
    ],
)
def test_settings_that_nobody_could_use_are_refused(config) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        check(config)


def test_the_usual_doors_are_those_of_mqtt() -> None:
    plain = settings_of({"mqtt": {"host": "a"}}).mqtt
    secured = settings_of({"mqtt": {"host": "a", "tls": True}}).mqtt
    assert (plain.door, secured.door) == (1883, 8883)  # type: ignore[union-attr]
