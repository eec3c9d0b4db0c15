"""Listening at an MQTT broker: a message is acknowledged once it is in the inbox.

The session is kept by the broker (``clean_session`` off, QoS 1), so what comes while
this process is away is delivered when it is back, and what was not acknowledged is
delivered again; both change nothing that is known already.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from feeds.core.receiver import Receiver
from layers.core.secrets import fill

from .config import KIND, Broker, settings_of
from .entries import line

QOS = 1
AT_ONCE = 500
RETRY_S, RETRY_MOST_S = 1.0, 60.0
# A message longer than this is no value of a station.
LONGEST = 1_000_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as the broker gave it; ``mid`` is what it is acknowledged by."""

    topic: str
    payload: bytes
    mid: int
    qos: int
    at: float


async def listen(receiver: Receiver, feed: str, config: dict[str, Any]) -> None:
    """For ``FeedKind.listener``: runs until it is cancelled."""
    broker = settings_of(config).mqtt
    if broker is None:  # settings for the other ways in
        await asyncio.Event().wait()
        return
    session = Session(receiver, feed, broker)
    try:
        await session.run()
    finally:
        session.stop()


class Session:
    """One broker. The network runs in paho's thread, storing in the event loop."""

    def __init__(self, receiver: Receiver, feed: str, broker: Broker) -> None:
        self.receiver, self.feed, self.broker = receiver, feed, broker
        self.loop = asyncio.get_running_loop()
        self.heard: asyncio.Queue[Heard] = asyncio.Queue()
        self.client = self._client()

    def _client(self) -> paho.Client:
        broker = self.broker
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=broker.client_id,
            clean_session=False,
            manual_ack=True,
        )
        if broker.username:
            client.username_pw_set(broker.username, fill(broker.password) or None)
        if broker.tls:
            client.tls_set(ca_certs=broker.ca_file or None, cert_reqs=ssl.CERT_REQUIRED)
        client.reconnect_delay_set(int(RETRY_S), int(RETRY_MOST_S))
        client.max_inflight_messages_set(AT_ONCE)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._message
        return client

    async def run(self) -> None:
        """Connect, again and again with longer pauses, and store what is heard."""
        self.client.connect_async(
            self.broker.host, self.broker.door, self.broker.keepalive_s
        )
        self.client.loop_start()
        while True:
            await self._store(await self._some())

    def stop(self) -> None:
        """Leave the broker; it keeps the session and what comes meanwhile."""
        self.client.disconnect()
        self.client.loop_stop()

    async def _some(self) -> list[Heard]:
        found = [await self.heard.get()]
        while len(found) < AT_ONCE and not self.heard.empty():
            found.append(self.heard.get_nowait())
        return found

    async def _store(self, messages: list[Heard]) -> None:
        for message in messages:
            text = line(message.topic, message.payload[:LONGEST], message.at)
            source = f"{self.feed}:{self.broker.host}"
            await self.receiver.add_lines(KIND, source, text, feed=self.feed)
        await self.receiver.durable()
        for message in messages:
            self.client.ack(message.mid, message.qos)

    def _connected(
        self,
        client: paho.Client,
        _data: Any,
        _flags: Any,
        code: ReasonCode,
        _props: Any,
    ) -> None:
        if code.is_failure:
            log.error("feed %s: %s refuses: %s", self.feed, self.broker.host, code)
            return
        client.subscribe([(topic, QOS) for topic in self.broker.topics])
        log.info("feed %s: listening at %s", self.feed, self.broker.host)

    def _disconnected(
        self,
        _client: paho.Client,
        _data: Any,
        _flags: Any,
        code: ReasonCode,
        _props: Any,
    ) -> None:
        if code.is_failure:
            log.warning("feed %s: %s is gone: %s", self.feed, self.broker.host, code)

    def _message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        """In paho's thread; retained messages are as good as others."""
        found = Heard(
            message.topic,
            bytes(message.payload),
            message.mid,
            message.qos,
            time.time(),
        )
        self.loop.call_soon_threadsafe(self.heard.put_nowait, found)
