"""Commands, their output and their exit codes."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from launcher import cli, config, logs, probes, report, steps, testing
from launcher.config import Options
from launcher.errors import LauncherError
from launcher.layout import Layout


def test_status_of_an_instance_that_does_not_run(layout, capsys):
    assert report.show(layout, as_json=True) == 3
    facts = json.loads(capsys.readouterr().out)
    assert facts["ready"] is False
    assert facts["processes"] == []
    assert {"url", "ports", "users"} <= set(facts)


def test_status_names_ports_and_users_after_a_start(layout):
    context = config.build(layout, Options())
    facts = report.collect(layout)
    assert facts["url"] == context.env["IOC_BASE_URL"]
    assert set(facts["ports"]) == {
        "http",
        "ais_udp",
        "ais_tcp",
        "ftp",
        "postgres",
        "redis",
    }
    assert {"name", "password", "role"} == set(facts["users"][0])
    assert facts["ready"] is False


class _Site(BaseHTTPRequestHandler):
    broken = ""

    def do_GET(self) -> None:
        self.send_response(500 if self.path == self.broken else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
    _Site.broken = ""


def test_ready_means_that_page_and_tile_are_really_served(layout, site):
    context = config.build(layout, Options())
    context.env["IOC_HTTP_PORT"] = str(site.server_port)
    assert probes.serves(context)
    for path in probes.PATHS:
        _Site.broken = path
        assert probes.refused(context) == f"{path} answers 500"


def test_a_run_without_tests_passes_only_if_another_run_had_some():
    assert testing.verdict([0, 5]) == 0
    assert testing.verdict([5, 5]) == 5
    assert testing.verdict([0, 1]) == 1
    assert testing.verdict([5, 2, 0]) == 2


def test_browser_tests_run_apart_from_the_parallel_ones():
    first, second = testing._pytest_runs(["-x", "-n", "4", "tests"])
    assert first[1][0] == "-n"
    assert first[1][-4:] == ["-x", "-n", "4", "tests"]
    assert second[1] == ["-p", "no:xdist", "-m", "e2e", "-x", "tests"]


def test_a_mark_expression_of_the_callers_is_run_as_it_is():
    assert testing._pytest_runs(["-m", "chaos"]) == [("pytest", ["-m", "chaos"])]


def test_reset_asks_first_and_does_nothing_without_a_terminal(layout, monkeypatch):
    monkeypatch.setattr("os.isatty", lambda _fd: False)
    with pytest.raises(LauncherError, match="--yes"):
        cli.reset(layout, sure=False)
    assert layout.var.exists()


def test_reset_deletes_all_instances(layout):
    for instance in ("", "test"):
        config.build(Layout(root=layout.root, instance=instance), Options())
    assert cli.reset(layout, sure=True) == 0
    assert not layout.var.exists()


def test_down_without_anything_running_is_no_error(layout, capsys):
    assert cli.down(layout) == 0
    assert "Nothing was running" in capsys.readouterr().out


def test_logs_show_the_last_lines_of_the_process_asked_for(layout, capsys):
    (layout.log / "web.log").write_text("".join(f"line {n}\n" for n in range(100)))
    (layout.log / "beat.log").write_text("tick\n")
    assert logs.show(layout, ["web"], follow=False, lines=2) == 0
    assert capsys.readouterr().out.splitlines() == ["line 98", "line 99"]
    with pytest.raises(LauncherError, match="there are: beat, web"):
        logs.show(layout, ["wbe"], follow=False, lines=2)


def test_a_followed_log_goes_on_after_rotation(layout, capsys):
    path = layout.log / "web.log"
    path.write_text("old line\n")
    follower = logs.Follower(path, "")
    with path.open("a") as stream:
        stream.write("one\ntw")
    follower.show_new()
    with path.open("a") as stream:
        stream.write("o\n")
    follower.show_new()
    path.write_text("new\n")
    follower.show_new()
    assert capsys.readouterr().out.splitlines() == ["one", "two", "new"]


def test_only_changed_translations_are_compiled(layout):
    folder = layout.root / "gis_ioc" / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    heading = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    source.write_text(heading + '\nmsgid "Map"\nmsgstr "Bản đồ"\n')
    assert steps.compile_messages(layout) == "1 of 1 compiled"
    assert steps.compile_messages(layout) == "unchanged"
    source.write_text(heading + '\nmsgid "Map"\nmsgstr "Bản đồ số"\n')
    assert steps.compile_messages(layout) == "1 of 1 compiled"
    assert "Bản đồ số".encode() in (folder / "django.mo").read_bytes()


def test_a_broken_translation_names_its_file(layout):
    folder = layout.root / "layers" / "x" / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid "a\n')
    with pytest.raises(LauncherError, match=r"django\.po"):
        steps.compile_messages(layout)


def test_a_changed_migration_and_nothing_else_asks_for_migrate(layout):
    context = config.build(layout, Options())
    folder = layout.root / "layers" / "x" / "migrations"
    folder.mkdir(parents=True)
    migration = folder / "0001_initial.py"
    migration.write_text("a = 1\n")
    first = steps.migrations_stamp(context)
    time.sleep(0.01)
    migration.touch()
    (layout.root / "layers" / "x" / "views.py").write_text("b = 1\n")
    assert steps.migrations_stamp(context) == first
    migration.write_text("a = 2\n")
    assert steps.migrations_stamp(context) != first


def test_an_unknown_command_is_refused(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["dance"])
    assert caught.value.code == 2
    assert "dance" in capsys.readouterr().err
