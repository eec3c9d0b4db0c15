"""The servers that a benchmark compares: ours, Martin, TiPg, a bare application.

Martin is looked for as ``martin`` on the path or in ``IOC_BENCH_MARTIN`` (install it
by ``cargo install martin --locked``), TiPg as a Python that has it and uvicorn in
``IOC_BENCH_TIPG``. What is not there is left out of the table.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.db import connection

from layers.core.tokens import TOKEN_COOKIE, Rights, sign
from tests.bench._ground import Ground

START_S = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``path`` says how it addresses a tile of a table."""

    name: str
    base: str
    pid: int
    path: str
    headers: dict[str, str]

    def paths(self, ground: Ground, tiles: Sequence[tuple[int, int, int]]) -> list[str]:
        return [self.path.format(table=ground.name, z=z, x=x, y=y) for z, x, y in tiles]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: Sequence[str], ready: str, **environment: str) -> Iterator[int]:
    """Run a server until the block ends; ``ready`` is an address that it answers."""
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=said, stderr=said
        )
        try:
            deadline = time.monotonic() + START_S
            while not _answers(ready):
                if running.poll() is not None or time.monotonic() > deadline:
                    said.seek(0)
                    raise SystemExit(f"{command[0]}:\n{said.read().decode()[-3000:]}")
                time.sleep(0.1)
            yield running.pid
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).status_code < 500
    except httpx.TransportError:
        return False


@contextmanager
def ours(grounds: Sequence[Ground], cache_mb: int = 128) -> Iterator[Server]:
    """One Granian worker of the real application, the bench's layers among its own."""
    port = free_port()
    rights = Rights(0, tuple(ground.layer.slug for ground in grounds), None, ())
    headers = {"Cookie": f"{TOKEN_COOKIE}={sign(rights)}"}
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi"),
        *("tests.bench._app:application", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--log-level", "warning"),
    ]
    described = json.dumps([[g.name, g.layer.geometry] for g in grounds])
    base = f"http://127.0.0.1:{port}"
    with process(
        command,
        f"{base}/tiles/health",
        IOC_BENCH_GROUNDS=described,
        IOC_TILE_CACHE_MB=str(cache_mb),
        IOC_TILE_RATE="0",
    ) as pid:
        server = Server("ours", base, pid, "/tiles/bench_{table}/{z}/{x}/{y}", headers)
        _settled(server, grounds)
        yield server


def _settled(server: Server, grounds: Sequence[Ground]) -> None:
    """Live layers are loaded."""
    deadline = time.monotonic() + START_S
    for path in [path for g in grounds for path in server.paths(g, [(14, 0, 0)])]:
        while True:
            answer = httpx.get(server.base + path, headers=server.headers)
            if answer.status_code < 400:
                break
            if time.monotonic() > deadline:
                raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
            time.sleep(0.2)


def martin_program() -> str | None:
    return os.environ.get("IOC_BENCH_MARTIN") or shutil.which("martin")


@contextmanager
def martin(
    grounds: Sequence[Ground], *, column: str = "geom", cache_mb: int = 0
) -> Iterator[Server | None]:
    """Martin over the same tables, showing the same columns."""
    program = martin_program()
    if program is None:
        yield None
        return
    srid = 4326 if column == "geom" else 3857
    tables = {
        ground.name: {
            "schema": "bench",
            "table": ground.name,
            "srid": srid,
            "geometry_column": column,
            "id_column": "id",
            "extent": 4096,
            "buffer": ground.layer.tile.buffer,
            "clip_geom": True,
            "properties": ground.properties,
        }
        for ground in grounds
    }
    port = free_port()
    config = {
        "listen_addresses": f"127.0.0.1:{port}",
        "worker_processes": 2,
        "cache": {"size_mb": cache_mb},
        "postgres": {
            "connection_string": _dsn(),
            "pool_size": 4,
            "auto_bounds": "skip",
            "tables": tables,
        },
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "martin.json"
        path.write_text(json.dumps(config))
        base = f"http://127.0.0.1:{port}"
        with process([program, "--config", str(path)], f"{base}/health") as pid:
            name = f"Martin ({column}, cache {cache_mb} MB)"
            yield Server(name, base, pid, "/{table}/{z}/{x}/{y}", {})


@contextmanager
def tipg(grounds: Sequence[Ground]) -> Iterator[Server | None]:
    """TiPg over the same tables, without its limit of 10,000 features."""
    python = os.environ.get("IOC_BENCH_TIPG")
    if not python:
        yield None
        return
    port = free_port()
    environment = {
        "DATABASE_URL": _dsn(),
        "TIPG_DB_SCHEMAS": '["bench"]',
        "TIPG_TILE_BUFFER": "64",
        "TIPG_MAX_FEATURES_PER_TILE": "2000000",
        "TIPG_DB_DATETIME_EXTENT": "false",
        "TIPG_DB_SPATIAL_EXTENT": "false",
    }
    for ground in grounds:
        prefix = f"TIPG_TABLE_CONFIG__bench_{ground.name}__"
        environment[f"{prefix}geomcol"] = "geom"
        environment[f"{prefix}properties"] = json.dumps(["id", *ground.properties])
    command = [
        *(python, "-m", "uvicorn", "tipg.main:app", "--host", "127.0.0.1"),
        *("--port", str(port), "--log-level", "warning"),
    ]
    base = f"http://127.0.0.1:{port}"
    with process(command, f"{base}/healthz", **environment) as pid:
        path = "/collections/bench.{table}/tiles/WebMercatorQuad/{z}/{x}/{y}"
        yield Server("TiPg", base, pid, path, {})


@contextmanager
def bare(size: int) -> Iterator[Server]:
    """The least that an ASGI application on the same server can do."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi"),
        *("tests.bench._bare:application", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--log-level", "warning"),
    ]
    base = f"http://127.0.0.1:{port}"
    with process(command, base, BENCH_BODY_BYTES=str(size)) as pid:
        yield Server("bare ASGI", base, pid, "/{z}/{x}/{y}", {})


def _dsn() -> str:
    django = connection.settings_dict
    secret = f":{django['PASSWORD']}" if django["PASSWORD"] else ""
    return (
        f"postgresql://{django['USER']}{secret}@{django['HOST']}:{django['PORT']}"
        f"/{django['NAME']}"
    )
