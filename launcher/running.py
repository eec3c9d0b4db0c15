"""Start an instance: prepare the clone, then supervise, here or in the background."""

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from launcher import (
    config,
    console,
    datahome,
    packages,
    postgres,
    processes,
    report,
    session,
    spawn,
    steps,
    system,
)
from launcher.config import Context, Options
from launcher.errors import LauncherError
from launcher.layout import Layout
from launcher.processes import Process
from launcher.supervisor import Supervisor

Declare = Callable[[Context], list[Process]]


def prepare_packages(
    layout: Layout, needs: tuple[system.Need, ...], with_dev: bool
) -> None:
    """Debian's packages, then Python's and JavaScript's side by side."""
    layout.make()
    with console.step("Debian packages") as line:
        line.detail = system.ensure_packages(layout, needs)

    def python() -> None:
        with console.step("Python packages") as line:
            line.detail = packages.ensure_python(layout)

    def node() -> None:
        with console.step("JavaScript packages") as line:
            line.detail = packages.ensure_node(layout, with_dev)

    with ThreadPoolExecutor(2) as pool:
        for work in [pool.submit(python), pool.submit(node)]:
            work.result()


def prepare_instance(layout: Layout, options: Options) -> Context:
    """Settings, passwords, the cluster; ends what an earlier start left."""
    left = session.end_orphans(layout, config.mark(layout))
    if left:
        console.say(console.step_line("✓", "left-over processes", left, 0.0))
    context = config.build(layout, options)
    if context.own_database:
        with console.step("PostgreSQL cluster") as line:
            line.detail = postgres.ensure_cluster(context)
    elif context.own_redis:
        datahome.ensure(layout)
    return context


def compile_messages(layout: Layout) -> None:
    """Compile changed translations."""
    with console.step("translations") as line:
        line.detail = steps.compile_messages(layout)


def everything(context: Context) -> list[Process]:
    """All that ``./ioc up`` runs."""
    return [
        *processes.data_servers(context),
        *processes.one_time_steps(context),
        *processes.application(context),
    ]


def up(layout: Layout, options: Options, detach: bool) -> int:
    """``./ioc up``."""
    began = time.monotonic()
    if session.read(layout).running:
        console.say("GIS-IOC is already running.")
        report.show(layout)
        return 0
    lock = session.Lock(layout)
    if not lock.take():
        raise LauncherError("Another ./ioc up of this clone is at work right now.")
    console.say(f"GIS-IOC in {layout.root}")
    prepare_packages(layout, system.RUN_NEEDS, with_dev=False)
    context = prepare_instance(layout, options)
    compile_messages(layout)

    def announce() -> None:
        _announce(context, time.monotonic() - began, detach)

    if detach:
        return in_background(context, everything, announce)
    return supervise(context, everything, announce, lambda: _warn(context))


def _announce(context: Context, seconds: float, detach: bool) -> None:
    current = session.read(context.layout)
    console.say(f"\nReady in {seconds:.1f} s:  {context.env['IOC_BASE_URL']}/\n")
    if context.demo:
        users = config.load_demo_users(context.demo_users_file)
        console.say(report.users_table(users) + "\n")
    console.say(report.processes_table(report.process_rows(current)))
    end = "./ioc down stops it" if detach else "Ctrl-C or ./ioc down stops it"
    console.say(f"\n  {end}; ./ioc status, ./ioc logs [process] -f show more.")


def _warn(context: Context) -> None:
    console.say("\nNot everything is ready after three minutes:")
    report.show(context.layout)
    for entry in session.read(context.layout).processes:
        if entry["state"] not in ("ready", "done"):
            log = context.layout.log / f"{entry['name']}.log"
            console.say(f"\n{log}:\n{console.tail(log, 15)}")


def supervise(
    context: Context,
    declare: Declare,
    on_ready: Callable[[], None],
    on_slow: Callable[[], None],
) -> int:
    """Run the supervisor in this process until it is told to stop."""
    return Supervisor(context, declare(context), on_ready, on_slow).run()


def in_background(
    context: Context,
    declare: Declare,
    announce: Callable[[], None],
    tied: bool = False,
) -> int:
    """Fork the supervisor off; returns when it is ready, 0, or has failed, 1.

    A ``tied`` one ends with this process.
    """
    heard, told = os.pipe2(os.O_CLOEXEC)
    sys.stdout.flush()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(heard)
        _background(context, declare, announce, told, parent if tied else 0)
    os.close(told)
    return _wait_for(child, heard)


def _background(
    context: Context,
    declare: Declare,
    announce: Callable[[], None],
    told: int,
    tied_to: int,
) -> None:
    """The forked supervisor's life; does not return."""
    os.setsid()
    if tied_to:
        spawn.die_with_parent(signal.SIGTERM)
        if os.getppid() != tied_to:
            os._exit(1)
    log = context.layout.log / "supervisor.log"

    def ready() -> None:
        announce()
        _to_log(log)
        os.write(told, b"0")

    def slow() -> None:
        _warn(context)
        _to_log(log)
        os.write(told, b"1")

    code = 1
    try:
        code = supervise(context, declare, ready, slow)
    except LauncherError as error:
        console.say(str(error))
    finally:
        sys.stdout.flush()
        os._exit(code)


def _to_log(log: Path) -> None:
    """From now on what is said goes to the supervisor's log."""
    sys.stdout.flush()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (out, 1), (out, 2)):
        os.dup2(source, target)


def _wait_for(child: int, heard: int) -> int:
    """Wait for the supervisor's word; Ctrl-C meanwhile stops it."""
    word = b""
    try:
        select.select([heard], [], [])
        word = os.read(heard, 1)
    except KeyboardInterrupt:
        os.kill(child, signal.SIGTERM)
    os.close(heard)
    if word:
        return 0 if word == b"0" else 1
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) or 1
