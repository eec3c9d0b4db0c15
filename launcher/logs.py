"""``./ioc logs``: the processes' log files, at once or followed."""

import time
from pathlib import Path

from launcher import console
from launcher.errors import LauncherError
from launcher.layout import Layout


def chosen(layout: Layout, names: list[str]) -> list[Path]:
    """The log files asked for, or all of them."""
    present = {path.stem: path for path in sorted(layout.log.glob("*.log"))}
    unknown = [name for name in names if name not in present]
    if unknown:
        have = ", ".join(present) or "none yet"
        raise LauncherError(f"No log of {', '.join(unknown)}; there are: {have}.")
    return [present[name] for name in names] if names else list(present.values())


class Follower:
    """Reads what is added to a log; starts over when it was rotated."""

    def __init__(self, path: Path, prefix: str) -> None:
        self.path = path
        self.prefix = prefix
        self.position = path.stat().st_size
        self.rest = ""

    def show_new(self) -> None:
        """Print complete lines added since the last call."""
        try:
            size = self.path.stat().st_size
            if size < self.position:
                self.position = 0
            if size == self.position:
                return
            with self.path.open("rb") as stream:
                stream.seek(self.position)
                block = stream.read()
        except OSError:
            return
        self.position += len(block)
        lines = (self.rest + block.decode("utf-8", "replace")).split("\n")
        self.rest = lines.pop()
        for line in lines:
            console.say(self.prefix + line)


def show(layout: Layout, names: list[str], follow: bool, lines: int) -> int:
    """Print the last lines of each log, then follow them until Ctrl-C."""
    files = chosen(layout, names)
    width = max((len(path.stem) for path in files), default=0)
    several = len(files) > 1
    prefixes = {p: f"{p.stem:<{width}} | " if several else "" for p in files}
    for path in files:
        for line in console.tail(path, lines).splitlines():
            console.say(prefixes[path] + line)
    if not follow:
        return 0
    followers = [Follower(path, prefixes[path]) for path in files]
    try:
        while True:
            for follower in followers:
                follower.show_new()
            time.sleep(0.2)
    except KeyboardInterrupt:
        return 0
