"""Keeps the declared processes alive: one loop, one thread, no busy waiting."""

import json
import os
import select
import signal
import time
from collections.abc import Callable
from types import FrameType

from launcher import console, procinfo, spawn
from launcher.config import Context, child_environment
from launcher.layout import write_private
from launcher.processes import Process
from launcher.unit import Unit

LOG_CHECK_EVERY_S = 10.0
SLOW_START_S = 180.0


class Supervisor:
    """Starts processes by their needs, restarts the dead, stops in reverse.

    ``on_ready`` is called once when all are ready, ``on_slow`` once when that
    takes longer than three minutes after the last one-time step.
    """

    def __init__(
        self,
        context: Context,
        processes: list[Process],
        on_ready: Callable[[], None],
        on_slow: Callable[[], None],
    ) -> None:
        layout = context.layout
        self.context = context
        self.units = [
            Unit(p, layout.log / f"{p.name}.log", layout.stamps) for p in processes
        ]
        self.by_name = {unit.name: unit for unit in self.units}
        self.environment = child_environment(context)
        self.on_ready = on_ready
        self.on_slow = on_slow
        self.announced = False
        self.stopping = False
        self.exit_code = 0
        self._signals: list[int] = []
        self._told: dict[str, str] = {}
        self._published = ""
        self._logs_checked = 0.0
        self._progress_at = time.monotonic()
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def run(self) -> int:
        """Work until everything is stopped; returns the exit code."""
        spawn.adopt_orphans()
        self._listen_to_signals()
        while True:
            self._obey_signals()
            self._reap()
            if self.stopping:
                self._advance_stop()
                if not any(unit.alive for unit in self.units):
                    break
            else:
                self._advance_start()
            self._tell()
            self._publish()
            self._rotate_logs()
            self._sleep()
        self._end_stragglers()
        self._tell()
        self._publish(over=True)
        return self.exit_code

    def stop(self) -> None:
        """Begin to stop everything; a second call no longer waits."""
        if self.stopping:
            for unit in self.units:
                unit.kill_group()
        self.stopping = True

    def _listen_to_signals(self) -> None:
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        # Only a note: the loop, woken by the signal, does the work and the talking.
        self._signals.append(number)

    def _obey_signals(self) -> None:
        while self._signals:
            name = signal.Signals(self._signals.pop(0)).name
            console.say(f"\n{'Killing' if self.stopping else 'Stopping'} ({name}) …")
            self.stop()

    def _reap(self) -> None:
        """Collect ended children, and with them what they left in their group."""
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None:
                return
            unit = self._unit_of(ended.si_pid)
            if unit is not None:
                unit.kill_group()
            _, status = os.waitpid(ended.si_pid, 0)
            if unit is not None:
                unit.exited(os.waitstatus_to_exitcode(status))

    def _unit_of(self, pid: int) -> Unit | None:
        for unit in self.units:
            if unit.child is not None and unit.child.pid == pid:
                return unit
        return None

    def _needs_met(self, unit: Unit) -> bool:
        names = unit.process.needs
        return all(self.by_name[n].satisfied for n in names if n in self.by_name)

    def _advance_start(self) -> None:
        now = time.monotonic()
        for unit in self.units:
            due = unit.state == "waiting" or (
                unit.state == "backoff" and now >= unit.retry_at
            )
            if due and self._needs_met(unit):
                unit.try_start(self.context.layout.root, self.environment)
            unit.probe()
            if unit.state == "failed":
                self._give_up(unit)
                return
        self._check_ready(now)

    def _give_up(self, unit: Unit) -> None:
        console.say(
            f"'{unit.name}' failed with exit code {unit.last_exit}; the end of "
            f"{unit.log}:\n{console.tail(unit.log)}"
        )
        self.exit_code = 1
        self.stop()

    def _check_ready(self, now: float) -> None:
        if self.announced:
            return
        if any(unit.process.task and unit.alive for unit in self.units):
            self._progress_at = now
        if all(unit.satisfied for unit in self.units):
            self.announced = True
            self._tell()
            self._publish()
            self.on_ready()
        elif now - self._progress_at > SLOW_START_S:
            self.announced = True
            self._publish()
            self.on_slow()

    def _dependents_stopped(self, unit: Unit) -> bool:
        return not any(
            other.alive and unit.name in other.process.needs for other in self.units
        )

    def _advance_stop(self) -> None:
        for unit in self.units:
            if unit.state == "stopped":
                continue
            if unit.state in ("done", "failed") and not unit.alive:
                continue
            if self._dependents_stopped(unit):
                unit.stop()

    def _end_stragglers(self) -> None:
        """End grandchildren that outlived their parents; they are ours now."""
        family = procinfo.tree(os.getpid())[1:]
        if family:
            procinfo.end(family, grace_s=3)
            while True:
                try:
                    if os.waitpid(-1, os.WNOHANG)[0] == 0:
                        break
                except ChildProcessError:
                    break

    def _tell(self) -> None:
        """One line for each state worth telling about."""
        for unit in self.units:
            if self._told.get(unit.name) == unit.state:
                continue
            self._told[unit.name] = unit.state
            seconds = time.monotonic() - unit.began
            if unit.state == "starting" and unit.process.task:
                console.say(f"  … {unit.name:<22} running")
            elif unit.state in ("ready", "done"):
                detail = "unchanged" if unit.skipped else unit.state
                seconds = 0.0 if unit.skipped else seconds
                console.say(console.step_line("✓", unit.name, detail, seconds))
            elif unit.state == "backoff":
                wait = unit.retry_at - time.monotonic()
                detail = f"ended with {unit.last_exit}; again in {wait:.1f} s"
                console.say(console.step_line("!", unit.name, detail, seconds))
            elif unit.state == "stopped" and unit.stop_sent:
                seconds = time.monotonic() - unit.stop_sent
                console.say(console.step_line("■", unit.name, "stopped", seconds))

    def _publish(self, over: bool = False) -> None:
        facts = {
            "var": str(self.context.layout.var),
            "boot": procinfo.boot_id(),
            "pid": os.getpid(),
            "ticks": procinfo.start_ticks(os.getpid()),
            "over": over,
            "stopping": self.stopping,
            "processes": [unit.facts() for unit in self.units],
        }
        text = json.dumps(facts, indent=1)
        if text != self._published:
            write_private(self.context.layout.state_file, text)
            self._published = text

    def _rotate_logs(self) -> None:
        now = time.monotonic()
        if now - self._logs_checked > LOG_CHECK_EVERY_S:
            self._logs_checked = now
            for log in self.context.layout.log.glob("*.log"):
                spawn.rotate(log)

    def _sleep(self) -> None:
        """Wait for a signal, but wake up in time for the next probe or retry."""
        busy = self.stopping or any(
            unit.state in ("waiting", "starting", "backoff") for unit in self.units
        )
        select.select([self._wake_read], [], [], 0.05 if busy else 5.0)
        try:
            while os.read(self._wake_read, 512):
                pass
        except BlockingIOError:
            pass
