"""wrk with a list of addresses: answers a second, latencies, bytes, errors."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}
_SIZES = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}

# Every thread walks the whole list, each from its own place. ``delay`` makes a
# connection wait between its requests, as a person who pans does.
_SCRIPT = """
local paths, at, threads = {}, 0, 0
for line in io.lines("%(paths)s") do paths[#paths + 1] = line end
function setup(thread)
  thread:set("offset", threads)
  threads = threads + 1
end
function init(args) at = math.floor(#paths * offset / %(threads)d) end
function request()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at])
end
%(delay)s
"""
_DELAY = "function delay() return math.random(0, %d) end"


@dataclass(frozen=True, slots=True)
class Load:
    """What a run gave. Latencies in milliseconds, ``size`` in bytes per answer."""

    per_s: float
    p50: float
    p99: float
    size: float
    errors: int

    def __str__(self) -> str:
        failed = f", {self.errors} errors" if self.errors else ""
        return (
            f"p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms, "
            f"{self.size:,.0f} bytes{failed}"
        )


def wrk(
    base: str,
    paths: Sequence[str],
    *,
    connections: int = 1,
    seconds: float = 2,
    pause_ms: int = 0,
    headers: dict[str, str] | None = None,
) -> Load:
    """Load ``paths`` one after the other, over and over.

    With ``pause_ms`` each connection waits up to that long between requests.
    """
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "walk.lua"
        listed.write_text("".join(f"{path}\n" for path in paths))
        delay = _DELAY % pause_ms if pause_ms else ""
        script.write_text(_SCRIPT % {"paths": listed, "threads": 1, "delay": delay})
        command = [program, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        command += ["--latency", "--timeout", "60s", "-s", str(script)]
        for name, value in {"Accept-Encoding": "gzip", **(headers or {})}.items():
            command += ["-H", f"{name}: {value}"]
        done = subprocess.run(
            [*command, base], check=True, capture_output=True, text=True
        )
    return _parsed(done.stdout)


def _parsed(text: str) -> Load:
    def find(pattern: str) -> re.Match[str]:
        found = re.search(pattern, text)
        if found is None:
            raise RuntimeError(f"wrk said:\n{text}")
        return found

    def ms(percent: str) -> float:
        number, unit = find(rf"{percent}%\s+([\d.]+)(us|ms|s|m)\b").groups()
        return float(number) * _UNITS[unit]

    total, size, unit = find(
        r"(\d+) requests in [\d.]+\w+, ([\d.]+)(B|KB|MB|GB) read"
    ).groups()
    errors = sum(
        int(number)
        for pattern in (r"Non-2xx or 3xx responses: (\d+)", r"Socket errors: (.*)")
        for found in re.findall(pattern, text)
        for number in re.findall(r"\d+", found)
    )
    return Load(
        per_s=float(find(r"Requests/sec:\s+([\d.]+)").group(1)),
        p50=ms("50"),
        p99=ms("99"),
        size=float(size) * _SIZES[unit] / max(int(total), 1),
        errors=errors,
    )
