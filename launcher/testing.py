"""``./ioc test`` and ``./ioc bench``: private servers, then the runners."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from launcher import config, console, processes, running, session, stamps, system
from launcher.config import Context, Options
from launcher.errors import LauncherError
from launcher.layout import Layout
from launcher.processes import Process

PYTEST_NO_TESTS = 5


def _servers_only(context: Context) -> list[Process]:
    return processes.data_servers(context)


def _servers_and_static(context: Context) -> list[Process]:
    return [*processes.data_servers(context), processes.static_files(context)]


@contextmanager
def private_servers(layout: Layout, with_static: bool) -> Iterator[Context]:
    """PostgreSQL and Redis of this instance, stopped at the end.

    Two runs at the same time take turns.
    """
    lock = session.Lock(layout)
    if not lock.take():
        console.say(f"Waiting for another ./ioc {layout.instance} of this clone …")
        lock.take(wait_s=3600)
    session.stop(layout)
    context = running.prepare_instance(layout, Options())
    running.compile_messages(layout)
    declare = _servers_and_static if with_static else _servers_only
    if running.in_background(context, declare, lambda: None, tied=True):
        raise LauncherError("The private PostgreSQL and Redis did not start.")
    try:
        yield context
    finally:
        session.stop(layout)
        lock.release()


def _environment(context: Context) -> dict[str, str]:
    env = config.child_environment(context)
    # The servers' own mark would make the runner look like an orphan of theirs.
    env.pop("IOC_SUPERVISED")
    browser = system.chromium_program()
    if browser:
        env.setdefault("IOC_CHROMIUM", browser)
    return env


def run_step(name: str, command: list[str], root: Path, env: dict[str, str]) -> int:
    """Run a command with the terminal attached; prints its time and verdict."""
    console.say(f"\n── {name}: {' '.join(command)}")
    began = time.monotonic()
    with subprocess.Popen(command, cwd=root, env=env) as runner:
        try:
            code = runner.wait()
        except KeyboardInterrupt:
            # The terminal has told the runner too; let it clean up.
            with suppress(subprocess.TimeoutExpired):
                runner.wait(timeout=20)
            runner.kill()
            raise
    mark = "✓" if code in (0, PYTEST_NO_TESTS) else "✗"
    detail = "ok" if code == 0 else f"exit code {code}"
    console.say(console.step_line(mark, name, detail, time.monotonic() - began))
    return code


def node_tests(root: Path) -> list[str]:
    """The JavaScript tests of the project."""
    found = stamps.walk_all(root, lambda path: path.name.endswith(".test.mjs"))
    return [
        str(path.relative_to(root)) for path in found if path.parent.name == "tests"
    ]


def _pytest_runs(arguments: list[str]) -> list[tuple[str, list[str]]]:
    """Name and arguments of each pytest run.

    With an ``-m`` of the caller's there is one run, as the caller wants it.
    """
    cores = str(len(os.sched_getaffinity(0)))
    if any(part == "-m" or part.startswith("-m=") for part in arguments):
        return [("pytest", arguments)]
    return [
        ("pytest", ["-n", cores, "--dist=loadgroup", "-m", "not e2e", *arguments]),
        ("pytest e2e", ["-p", "no:xdist", "-m", "e2e", *_without_n(arguments)]),
    ]


def _without_n(arguments: list[str]) -> list[str]:
    """Leave out xdist's options, which the second run does not know."""
    kept: list[str] = []
    skip = False
    for part in arguments:
        if skip:
            skip = False
        elif part in ("-n", "--dist", "--numprocesses"):
            skip = True
        elif not part.startswith(("-n", "--dist=", "--numprocesses=")):
            kept.append(part)
    return kept


def test(layout: Layout, arguments: list[str]) -> int:
    """``./ioc test``: everything, or what the pytest arguments name."""
    console.say(f"GIS-IOC tests in {layout.root}")
    running.prepare_packages(layout, system.TEST_NEEDS, with_dev=True)
    with private_servers(layout, with_static=True) as context:
        env = _environment(context)
        python, root = str(layout.python), layout.root
        codes = [
            run_step(name, [python, "-m", "pytest", *rest], root, env)
            for name, rest in _pytest_runs(arguments)
        ]
        scripts = [] if arguments else node_tests(root)
        if scripts:
            node = ["node", "--test", *scripts]
            codes.append(run_step("node --test", node, root, env))
    return verdict(codes)


def verdict(codes: list[int]) -> int:
    """One exit code: no tests in one run are fine, in all of them they are not."""
    failed = [code for code in codes if code not in (0, PYTEST_NO_TESTS)]
    if failed:
        return failed[0]
    return 0 if 0 in codes else PYTEST_NO_TESTS


def bench(layout: Layout, arguments: list[str]) -> int:
    """``./ioc bench``: the project's benchmarks on production-like servers."""
    console.say(f"GIS-IOC benchmarks in {layout.root}")
    running.prepare_packages(layout, system.RUN_NEEDS, with_dev=False)
    with private_servers(layout, with_static=True) as context:
        command = [str(layout.python), "-m", "tests.bench", *arguments]
        return run_step("bench", command, layout.root, _environment(context))
