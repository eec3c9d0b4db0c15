"""``./ioc status``: what runs, where, for whom; for people and as JSON."""

import json
import time
from typing import Any

from launcher import config, console, ports, probes, procinfo, session
from launcher.config import Context
from launcher.layout import Layout

PUBLIC_PORTS = {
    "http": "IOC_HTTP_PORT",
    "ais_udp": "IOC_AIS_UDP_PORT",
    "ais_tcp": "IOC_AIS_TCP_PORT",
    "ftp": "IOC_FTP_PORT",
    "postgres": "IOC_POSTGRES_PORT",
    "redis": "IOC_REDIS_PORT",
}


def saved_context(layout: Layout) -> Context | None:
    """The context of the last start, from var/env; None before the first one."""
    env = config.read_env_file(layout.env_file)
    if not env or not ports.remembered(layout):
        return None
    return Context(layout, env, {})


def process_rows(current: session.Session) -> list[dict[str, Any]]:
    """One entry per service, with memory and uptime as of now."""
    family = procinfo.children_of_all()
    rows = []
    for entry in current.processes:
        if entry["task"]:
            continue
        pid = int(entry["pid"] or 0) if current.running else 0
        alive = procinfo.is_alive(pid, entry["ticks"])
        members = procinfo.tree(pid, family) if alive else []
        uptime = max(0.0, time.time() - entry["started_at"]) if alive else 0.0
        rows.append(
            {
                "name": entry["name"],
                "state": entry["state"] if current.running else "stopped",
                "pid": pid if alive else None,
                "uptime_s": round(uptime, 1),
                "restarts": entry["restarts"],
                "last_exit": entry["last_exit"],
                "rss_bytes": procinfo.memory_bytes(members),
            }
        )
    return rows


def collect(layout: Layout) -> dict[str, Any]:
    """Everything ``status --json`` says; ``ready`` is asked of the server now."""
    current = session.read(layout)
    context = saved_context(layout)
    facts: dict[str, Any] = {
        "url": None,
        "ports": {},
        "users": [],
        "processes": process_rows(current),
        "ready": False,
        "reason": "not running",
    }
    if context is None:
        return facts
    facts["url"] = context.env.get("IOC_BASE_URL")
    facts["ports"] = {name: context.port(key) for name, key in PUBLIC_PORTS.items()}
    if context.demo:
        users = config.load_demo_users(context.demo_users_file, create=False)
        facts["users"] = users
    if current.running:
        facts["reason"] = probes.refused(context)
        facts["ready"] = not facts["reason"]
    return facts


def processes_table(rows: list[dict[str, Any]]) -> str:
    """The services as a table."""
    lines = [["PROCESS", "STATE", "PID", "UPTIME", "RESTARTS", "LAST EXIT", "MEMORY"]]
    for row in rows:
        lines.append(
            [
                row["name"],
                row["state"],
                str(row["pid"] or "-"),
                console.duration(row["uptime_s"]),
                str(row["restarts"]),
                "-" if row["last_exit"] is None else str(row["last_exit"]),
                console.mebibytes(row["rss_bytes"]),
            ]
        )
    return console.table(lines)


def users_table(users: list[dict[str, str]]) -> str:
    """The demo users as a table."""
    heading = [["DEMO USER", "PASSWORD", "ROLE"]]
    return console.table(
        heading + [[u["name"], u["password"], u["role"]] for u in users]
    )


def show(layout: Layout, as_json: bool = False) -> int:
    """Print the status; 0 when ready, 1 when running but not, 3 when stopped."""
    facts = collect(layout)
    running = facts["reason"] != "not running"
    if as_json:
        console.say(json.dumps(facts, indent=1, ensure_ascii=False))
    else:
        _print(facts, running)
    if not running:
        return 3
    return 0 if facts["ready"] else 1


def _print(facts: dict[str, Any], running: bool) -> None:
    if not running:
        console.say("GIS-IOC is not running. Start it with ./ioc up")
        return
    state = "ready" if facts["ready"] else f"not ready: {facts['reason']}"
    console.say(f"\nGIS-IOC  {facts['url']}  ({state})\n")
    if facts["users"]:
        console.say(users_table(facts["users"]) + "\n")
    console.say(processes_table(facts["processes"]))
    numbers = "  ".join(f"{name} {port}" for name, port in facts["ports"].items())
    console.say(f"\n  ports: {numbers}")
