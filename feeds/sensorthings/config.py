"""Settings of a SensorThings feed (``Feed.config``), checked.

{"senders": ["logger-17"], "mqtt": {"host": "broker.example", "tls": true,
 "username": "ioc", "password": "${broker}", "topics": ["v1.1/+/Observations"]}}

A feed with ``mqtt`` listens at a broker. ``senders`` of the feed named like the kind
are users whose keys may send over HTTP although they may not edit stations.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from feeds.core import configs
from feeds.core.configs import Strict

TOPICS = ["v1.1/Observations", "v1.1/+/Observations", "stations/+/+"]
KIND = "sensorthings"


class Broker(Strict):
    """An MQTT broker. ``password`` may name a secret: ``${broker}``. ``ca_file`` is
    for a broker with a certificate of its own house."""

    host: str = Field(min_length=1, max_length=250)
    port: int = Field(default=0, ge=0, le=65_535)
    tls: bool = False
    ca_file: str = ""
    username: str = ""
    password: str = ""
    client_id: str = Field(default="gis-ioc", min_length=1, max_length=60)
    topics: list[str] = Field(default=TOPICS, min_length=1, max_length=100)
    keepalive_s: int = Field(default=30, ge=5, le=3_600)

    @property
    def door(self) -> int:
        return self.port or (8883 if self.tls else 1883)

    @model_validator(mode="after")
    def _usable(self) -> Broker:
        for topic in self.topics:
            parts = topic.split("/")
            wild = [p for p in parts if ("+" in p or "#" in p) and len(p) > 1]
            if not topic or wild or "#" in parts[:-1]:
                raise ValueError(f"topics: {topic!r:.60} is no MQTT filter")
        return self


class Settings(Strict):
    senders: list[str] = []
    mqtt: Broker | None = None


def settings_of(config: Any) -> Settings:
    return configs.settings_of(config, Settings)


def check(config: Any) -> None:
    """For ``FeedKind.check``."""
    settings_of(config)
