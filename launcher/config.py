"""Secrets, demo users and the environment every child gets."""

import json
import os
import secrets
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from launcher import ports
from launcher.layout import Layout, write_private

DEMO_USERS = (
    ("admin", "administrator"),
    ("operator", "operator"),
    ("fisheries", "fisheries"),
    ("environment", "environment"),
    ("leader", "leader"),
    ("supervisor", "supervisor"),
    ("officer", "officer"),
    ("officer2", "officer"),
)
READABLE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
DATABASE = "gis_ioc"
NO = ("", "0", "false", "no", "off")
# Given by a caller who sourced var/env, these still name `up`'s own servers;
# private instances never take them over.
OWN_OF_EACH_INSTANCE = {
    "DATABASE_URL",
    "REDIS_URL",
    "IOC_DEMO_PASSWORDS_FILE",
    "IOC_VAR_DIR",
    "IOC_BASE_URL",
    *(wish.key for wish in ports.WISHES),
}


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    port: int | None = None
    demo: bool | None = None
    simulators: bool = True


@dataclass(frozen=True)
class Context:
    """All that starting an instance depends on."""

    layout: Layout
    env: dict[str, str]
    secrets: dict[str, str]
    options: Options = field(default_factory=Options)
    own_database: bool = True
    own_redis: bool = True

    @property
    def demo(self) -> bool:
        """Whether demo data and demo users belong to this instance."""
        return self.env.get("IOC_DEMO", "1").lower() not in NO

    @property
    def demo_users_file(self) -> Path:
        """Where the demo users' passwords are."""
        return Path(self.env["IOC_DEMO_PASSWORDS_FILE"])

    def port(self, key: str) -> int:
        """Number of a port by its variable's name."""
        return int(self.env[key])


def password() -> str:
    """A password people can read out: four groups, about 79 bits."""
    groups = [
        "".join(secrets.choice(READABLE_LETTERS) for _ in range(4)) for _ in range(4)
    ]
    return "-".join(groups)


def load_secrets(layout: Layout) -> dict[str, str]:
    """Generated keys and passwords, made at the first start."""
    try:
        known = dict(json.loads(layout.secrets_file.read_text()))
    except (OSError, ValueError):
        known = {}
    # vapid: 32 random bytes are a key of the curve P-256, for web push
    lengths = {
        "secret_key": 50,
        "db": 24,
        "db_superuser": 24,
        "redis": 24,
        "mark": 12,
        "vapid": 32,
    }
    complete = {k: known.get(k) or secrets.token_urlsafe(n) for k, n in lengths.items()}
    if complete != known:
        write_private(layout.secrets_file, json.dumps(complete, indent=1))
    return complete


def mark(layout: Layout) -> str:
    """What tells this clone's processes from all others, a copied clone's too."""
    return f"{layout.clone_id}-{load_secrets(layout)['mark']}"


def load_demo_users(path: Path, create: bool = True) -> list[dict[str, str]]:
    """The demo users with their passwords; generated once."""
    try:
        known = list(json.loads(path.read_text()))
    except (OSError, ValueError):
        known = []
    names = {user["name"] for user in known}
    new = [
        {"name": name, "password": password(), "role": role}
        for name, role in DEMO_USERS
        if name not in names
    ]
    if new and create:
        known += new
        write_private(path, json.dumps(known, indent=1))
    return known


def read_env_file(path: Path) -> dict[str, str]:
    """KEY=VALUE lines with optional ``export``, quotes and # comments."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    values = {}
    for line in lines:
        text = line.strip().removeprefix("export ").strip()
        key, equals, rest = text.partition("=")
        if text.startswith("#") or not equals or not key.strip().isidentifier():
            continue
        try:
            parts = shlex.split(rest, comments=True)
        except ValueError:
            parts = [rest]
        values[key.strip()] = " ".join(parts)
    return values


def given_values(layout: Layout) -> dict[str, str]:
    """What the caller's environment and the clone's .env say; the caller wins."""
    given = {**read_env_file(layout.root / ".env"), **os.environ}
    if layout.instance:
        given = {k: v for k, v in given.items() if k not in OWN_OF_EACH_INSTANCE}
    return given


def _without_own(
    layout: Layout, generated: dict[str, str], given: dict[str, str]
) -> dict[str, str]:
    """Leave out what a caller has who sourced var/env: our own earlier values."""
    before = ports.remembered(layout)
    kept = {k: v for k, v in given.items() if v != str(before.get(k))}
    marks = {
        "DATABASE_URL": f"{DATABASE}:{generated['db']}@127.0.0.1",
        "REDIS_URL": f":{generated['redis']}@127.0.0.1",
        "IOC_BASE_URL": "http://127.0.0.1:",
    }
    for key, mark in marks.items():
        if mark in kept.get(key, ""):
            del kept[key]
    return kept


def build(layout: Layout, options: Options) -> Context:
    """Decide ports and passwords and write var/env."""
    layout.make()
    generated = load_secrets(layout)
    given = _without_own(layout, generated, given_values(layout))
    if options.port is not None:
        given["IOC_HTTP_PORT"] = str(options.port)
    bind = given.get("IOC_BIND") or "127.0.0.1"
    numbers = ports.choose(layout, given, bind)
    own = _generated_values(layout, generated, numbers, bind)
    given.update(_lasting_choice(layout, options, given))
    env = {key: given.get(key) or value for key, value in own.items()}
    if not given.get("IOC_BASE_URL"):
        env["IOC_BASE_URL"] = f"http://{_visitor_address(bind)}:{env['IOC_HTTP_PORT']}"
    file = read_env_file(layout.root / ".env") if not layout.instance else {}
    env.update({k: given[k] for k in file if k not in env and k in given})
    context = Context(
        layout,
        env,
        generated,
        options,
        own_database=env["DATABASE_URL"] == own["DATABASE_URL"],
        own_redis=env["REDIS_URL"] == own["REDIS_URL"],
    )
    if context.demo:
        load_demo_users(context.demo_users_file)
    write_private(layout.env_file, env_text(env))
    return context


def _lasting_choice(
    layout: Layout, options: Options, given: dict[str, str]
) -> dict[str, str]:
    """Demo or not: a plain ``up`` must not load a demo into a real instance.

    What the command line said holds until it says otherwise or ``reset``.
    """
    if options.demo is not None:
        choice = {"IOC_DEMO": "1" if options.demo else "0"}
        write_private(layout.choices_file, json.dumps(choice))
        return choice
    if given.get("IOC_DEMO"):
        return {}
    try:
        return dict(json.loads(layout.choices_file.read_text()))
    except (OSError, ValueError):
        return {}


def _generated_values(
    layout: Layout, generated: dict[str, str], numbers: dict[str, int], bind: str
) -> dict[str, str]:
    db_port, redis_port = numbers["IOC_POSTGRES_PORT"], numbers["IOC_REDIS_PORT"]
    user = f"{DATABASE}:{generated['db']}"
    return {
        "DATABASE_URL": f"postgis://{user}@127.0.0.1:{db_port}/{DATABASE}",
        "REDIS_URL": f"redis://:{generated['redis']}@127.0.0.1:{redis_port}/0",
        "SECRET_KEY": generated["secret_key"],
        "IOC_VAPID_KEY": generated["vapid"],
        "IOC_DEMO": "1",
        "IOC_BIND": bind,
        "IOC_BASE_URL": "",
        "IOC_WEB_WORKERS": "1",
        "IOC_VAR_DIR": str(layout.var),
        "IOC_DEMO_PASSWORDS_FILE": str(layout.demo_users_file),
        **{key: str(number) for key, number in numbers.items()},
    }


def _visitor_address(bind: str) -> str:
    if bind in ("0.0.0.0", "::", ""):  # noqa: S104
        return "127.0.0.1"
    return f"[{bind}]" if ":" in bind else bind


def env_text(env: dict[str, str]) -> str:
    """The environment as a file that a shell can source."""
    lines = [f"{key}={shlex.quote(value)}" for key, value in sorted(env.items())]
    return "\n".join(lines) + "\n"


def outside_environment() -> dict[str, str]:
    """The environment without anything an instance gave to its children.

    For tests that start an instance of their own from within another one.
    """
    given = {*OWN_OF_EACH_INSTANCE, "SECRET_KEY", "VIRTUAL_ENV"}
    return {
        key: value
        for key, value in os.environ.items()
        if key not in given and not key.startswith("IOC_")
    }


def child_environment(context: Context) -> dict[str, str]:
    """The caller's environment with ours on top, cleaned of our own needs."""
    env = {**os.environ, **context.env}
    # Without bytecode every start of a child would compile all it imports.
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME"):
        env.pop(name, None)
    env["VIRTUAL_ENV"] = str(context.layout.venv)
    env["PATH"] = f"{context.layout.venv / 'bin'}:{env.get('PATH', os.defpath)}"
    env["PYTHONUNBUFFERED"] = "1"
    env["IOC_SUPERVISED"] = mark(context.layout)
    return env
