"""Our own Redis: its settings, command line and readiness."""

import os
import socket
from pathlib import Path

from launcher import datahome
from launcher.config import Context
from launcher.errors import LauncherError
from launcher.layout import Layout
from launcher.system import redis_program


def data_folder(layout: Layout) -> Path:
    """Redis' folder: append-only file and settings."""
    return layout.data / "redis"


def settings(context: Context) -> str:
    """redis.conf: loopback, password, append-only so that a crash keeps data."""
    folder = data_folder(context.layout).resolve()
    keep = "no" if context.layout.instance == "test" else "yes"
    return f"""bind 127.0.0.1
port {context.env["IOC_REDIS_PORT"]}
protected-mode yes
requirepass {context.secrets["redis"]}
dir "{folder}"
daemonize no
appendonly {keep}
appendfsync everysec
aof-load-truncated yes
save ""
maxmemory 2gb
maxmemory-policy noeviction
tcp-backlog 128
databases 16
"""


def write_settings(context: Context) -> Path:
    """Write redis.conf, readable by the service user only."""
    layout = context.layout
    user = datahome.current_user(layout)
    datahome.make_owned(data_folder(layout), user)
    path = data_folder(layout).resolve() / "redis.conf"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(settings(context))
    if user is not None:
        os.chown(path, user.uid, user.gid)
    return path


def command(context: Context) -> list[str]:
    """The server's command line."""
    return ["redis-server", str(data_folder(context.layout).resolve() / "redis.conf")]


def executable() -> str:
    """The program to run under the name ``redis-server``."""
    found = redis_program()
    if found is None:
        raise LauncherError("Redis is not installed here.")
    return found


def is_ready(context: Context) -> bool:
    """Whether the server has loaded its data and answers our password."""
    address = ("127.0.0.1", context.port("IOC_REDIS_PORT"))
    hello = f"AUTH {context.secrets['redis']}\r\nPING\r\n".encode()
    try:
        with socket.create_connection(address, timeout=0.5) as link:
            link.sendall(hello)
            answer = b""
            while answer.count(b"\r\n") < 2:
                part = link.recv(256)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    return b"+PONG" in answer
