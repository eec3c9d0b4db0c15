"""Processor time and memory of a process with its children, out of /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """``cpu_s`` seconds of processor time since the start, ``rss_mb`` megabytes."""

    cpu_s: float
    rss_mb: float


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def usage(pid: int) -> Usage:
    """Of ``pid`` and everything below it that still runs."""
    cpu, rss, waiting = 0.0, 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            stat = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            waiting += _children(one)
        except OSError:
            continue
        cpu += (int(stat[11]) + int(stat[12])) / _TICK
        # shared pages are counted once, divided among those who share them
        pss = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
        rss += int(pss.split()[1]) / 1024
    return Usage(cpu, rss)
