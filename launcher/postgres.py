"""Our own PostgreSQL cluster: made once, started by the supervisor."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from launcher import console, datahome, procinfo
from launcher.config import DATABASE, Context
from launcher.errors import LauncherError
from launcher.layout import Layout
from launcher.system import ServiceUser, as_user, postgres_bin

EXTENSIONS = ("postgis", "unaccent", "pg_trgm", "btree_gist")
CLUSTER_ID = "cluster-id"
SETTINGS = {
    "autovacuum_vacuum_scale_factor": "0.05",
    "checkpoint_completion_target": "0.9",
    "checkpoint_timeout": "15min",
    "effective_cache_size": "4GB",
    "jit": "off",
    "listen_addresses": "127.0.0.1",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_duration_statement": "2s",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "maintenance_work_mem": "256MB",
    "max_connections": "100",
    "max_wal_size": "4GB",
    "password_encryption": "scram-sha-256",
    "random_page_cost": "1.1",
    "shared_buffers": "512MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "wal_compression": "on",
    "work_mem": "32MB",
}
# A test cluster may lose everything in a crash; it is then made anew.
FAST_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "synchronous_commit": "off",
}


def data_folder(layout: Layout) -> Path:
    """The cluster's folder."""
    return layout.data / "postgres"


def cluster_id(layout: Layout) -> str:
    """Identity of the cluster, made with it; empty when there is none."""
    try:
        return (layout.stamps / CLUSTER_ID).read_text()
    except OSError:
        return ""


def programs(layout: Layout) -> Path:
    """Folder of the server's programs, of the version that made the cluster."""
    try:
        version = (data_folder(layout) / "PG_VERSION").read_text().strip()
    except OSError:
        version = None
    found = postgres_bin(version)
    if found is None:
        wanted = f"PostgreSQL {version}" if version else "PostgreSQL 15 or newer"
        raise LauncherError(f"{wanted} with PostGIS is not installed here.")
    return found


def ensure_cluster(context: Context) -> str:
    """Make the cluster when there is none; returns a remark."""
    layout = context.layout
    user = datahome.ensure(layout)
    data = data_folder(layout)
    if (data / "PG_VERSION").exists() and cluster_id(layout):
        if layout.instance != "test" or _ended_cleanly(layout, user):
            return "unchanged"
        stop_leftovers(layout)
    _initialise(layout, user, context.secrets["db_superuser"])
    (layout.stamps / CLUSTER_ID).write_text(secrets.token_hex(8))
    return "cluster made"


def _initialise(layout: Layout, user: ServiceUser | None, password: str) -> None:
    """initdb beside the final place, so that an interrupted one leaves nothing."""
    run = (layout.data / "run").resolve()
    fresh = run / "initdb"
    shutil.rmtree(fresh, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", dir=run) as secret:
        secret.write(password + "\n")
        secret.flush()
        if user is not None:
            os.chown(secret.name, user.uid, user.gid)
        run_as(
            user,
            [
                str(programs(layout) / "initdb"),
                *("--pgdata", str(fresh), "--username", "postgres"),
                *("--pwfile", secret.name, "--auth", "scram-sha-256"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8"),
                *(["--no-sync"] if layout.instance == "test" else []),
            ],
            layout.log / "postgres.log",
        )
    final = data_folder(layout)
    if final.exists():
        shutil.rmtree(final)
    fresh.rename(final)


def run_as(user: ServiceUser | None, command: list[str], log: Path) -> None:
    """Run a program as the service user; its output goes to the log."""
    with log.open("ab") as stream:
        result = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            check=False,
            **as_user(user),
        )
    if result.returncode:
        raise LauncherError(
            f"{Path(command[0]).name} failed; the end of {log}:\n"
            + console.tail(log, 20)
        )


def _ended_cleanly(layout: Layout, user: ServiceUser | None) -> bool:
    answer = subprocess.run(
        [str(programs(layout) / "pg_controldata"), str(data_folder(layout).resolve())],
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
        check=False,
        **as_user(user),
    )
    states = [x for x in answer.stdout.splitlines() if "Database cluster state" in x]
    return bool(states) and states[0].split(":")[1].strip() == "shut down"


def command(context: Context) -> list[str]:
    """The server's command line; every setting is on it, no file is edited."""
    layout = context.layout
    settings = dict(SETTINGS)
    if layout.instance == "test":
        settings.update(FAST_SETTINGS)
    user = datahome.current_user(layout)
    settings["port"] = context.env["IOC_POSTGRES_PORT"]
    settings["unix_socket_directories"] = str(datahome.socket_folder(layout, user))
    settings["unix_socket_permissions"] = "0770"
    flags = [part for k, v in sorted(settings.items()) for part in ("-c", f"{k}={v}")]
    data = str(data_folder(layout).resolve())
    return [str(programs(layout) / "postgres"), "-D", data, *flags]


def is_ready(context: Context) -> bool:
    """Whether this very server takes connections.

    It says so itself in the last line of postmaster.pid; a connection would
    not tell it from somebody else's server on the same port.
    """
    data = data_folder(context.layout).resolve()
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return False
    return lines[-1].strip() == "ready" and procinfo.working_directory(pid) == str(data)


def stop_leftovers(layout: Layout) -> None:
    """End what an earlier server of this very cluster left behind.

    After a killed postmaster its backends may live on for a while and hold the
    shared memory; a postmaster.pid whose number now belongs to another program
    would keep the server from starting.
    """
    data = data_folder(layout)
    if not data.exists():
        return
    leftovers = procinfo.in_directory(data)
    if leftovers:
        procinfo.end(leftovers, grace_s=10, number=signal.SIGQUIT)
    note = data / "postmaster.pid"
    try:
        pid = int(note.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    if procinfo.is_alive(pid) and procinfo.working_directory(pid) != str(
        data.resolve()
    ):
        note.unlink(missing_ok=True)


def setup_sql(context: Context) -> str:
    """SQL for the superuser: role, extensions in template1, the database.

    Test databases are copies of template1, so they have the extensions although
    the application's role may not create them.
    """
    create = "\n".join(f"CREATE EXTENSION IF NOT EXISTS {x};" for x in EXTENSIONS)
    grant = f"GRANT ALL ON spatial_ref_sys TO {DATABASE};"
    # Tests make people with fewer rights than ours, to see what they cannot do.
    rights = "CREATEDB CREATEROLE" if context.layout.instance == "test" else "CREATEDB"
    return f"""\\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT 'CREATE ROLE {DATABASE}' WHERE NOT EXISTS
  (SELECT FROM pg_roles WHERE rolname = '{DATABASE}') \\gexec
ALTER ROLE {DATABASE} LOGIN {rights} PASSWORD '{context.secrets["db"]}';
{create}
{grant}
SELECT 'CREATE DATABASE {DATABASE} OWNER {DATABASE}' WHERE NOT EXISTS
  (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
\\connect {DATABASE}
SET client_min_messages = warning;
{create}
{grant}
"""


def setup_command(context: Context) -> tuple[list[str], dict[str, str], bytes]:
    """psql's command line, additional environment, and its input."""
    psql = [str(programs(context.layout) / "psql"), "--no-psqlrc", "--quiet"]
    psql += ["--host", "127.0.0.1", "--port", context.env["IOC_POSTGRES_PORT"]]
    psql += ["--username", "postgres", "--dbname", "template1"]
    env = {"PGPASSWORD": context.secrets["db_superuser"], "PGSSLMODE": "disable"}
    return psql, env, setup_sql(context).encode()
