"""What ``manage.py receive`` runs for a feed of AIS receivers with settings."""

from __future__ import annotations

from typing import Any

from feeds.core.receiver import Receiver

from .endpoints import Connect, Listen, Serial, parse
from .growing import growing
from .sockets import serve_tcp, serve_udp
from .streams import serial_line, tcp_client


async def listen(receiver: Receiver, feed: str, config: dict[str, Any]) -> None:
    """Receive by the endpoint of ``config`` until cancelled. Raises ValueError."""
    endpoint = parse(config)
    if isinstance(endpoint, Listen):
        serve = serve_udp if endpoint.protocol == "udp" else serve_tcp
        await serve(receiver, endpoint.host, endpoint.port, feed)
    elif isinstance(endpoint, Connect):
        await tcp_client(receiver, endpoint, feed)
    elif isinstance(endpoint, Serial):
        await serial_line(receiver, endpoint, feed)
    else:
        await growing(receiver, endpoint, feed)
