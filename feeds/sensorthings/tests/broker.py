"""A real MQTT broker in the test's own event loop, and a client that publishes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import paho.mqtt.client as paho
from amqtt.broker import Broker
from paho.mqtt.enums import CallbackAPIVersion


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextlib.asynccontextmanager
async def broker(port: int) -> AsyncIterator[Broker]:
    """Listens at the port for everybody."""
    everybody = "amqtt.plugins.authentication.AnonymousAuthPlugin"
    found = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {everybody: {"allow_anonymous": True}},
        }
    )
    await found.start()
    try:
        yield found
    finally:
        await found.shutdown()


async def publish(port: int, *messages: tuple[str, str], retain: bool = False) -> None:
    """Publish with QoS 1; returns once the broker has acknowledged all."""

    def work() -> None:
        client = paho.Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", port)
        client.loop_start()
        for topic, payload in messages:
            client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()

    await asyncio.to_thread(work)


async def until(condition, timeout_s: float = 20.0) -> None:  # type: ignore[no-untyped-def]
    """Wait until something is so."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.02)
