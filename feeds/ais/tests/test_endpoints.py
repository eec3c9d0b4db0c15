from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from feeds.ais.endpoints import Connect, Grows, Listen, Serial, check, parse
from feeds.core.models import Feed


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"listen": "udp://192.0.2.9:10111"}, Listen("udp", "192.0.2.9", 10111)),
        ({"listen": "tcp://[::1]:5631"}, Listen("tcp", "::1", 5631)),
        ({"connect": "tcp://ais.example:5631"}, Connect("ais.example", 5631)),
        (
            {"connect": "tcp://10.0.0.7:2947", "idle_s": 30, "hello": "?WATCH={}"},
            Connect("10.0.0.7", 2947, 30, "?WATCH={}"),
        ),
        ({"serial": "/dev/ttyUSB0"}, Serial("/dev/ttyUSB0", 38_400)),
        ({"serial": "/dev/ttyS1", "baud": 115_200}, Serial("/dev/ttyS1", 115_200)),
        ({"file": "/var/log/ais.log"}, Grows(Path("/var/log/ais.log"))),
        (
            {"file": "/var/log/ais", "pattern": "*.nmea", "begin": "start"},
            Grows(Path("/var/log/ais"), "*.nmea", "start"),
        ),
    ],
)
def test_settings_name_an_endpoint(config: dict, expected: Any) -> None:
    assert parse(config) == expected


def test_a_port_without_a_host_is_open_where_the_system_listens(settings: Any) -> None:
    settings.IOC_BIND = "127.0.0.9"
    assert parse({"listen": "udp://:10111"}) == Listen("udp", "127.0.0.9", 10111)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ([], "must be an object"),
        ({"port": 10110}, "Exactly one of"),
        ({"listen": "udp://:1", "connect": "tcp://a:1"}, "Exactly one of"),
        ({"listen": "http://:10110"}, "udp://host:port or tcp://host:port"),
        ({"listen": "udp://:99999"}, "99999"),
        ({"connect": "tcp://:5631"}, "names no host"),
        ({"connect": "udp://a:5631"}, "must look like"),
        ({"connect": 5631}, "must be text"),
        ({"connect": "tcp://a:1", "idle_s": "soon"}, "idle_s"),
        ({"serial": "/dev/ttyS0", "baud": 12_345}, "12345"),
        ({"serial": "COM3"}, "no full path"),
        ({"file": "ais.log"}, "no full path"),
        ({"file": "/a", "begin": "middle"}, "start or end"),
        ({"file": "/a", "patern": "*"}, "Unknown settings: patern"),
    ],
)
def test_settings_that_nobody_could_use_are_refused_with_the_reason(
    config: Any, words: str
) -> None:
    with translation.override("en"), pytest.raises(ValueError, match=words):
        parse(config)


def test_no_settings_are_fine() -> None:
    check({})


def test_the_form_names_the_field_and_the_reason() -> None:
    feed = Feed(slug="x", kind="ais", title="X", config={"connect": "here"})
    with translation.override("en"), pytest.raises(ValidationError) as caught:
        feed.clean()
    assert "must look like" in caught.value.message_dict["config"][0]
    with pytest.raises(ValidationError) as caught:
        Feed(slug="x", kind="morse", title="X").clean()
    assert "kind" in caught.value.message_dict
