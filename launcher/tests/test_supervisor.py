"""The supervisor with harmless programs: order, restarts, stopping, dying."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from launcher import config, procinfo, session, spawn, unit
from launcher.layout import ROOT, Layout

PROGRAM = """
import sys
from pathlib import Path
from launcher import config, processes, session
from launcher.layout import Layout
from launcher.processes import Process
from launcher.supervisor import Supervisor
layout = Layout(root=Path(sys.argv[1]))
lock = session.Lock(layout)
assert lock.take()
context = config.build(layout, config.Options())
PROCESSES = {processes}
ready = lambda: print("READY", flush=True)
sys.exit(Supervisor(context, PROCESSES, ready, lambda: print("SLOW")).run())
"""
SLEEPERS = """[
    Process("first", ("sleep", "1000")),
    Process("second", ("sleep", "1000"), needs=("first",)),
]"""


def wait_until(
    condition: Callable[[], Any], what: str = "condition", seconds: float = 15.0
) -> Any:
    """Poll until the condition holds; returns what it returned."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"waited in vain for {what}")


def facts_of(layout: Layout, name: str) -> dict[str, Any]:
    """What the supervisor last said about a process."""
    for entry in session.read(layout).processes:
        if entry["name"] == name:
            return dict(entry)
    return {}


@pytest.fixture
def supervised(layout: Layout) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a supervisor with the given declarations in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(declared: str = SLEEPERS) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [
                sys.executable,
                "-c",
                PROGRAM.replace("{processes}", declared),
                layout.root,
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        if child.poll() is None:
            child.terminate()
            child.wait(timeout=30)
        if child.stdout:
            child.stdout.close()


def _ready(child: subprocess.Popen[str]) -> str:
    assert child.stdout
    text = ""
    while "READY" not in text:
        line = child.stdout.readline()
        assert line, f"ended before it was ready: {text}"
        text += line
    return text


def test_a_killed_process_comes_back_and_is_counted(layout, supervised):
    _ready(supervised())
    before = facts_of(layout, "first")
    os.kill(before["pid"], signal.SIGKILL)
    after = wait_until(
        lambda: (
            (now := facts_of(layout, "first"))["state"] == "ready"
            and now["pid"] != before["pid"]
            and now
        ),
        "the restart",
    )
    assert after["restarts"] == 1
    assert after["last_exit"] == -signal.SIGKILL


def test_all_end_with_the_supervisor_in_reverse_order(layout, supervised):
    child = supervised()
    _ready(child)
    pids = [facts_of(layout, name)["pid"] for name in ("first", "second")]
    child.terminate()
    output, _ = child.communicate(timeout=15)
    assert child.returncode == 0
    assert output.index("■ second") < output.index("■ first")
    assert not any(procinfo.is_alive(pid) for pid in pids)
    assert not session.read(layout).running


def test_children_do_not_outlive_a_killed_supervisor(layout, supervised):
    child = supervised()
    _ready(child)
    pids = [facts_of(layout, name)["pid"] for name in ("first", "second")]
    child.kill()
    child.wait()
    wait_until(lambda: not any(map(procinfo.is_alive, pids)), "the children's end")
    assert not session.read(layout).running


def test_what_a_killed_process_started_is_ended_with_it(layout, supervised):
    tree = """[Process("tree", ("sh", "-c", "sleep 1000 & echo $!; wait"))]"""
    _ready(supervised(tree))
    log = layout.log / "tree.log"
    wait_until(lambda: log.read_text().strip(), "the grandchild")
    grandchild = int(log.read_text().split()[0])
    os.kill(facts_of(layout, "tree")["pid"], signal.SIGKILL)
    wait_until(lambda: not procinfo.is_alive(grandchild), "the grandchild's end")


def test_a_process_that_keeps_dying_is_tried_ever_more_seldom(layout, supervised):
    supervised("""[Process("dying", ("false",), ready=lambda: False)]""")
    wait_until(lambda: facts_of(layout, "dying").get("restarts", 0) >= 3, "restarts")
    assert facts_of(layout, "dying")["last_exit"] == 1
    delays = [unit.backoff_s(n) for n in range(1, 12)]
    assert delays == sorted(delays)
    assert delays[0] < 1
    assert delays[-1] == unit.BACKOFF_MOST_S


def test_a_failing_task_stops_everything_and_shows_its_log(supervised):
    child = supervised("""[
        Process("server", ("sleep", "1000")),
        Process("load", ("sh", "-c", "echo no such table; exit 3"), task=True,
                needs=("server",)),
        Process("web", ("sleep", "1000"), needs=("load",)),
    ]""")
    output, _ = child.communicate(timeout=15)
    assert child.returncode == 1
    assert "'load' failed with exit code 3" in output
    assert "no such table" in output


def test_a_task_with_the_same_stamp_does_not_run_again(layout, supervised):
    declared = """[Process("load", ("sh", "-c", "echo ran"), task=True,
        stamp=lambda: "same")]"""
    for _ in range(2):
        child = supervised(declared)
        _ready(child)
        child.terminate()
        child.wait(timeout=15)
    assert (layout.log / "load.log").read_text() == "ran\n"


def test_a_process_that_ignores_the_signal_is_killed_in_the_end(layout, supervised):
    child = supervised("""[Process("deaf", ("sh", "-c",
        "trap '' TERM; echo set; while :; do sleep 1; done"), stop_timeout_s=1)]""")
    _ready(child)
    wait_until(lambda: (layout.log / "deaf.log").read_text(), "the trap")
    began = time.monotonic()
    child.terminate()
    child.wait(timeout=15)
    assert 0.9 < time.monotonic() - began < 8


def test_a_program_that_does_not_exist_is_reported_in_its_log(layout, supervised):
    supervised("""[Process("gone", ("/no/such/program",), ready=lambda: True)]""")
    wait_until(lambda: facts_of(layout, "gone").get("last_exit") == 127, "the exit")
    assert "cannot start /no/such/program" in (layout.log / "gone.log").read_text()


def test_a_second_supervisor_of_the_same_clone_cannot_start(layout, supervised):
    _ready(supervised())
    assert not session.Lock(layout).take()


def test_the_state_of_a_copied_clone_is_not_mistaken_for_its_own(
    layout, supervised, tmp_path
):
    _ready(supervised())
    copy = Layout(root=tmp_path / "copy")
    copy.make()
    copy.state_file.write_text(layout.state_file.read_text())
    assert session.read(layout).running
    assert not session.read(copy).running
    assert session.orphans(copy, "") == []


def test_a_copied_clone_does_not_end_the_first_ones_processes(
    layout, supervised, tmp_path
):
    _ready(supervised())
    copy = Layout(root=tmp_path / "copy")
    shutil.copytree(layout.root, copy.root)
    assert session.orphans(copy, config.mark(copy)) == []
    assert session.orphans(layout, config.mark(layout)) != []


def test_the_state_of_an_earlier_boot_is_not_believed(layout: Layout):
    facts = {"var": str(layout.var), "boot": "another", "pid": 1, "ticks": 0}
    layout.state_file.write_text(json.dumps({**facts, "over": False}))
    assert not session.read(layout).running


def test_left_over_processes_are_found_by_their_mark_and_ended(layout: Layout):
    mark = f"mark-{os.getpid()}"
    orphan = subprocess.Popen(
        ["sleep", "1000"], env={**os.environ, "IOC_SUPERVISED": mark}
    )
    try:
        wait_until(lambda: orphan.pid in session.orphans(layout, mark), "the orphan")
        assert session.end_orphans(layout, mark) == "1 ended"
        assert orphan.wait(timeout=5) == -signal.SIGTERM
    finally:
        orphan.kill()


def test_a_person_who_sourced_var_env_is_not_taken_for_an_orphan(layout: Layout):
    context = config.build(layout, config.Options())
    with subprocess.Popen(
        ["sleep", "1000"], env={**os.environ, **context.env}
    ) as shell:
        try:
            assert shell.pid not in session.orphans(layout, config.mark(layout))
        finally:
            shell.kill()


def test_logs_are_rotated_by_size_while_the_writer_goes_on(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(spawn, "LOG_LIMIT_BYTES", 100)
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(5):
            writer.write(f"{number}".encode() * 120)
            spawn.rotate(log)
            writer.write(b"after\n")
    assert log.read_bytes() == b"after\n"
    assert (tmp_path / "web.log.1").read_bytes().endswith(b"4" * 120)
    assert not (tmp_path / "web.log.4").exists()
