"""Where the launcher keeps things: every path it uses is a property here."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Layout:
    """Paths of one instance: ``""`` is what ``up`` runs, others live beside it."""

    root: Path = ROOT
    instance: str = ""

    @property
    def base_var(self) -> Path:
        """``var/`` of the clone; IOC_VAR_DIR moves it."""
        chosen = os.environ.get("IOC_VAR_DIR")
        return Path(chosen).resolve() if chosen else self.root / "var"

    @property
    def var(self) -> Path:
        """This instance's own folder."""
        return self.base_var / self.instance if self.instance else self.base_var

    @property
    def clone_id(self) -> str:
        """Short name of this clone and instance, the same at every start."""
        return hashlib.sha256(str(self.var).encode()).hexdigest()[:12]

    @property
    def log(self) -> Path:
        """Folder of the log files."""
        return self.var / "log"

    @property
    def state_file(self) -> Path:
        """What the supervisor tells about itself and its processes."""
        return self.var / "run" / "state.json"

    @property
    def lock_file(self) -> Path:
        """Held locked by the supervisor while it lives."""
        return self.var / "run" / "lock"

    @property
    def stamps(self) -> Path:
        """Folder of fingerprints of work already done."""
        return self.var / "stamps"

    @property
    def secrets_file(self) -> Path:
        """Generated passwords and keys, readable by the owner only."""
        return self.var / "secrets.json"

    @property
    def ports_file(self) -> Path:
        """Ports chosen at the first start."""
        return self.var / "ports.json"

    @property
    def choices_file(self) -> Path:
        """What was chosen on the command line and holds until reset."""
        return self.var / "choices.json"

    @property
    def env_file(self) -> Path:
        """Environment of the children, for ``set -a; . var/env``."""
        return self.var / "env"

    @property
    def demo_users_file(self) -> Path:
        """Demo users with their generated passwords."""
        return self.var / "demo_users.json"

    @property
    def data(self) -> Path:
        """Data of PostgreSQL and Redis; a link when it had to live elsewhere."""
        return self.var / "data"

    @property
    def venv(self) -> Path:
        """The Python environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.venv / "bin" / "python"

    def make(self) -> None:
        """Create the folders the launcher writes to."""
        for folder in (self.var, self.log, self.state_file.parent, self.stamps):
            folder.mkdir(parents=True, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    temporary.replace(path)
