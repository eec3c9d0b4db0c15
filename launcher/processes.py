"""What runs, declared as data: data servers, one-time steps, the application."""

import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from launcher import datahome, postgres, probes, redisd, steps
from launcher.config import Context
from launcher.system import ServiceUser


def nothing() -> None:
    """Nothing to do before a start."""


@dataclass(frozen=True)
class Process:
    """A service that is kept alive, or a task that runs once.

    ``needs`` names what must be ready (services) or done (tasks) before it
    starts; the stop order is the reverse. A task with a ``stamp`` equal to the
    stored one counts as done without running.
    """

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    task: bool = False
    stamp: Callable[[], str] | None = None
    ready: Callable[[], bool] | None = None
    before: Callable[[], None] = nothing
    executable: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    input: bytes = b""
    user: ServiceUser | None = None
    stop_signal: int = signal.SIGTERM
    stop_timeout_s: float = 10.0
    nice: int = 0


def data_servers(context: Context) -> list[Process]:
    """PostgreSQL, Redis and the step that makes role, database, extensions."""
    layout = context.layout
    user = datahome.current_user(layout)
    found = []
    if context.own_database:
        found += [_postgres(context, user), _database(context)]
    if context.own_redis:
        redisd.write_settings(context)
        found.append(
            Process(
                "redis",
                tuple(redisd.command(context)),
                executable=redisd.executable(),
                ready=lambda: redisd.is_ready(context),
                user=user,
                stop_timeout_s=20,
            )
        )
    return found


def _postgres(context: Context, user: ServiceUser | None) -> Process:
    return Process(
        "postgres",
        tuple(postgres.command(context)),
        ready=lambda: postgres.is_ready(context),
        before=lambda: postgres.stop_leftovers(context.layout),
        environment={"LC_ALL": "C.UTF-8"},
        user=user,
        stop_signal=signal.SIGINT,
        stop_timeout_s=60,
    )


def _database(context: Context) -> Process:
    command, environment, sql = postgres.setup_command(context)
    mark = f"{postgres.cluster_id(context.layout)}\n{sql.decode()}"
    return Process(
        "database",
        tuple(command),
        needs=("postgres",),
        task=True,
        stamp=lambda: steps.hashed(mark),
        environment=environment,
        input=sql,
    )


def _manage(context: Context, *arguments: str) -> tuple[str, ...]:
    return (str(context.layout.python), "manage.py", *arguments)


def one_time_steps(context: Context) -> list[Process]:
    """Migrations, accounts, static files, messages and the demo province."""
    database = ("database",) if context.own_database else ()
    # Migrations may already talk to Redis (a signal that announces a change).
    servers = (*database, *(("redis",) if context.own_redis else ()))
    found = [
        Process(
            "migrate",
            _manage(context, "migrate", "--noinput"),
            needs=servers,
            task=True,
            stamp=lambda: steps.migrations_stamp(context),
        ),
        Process(
            "sync_accounts",
            _manage(context, "sync_accounts"),
            needs=("migrate",),
            task=True,
            stamp=lambda: steps.code_stamp(context),
        ),
        static_files(context),
    ]
    if context.demo:
        found.append(
            Process(
                "load_demo",
                _manage(context, "load_demo", "--if-empty"),
                needs=("sync_accounts",),
                task=True,
                stamp=lambda: steps.demo_stamp(context),
            )
        )
    return found


def static_files(context: Context) -> Process:
    """Collect the static files when one of them changed."""
    return Process(
        "collectstatic",
        _manage(context, "collectstatic", "--noinput", "--verbosity", "0"),
        task=True,
        stamp=lambda: steps.static_stamp(context),
    )


def application(context: Context) -> list[Process]:
    """Web, Celery, receivers and, in a demo, the simulators."""
    last = "load_demo" if context.demo else "sync_accounts"
    servers = ("postgres",) * context.own_database + ("redis",) * context.own_redis
    base = (*servers, last)
    found = [
        _web(context, (*base, "collectstatic")),
        Process(
            "receiver",
            _manage(context, "receive"),
            needs=base,
            ready=lambda: probes.listens(context, "IOC_AIS_TCP_PORT"),
            stop_timeout_s=15,
        ),
        *_celery(context, base),
    ]
    if context.demo and context.options.simulators:
        found.append(
            Process(
                "simulator",
                _manage(context, "simulate"),
                needs=("receiver",),
                nice=5,
            )
        )
    return found


def _web(context: Context, needs: tuple[str, ...]) -> Process:
    env = context.env
    flags = ["--interface", "asgi", "--ws", "--host", env["IOC_BIND"]]
    flags += ["--port", env["IOC_HTTP_PORT"], "--workers", env["IOC_WEB_WORKERS"]]
    # A worker that dies comes back at once; one that hangs at the end is killed.
    flags += ["--respawn-failed-workers", "--workers-kill-timeout", "5s"]
    flags += ["--log-level", "warning"]
    return Process(
        "web",
        (_tool(context, "granian"), *flags, "gis_ioc.asgi:application"),
        needs=needs,
        ready=lambda: probes.serves(context),
        stop_timeout_s=15,
    )


def _celery(context: Context, needs: tuple[str, ...]) -> list[Process]:
    start = (_tool(context, "celery"), "-A", "gis_ioc")
    quiet = ("--without-gossip", "--without-mingle", "-l", "WARNING")
    scheduler = "django_celery_beat.schedulers:DatabaseScheduler"
    return [
        Process(
            "worker",
            (*start, "worker", "--concurrency", "2", *quiet),
            needs=needs,
            stop_timeout_s=30,
        ),
        Process(
            "beat",
            (*start, "beat", "-S", scheduler, "--pidfile=", "-l", "WARNING"),
            needs=needs,
        ),
    ]


def _tool(context: Context, name: str) -> str:
    path = context.layout.venv / "bin" / name
    return str(path) if path.exists() else shutil.which(name) or str(Path(name))
