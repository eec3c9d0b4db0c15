"""Real PostgreSQL and Redis: made, killed, recovered, left alone."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
import redis

from launcher import config, datahome, postgres, procinfo, session
from launcher.layout import ROOT, Layout

from .test_supervisor import facts_of, wait_until

PROGRAM = """
import sys
from pathlib import Path
from launcher import config, processes, running
from launcher.layout import Layout
layout = Layout(root=Path(sys.argv[1]))
context = running.prepare_instance(layout, config.Options())
sys.exit(running.in_background(context, processes.data_servers, lambda: None))
"""


@pytest.fixture
def start(layout: Layout) -> Iterator[Callable[[], dict[str, str]]]:
    """Start the data servers in the background; returns their environment."""

    def run() -> dict[str, str]:
        subprocess.run(
            [sys.executable, "-c", PROGRAM, layout.root], cwd=ROOT, check=True
        )
        return config.read_env_file(layout.env_file)

    yield run
    session.stop(layout)
    session.end_orphans(layout, config.mark(layout))


def _query(env: dict[str, str], sql: str) -> Any:
    url = env["DATABASE_URL"].replace("postgis:", "postgresql:")
    with psycopg.connect(url, autocommit=True, connect_timeout=3) as link:
        answer = link.execute(sql)
        return answer.fetchone() if answer.description else None


def _answers(env: dict[str, str], sql: str) -> Any:
    try:
        return _query(env, sql)
    except psycopg.OperationalError:
        return None


def test_data_survive_when_both_servers_are_killed(layout, start):
    env = start()
    _query(env, "CREATE TABLE kept AS SELECT 7 AS n")
    client = redis.Redis.from_url(env["REDIS_URL"])
    client.set("kept", "7")
    # appendfsync everysec: wait until it is on disk for sure.
    wait_until(lambda: client.info("persistence")["aof_pending_bio_fsync"] == 0)
    for name in ("postgres", "redis"):
        os.kill(facts_of(layout, name)["pid"], signal.SIGKILL)
    assert wait_until(lambda: _answers(env, "SELECT n FROM kept")) == (7,)
    fresh = redis.Redis.from_url(env["REDIS_URL"])

    def kept() -> bytes | None:
        try:
            return fresh.get("kept")
        except redis.ConnectionError:
            return None

    assert wait_until(kept, "Redis") == b"7"
    assert facts_of(layout, "postgres")["restarts"] == 1


def test_busy_backends_of_a_killed_server_do_not_keep_it_from_coming_back(
    layout, start
):
    env = start()
    url = env["DATABASE_URL"].replace("postgis:", "postgresql:")
    with closing(psycopg.connect(url, autocommit=True)) as link:
        backend = link.info.backend_pid
        # A backend that computes does not notice its postmaster's death.
        link.pgconn.send_query(
            b"DO $$ BEGIN FOR i IN 1..10000000000 LOOP END LOOP; END $$"
        )
        os.kill(facts_of(layout, "postgres")["pid"], signal.SIGKILL)
        assert wait_until(lambda: _answers(env, "SELECT 1"), seconds=30) == (1,)
        assert not procinfo.is_alive(backend)


def test_servers_start_again_after_their_supervisor_was_killed(layout, start):
    env = start()
    _query(env, "CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(session.read(layout).pid, signal.SIGKILL)
    again = start()
    assert again == env
    assert _query(again, "SELECT n FROM kept") == (7,)


def test_a_stale_lock_file_with_a_reused_number_does_not_prevent_a_start(layout, start):
    env = start()
    session.stop(layout)
    with subprocess.Popen(["sleep", "1000"]) as bystander:
        try:
            lock = postgres.data_folder(layout) / "postmaster.pid"
            lock.write_text(f"{bystander.pid}\n{lock.parent}\n1\n5432\n\n\n\n")
            env = start()
            assert _query(env, "SELECT 1") == (1,)
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_the_applications_role_can_make_databases_that_have_the_extensions(start):
    env = start()
    _query(env, "CREATE DATABASE copy")
    other = {
        **env,
        "DATABASE_URL": env["DATABASE_URL"].removesuffix("gis_ioc") + "copy",
    }
    names = "ARRAY['postgis','unaccent','pg_trgm','btree_gist']::name[]"
    found = _query(
        other, f"SELECT count(*) FROM pg_extension WHERE extname = ANY({names})"
    )
    assert found == (4,)
    assert _query(other, "SELECT rolsuper FROM pg_roles WHERE rolname='gis_ioc'") == (
        False,
    )


def test_nobody_gets_in_without_the_password(start):
    env = start()
    port = env["IOC_POSTGRES_PORT"]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://gis_ioc:wrong@127.0.0.1:{port}/gis_ioc")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=int(env["IOC_REDIS_PORT"])).ping()


def test_a_socket_path_too_long_for_the_kernel_gets_a_short_folder(tmp_path):
    deep = Layout(root=tmp_path / ("a" * 60) / ("b" * 60))
    deep.root.mkdir(parents=True)
    user = datahome.ensure(deep)
    try:
        folder = datahome.socket_folder(deep, user)
        assert len(str(folder / datahome.SOCKET_NAME)) <= datahome.SOCKET_PATH_LIMIT
        assert datahome.socket_folder(deep, user) == folder
        assert folder.stat().st_mode & 0o077 == 0
    finally:
        datahome.remove(deep)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give way")
def test_data_of_a_clone_that_the_server_cannot_enter_live_elsewhere(layout):
    layout.root.chmod(0o700)
    user = datahome.ensure(layout)
    assert layout.data.is_symlink()
    assert datahome.can_enter(layout.data.resolve(), user)
    assert datahome.ensure(layout) == user


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give way")
def test_a_copied_clone_does_not_share_the_first_ones_data(layout, tmp_path):
    layout.root.chmod(0o700)
    datahome.ensure(layout)
    copy = Layout(root=tmp_path / "copy")
    shutil.copytree(layout.root, copy.root, symlinks=True)
    try:
        datahome.ensure(copy)
        assert copy.data.resolve() != layout.data.resolve()
        assert layout.data.resolve().exists()
    finally:
        datahome.remove(copy)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give way")
def test_a_moved_clone_keeps_its_data(layout, tmp_path):
    layout.root.chmod(0o700)
    datahome.ensure(layout)
    target = layout.data.resolve()
    moved = Layout(root=tmp_path / "moved")
    layout.root.rename(moved.root)
    datahome.ensure(moved)
    assert moved.data.resolve() == target
    datahome.remove(moved)
    assert not target.exists()
