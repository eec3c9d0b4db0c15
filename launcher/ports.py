"""Free loopback ports, remembered so that they stay the same between starts."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import LauncherError
from launcher.layout import Layout, write_private

TRIES = 500


@dataclass(frozen=True)
class PortWish:
    """One port the instance needs: its variable, usual number and transport."""

    key: str
    usual: int
    datagram: bool = False
    public: bool = True


WISHES = (
    PortWish("IOC_HTTP_PORT", 8000),
    PortWish("IOC_AIS_UDP_PORT", 10110, datagram=True),
    PortWish("IOC_AIS_TCP_PORT", 10110),
    PortWish("IOC_FTP_PORT", 2121),
    PortWish("IOC_POSTGRES_PORT", 15432, public=False),
    PortWish("IOC_REDIS_PORT", 16379, public=False),
)
# Private instances look elsewhere so that `up` keeps the usual numbers.
OFFSETS = {"": 0, "test": 20000, "bench": 25000}


def is_free(port: int, address: str, datagram: bool = False) -> bool:
    """Whether this address and port can be listened on now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_DGRAM if datagram else socket.SOCK_STREAM
    with socket.socket(family, kind) as probe:
        try:
            if not datagram:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            if not datagram:
                probe.listen(1)
        except OSError:
            return False
    return True


# Claims live as long as this process and those it forks, and no longer.
_claims: dict[str, tuple[Path, socket.socket]] = {}


def claim(layout: Layout, wish: PortWish, port: int) -> bool:
    """Reserve a port against other instances that are choosing theirs right now.

    The reservation is an abstract unix socket: the kernel shares it between all
    users of the network namespace, as it does the port, and forgets it when we
    die.
    """
    name = f"gis-ioc-{'udp' if wish.datagram else 'tcp'}-{port}"
    if name in _claims:
        return _claims[name][0] == layout.var
    holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        holder.bind(f"\0{name}")
    except OSError:
        holder.close()
        return False
    _claims[name] = (layout.var, holder)
    return True


def _obtain(
    layout: Layout, wish: PortWish, port: int, address: str, taken: set[int]
) -> bool:
    if port in taken and not wish.datagram:
        return False
    return is_free(port, address, wish.datagram) and claim(layout, wish, port)


def _next_free(
    layout: Layout, wish: PortWish, first: int, address: str, taken: set[int]
) -> int:
    for port in range(first, min(first + TRIES, 65536)):
        if _obtain(layout, wish, port, address, taken):
            return port
    raise LauncherError(f"No free port for {wish.key} from {first} on.")


def remembered(layout: Layout) -> dict[str, int]:
    """Ports chosen before; empty at the first start."""
    try:
        return {k: int(v) for k, v in json.loads(layout.ports_file.read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def choose(layout: Layout, given: dict[str, str], bind: str) -> dict[str, int]:
    """A port for every wish: given, else remembered, else the next free one.

    A given port that is in use is an error: the caller asked for that one.
    """
    before = remembered(layout)
    chosen: dict[str, int] = {}
    taken: set[int] = set()
    for wish in WISHES:
        address = bind if wish.public else "127.0.0.1"
        if given.get(wish.key):
            port = _number(wish.key, given[wish.key])
            if not _obtain(layout, wish, port, address, set()):
                raise LauncherError(
                    f"{wish.key}: port {port} is in use. Choose another or leave "
                    "it out."
                )
        else:
            usual = wish.usual + OFFSETS.get(layout.instance, 0)
            port = before.get(wish.key, usual)
            if not _obtain(layout, wish, port, address, taken):
                port = _next_free(layout, wish, usual, address, taken)
        chosen[wish.key] = port
        if not wish.datagram:
            taken.add(port)
    if chosen != before:
        write_private(layout.ports_file, json.dumps(chosen, indent=1))
    return chosen


def _number(key: str, text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LauncherError(f"{key}: '{text}' is not a port number.")
    return int(text)
