"""Ports, secrets and the environment of the children."""

import json
import os
import shlex
import socket
import stat
import subprocess

import pytest

from launcher import config, ports
from launcher.config import Options
from launcher.errors import LauncherError
from launcher.layout import Layout


def _sourced(layout: Layout) -> dict[str, str]:
    script = f"set -a; . {shlex.quote(str(layout.env_file))}; env -0"
    answer = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True
    )
    return dict(line.split("=", 1) for line in answer.stdout.split("\0") if line)


def test_a_shell_that_sources_var_env_gets_what_the_children_get(layout):
    context = config.build(layout, Options())
    sourced = _sourced(layout)
    assert {key: sourced[key] for key in context.env} == context.env


def test_var_env_reads_back_the_same_with_our_own_reader(layout):
    context = config.build(layout, Options())
    assert config.read_env_file(layout.env_file) == context.env


def test_files_with_passwords_are_readable_by_their_owner_only(layout):
    config.build(layout, Options())
    for path in (layout.env_file, layout.secrets_file, layout.demo_users_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_everything_the_children_are_promised_is_in_the_environment(layout):
    env = config.build(layout, Options()).env
    assert env["DATABASE_URL"].startswith("postgis://gis_ioc:")
    assert env["REDIS_URL"].startswith("redis://:")
    assert env["IOC_BIND"] == "127.0.0.1"
    assert env["IOC_DEMO"] == "1"
    assert env["IOC_VAR_DIR"] == str(layout.var)
    assert env["IOC_BASE_URL"] == f"http://127.0.0.1:{env['IOC_HTTP_PORT']}"
    assert len(env["SECRET_KEY"]) >= 50
    for wish in ports.WISHES:
        assert env[wish.key].isdigit()


def test_a_second_start_keeps_ports_passwords_and_users(layout):
    first = config.build(layout, Options())
    users = layout.demo_users_file.read_text()
    second = config.build(layout, Options())
    assert first.env == second.env
    assert layout.demo_users_file.read_text() == users


def test_demo_users_have_every_role_and_different_passwords(layout):
    config.build(layout, Options())
    users = json.loads(layout.demo_users_file.read_text())
    assert {user["role"] for user in users} == {
        "administrator",
        "operator",
        "fisheries",
        "environment",
        "leader",
        "supervisor",
        "officer",
    }
    assert len({user["password"] for user in users}) == len(users) == 8


def test_the_callers_environment_wins_over_the_env_file(layout, monkeypatch):
    (layout.root / ".env").write_text(
        "IOC_WEB_WORKERS=3\nexport IOC_PROVINCE='Thanh Hóa'  # name\nIOC_BIND=::1\n"
    )
    monkeypatch.setenv("IOC_BIND", "127.0.0.2")
    env = config.build(layout, Options()).env
    assert env["IOC_WEB_WORKERS"] == "3"
    assert env["IOC_PROVINCE"] == "Thanh Hóa"
    assert env["IOC_BIND"] == "127.0.0.2"
    assert env["IOC_BASE_URL"] == f"http://127.0.0.2:{env['IOC_HTTP_PORT']}"


def test_a_database_given_from_outside_replaces_our_own(layout, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgis://a:b@db.example/gis")
    context = config.build(layout, Options())
    assert context.env["DATABASE_URL"] == "postgis://a:b@db.example/gis"
    assert not context.own_database
    assert context.own_redis


def test_having_sourced_var_env_does_not_make_our_servers_foreign(layout, monkeypatch):
    first = config.build(layout, Options())
    for key, value in first.env.items():
        monkeypatch.setenv(key, value)
    again = config.build(layout, Options())
    assert again.own_database
    assert again.own_redis
    assert again.env == first.env


def test_test_servers_never_take_over_the_running_instances_database(
    layout, monkeypatch
):
    for key, value in config.build(layout, Options()).env.items():
        monkeypatch.setenv(key, value)
    private = Layout(root=layout.root, instance="test")
    context = config.build(private, Options())
    assert context.own_database
    assert context.env["IOC_VAR_DIR"] == str(layout.var / "test")
    assert context.env["DATABASE_URL"] != os.environ["DATABASE_URL"]


def test_no_demo_is_remembered_until_demo_is_asked_for(layout):
    assert not config.build(layout, Options(demo=False)).demo
    assert not config.build(layout, Options()).demo
    assert config.build(layout, Options(demo=True)).demo
    assert config.build(layout, Options()).demo


def test_without_demo_no_demo_users_are_made(layout):
    config.build(layout, Options(demo=False))
    assert not layout.demo_users_file.exists()


def test_a_taken_port_is_left_alone_and_the_next_free_one_is_used(layout):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        layout.ports_file.write_text(json.dumps({"IOC_FTP_PORT": taken}))
        chosen = ports.choose(layout, {}, "127.0.0.1")
    assert chosen["IOC_FTP_PORT"] != taken


def test_an_explicitly_wanted_port_in_use_is_an_error(layout):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(LauncherError, match="in use"):
            config.build(layout, Options(port=port))


@pytest.mark.parametrize("text", ["x", "0", "70000", "-1"])
def test_a_port_that_is_no_port_is_refused(layout, text):
    with pytest.raises(LauncherError, match="not a port number"):
        ports.choose(layout, {"IOC_HTTP_PORT": text}, "127.0.0.1")


def test_no_two_tcp_ports_are_the_same(layout):
    chosen = ports.choose(layout, {}, "127.0.0.1")
    numbers = [chosen[wish.key] for wish in ports.WISHES if not wish.datagram]
    assert len(set(numbers)) == len(numbers)


def test_children_do_not_inherit_what_would_slow_or_mislead_them(layout, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    env = config.child_environment(config.build(layout, Options()))
    assert "PYTHONDONTWRITEBYTECODE" not in env
    assert "PYTHONPATH" not in env
    assert env["PATH"].startswith(str(layout.venv / "bin"))
