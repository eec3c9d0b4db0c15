"""Where a feed of AIS receivers listens or connects, as its settings say.

``{"listen": "udp://:10110"}``, ``{"listen": "tcp://0.0.0.0:10110"}``,
``{"connect": "tcp://host:port", "idle_s": 60, "hello": "..."}``,
``{"serial": "/dev/ttyUSB0", "baud": 38400}``,
``{"file": "/var/log/ais", "pattern": "*.nmea", "begin": "start"}``: a file that
grows, a FIFO, or a folder of such files.
"""

from __future__ import annotations

import termios
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

KINDS = ("listen", "connect", "serial", "file")
IDLE_S = 120.0
BAUD = 38_400  # of AIS receivers (IEC 61162-2)
OPTIONS = {
    "listen": {"listen"},
    "connect": {"connect", "idle_s", "hello"},
    "serial": {"serial", "baud", "idle_s"},
    "file": {"file", "pattern", "begin"},
}


@dataclass(frozen=True, slots=True)
class Listen:
    protocol: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Connect:
    host: str
    port: int
    idle_s: float = IDLE_S
    hello: str = ""


@dataclass(frozen=True, slots=True)
class Serial:
    path: str
    baud: int = BAUD
    idle_s: float = IDLE_S


@dataclass(frozen=True, slots=True)
class Grows:
    """``begin``: "start" or "end" of a file that is there at first."""

    path: Path
    pattern: str = "*"
    begin: str = "end"


Endpoint = Listen | Connect | Serial | Grows


def parse(config: Any) -> Endpoint:
    """The endpoint that a feed's settings describe.

    Raises ValueError with a text for the person who typed them.
    """
    if not isinstance(config, dict):
        raise ValueError(_("The settings must be an object, e.g. {0}.").format(_like()))
    kinds = [kind for kind in KINDS if kind in config]
    if len(kinds) != 1:
        raise ValueError(
            _("Exactly one of {0} is needed, e.g. {1}.").format(
                ", ".join(KINDS), _like()
            )
        )
    (kind,) = kinds
    unknown = set(config) - OPTIONS[kind]
    if unknown:
        raise ValueError(
            _("Unknown settings: {0}. Known here: {1}.").format(
                ", ".join(sorted(unknown)), ", ".join(sorted(OPTIONS[kind]))
            )
        )
    if not isinstance(config[kind], str) or not config[kind]:
        raise ValueError(_("“{0}” must be text.").format(kind))
    return READERS[kind](config)


def check(config: Any) -> None:
    """Refuse settings that no receiver could use; empty ones mean "none"."""
    if config:
        parse(config)


def _like() -> str:
    return '{"connect": "tcp://192.0.2.1:5631"}'


def _address(text: str, protocols: tuple[str, ...], host: str = "") -> Listen:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{text}: {error}") from None
    if parts.scheme not in protocols or not port or parts.path or parts.query:
        forms = _(" or ").join(f"{name}://host:port" for name in protocols)
        raise ValueError(_("“{0}” must look like {1}.").format(text, forms))
    if not (parts.hostname or host):
        raise ValueError(_("“{0}” names no host.").format(text))
    return Listen(parts.scheme, parts.hostname or host, port)


def _listen(config: dict[str, Any]) -> Listen:
    return _address(config["listen"], ("udp", "tcp"), settings.IOC_BIND)


def _connect(config: dict[str, Any]) -> Connect:
    address = _address(config["connect"], ("tcp",))
    hello = config.get("hello", "")
    if not isinstance(hello, str):
        raise ValueError(_("“{0}” must be text.").format("hello"))
    return Connect(address.host, address.port, _seconds(config), hello)


def _serial(config: dict[str, Any]) -> Serial:
    baud = config.get("baud", BAUD)
    if not isinstance(baud, int) or not hasattr(termios, f"B{baud}"):
        raise ValueError(_("{0} is no speed of a serial line.").format(baud))
    if not config["serial"].startswith("/"):
        raise ValueError(_("“{0}” is no full path.").format(config["serial"]))
    return Serial(config["serial"], baud, _seconds(config))


def _file(config: dict[str, Any]) -> Grows:
    begin, pattern = config.get("begin", "end"), config.get("pattern", "*")
    if begin not in ("start", "end"):
        raise ValueError(_("“begin” must be start or end."))
    if not isinstance(pattern, str) or "/" in pattern:
        raise ValueError(_("“{0}” must be text.").format("pattern"))
    if not config["file"].startswith("/"):
        raise ValueError(_("“{0}” is no full path.").format(config["file"]))
    return Grows(Path(config["file"]), pattern, begin)


def _seconds(config: dict[str, Any]) -> float:
    value = config.get("idle_s", IDLE_S)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1:
        raise ValueError(_("“{0}” must be a number from 1 on.").format("idle_s"))
    return float(value)


READERS: dict[str, Callable[[dict[str, Any]], Endpoint]] = {
    "listen": _listen,
    "connect": _connect,
    "serial": _serial,
    "file": _file,
}
