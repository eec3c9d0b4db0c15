"""The kiosk script of a panel, with a browser that writes down how it was called."""

import http.server
import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "deploy" / "kiosk" / "gis-ioc-panel"
FAKE = """#!/bin/sh
echo "$@" >> {log}
{life}
"""


class Centre(http.server.BaseHTTPRequestHandler):
    """Answers /healthz, and the browser's own list of pages."""

    healthy = True
    title = "Main wall"

    def do_GET(self):
        if self.path == "/json/list":
            body = b'[{"title": "%s", "type": "page"}]' % self.title.encode()
        else:
            body = b"ok"
        self.send_response(200 if type(self).healthy else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def centre():
    kind = type("Handler", (Centre,), {"healthy": True})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.kind = kind
    yield server
    server.shutdown()


@contextmanager
def panel(tmp_path, centre, life, **settings):
    log = tmp_path / "calls"
    log.touch()
    browser = tmp_path / "browser"
    browser.write_text(FAKE.format(log=log, life=life))
    browser.chmod(0o755)
    port = centre.server_address[1]
    environment = os.environ | {
        "CHROMIUM": str(browser),
        "PANEL_LINK": f"http://127.0.0.1:{port}/wall/main/2/1",
        "PANEL_PROFILE": str(tmp_path / "profile"),
        "PANEL_PORT": str(port),
        "PANEL_LOOK_S": "0.1",
        "PANEL_LONGEST_WAIT_S": "1",
        **settings,
    }
    process = subprocess.Popen(
        [SCRIPT], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process, log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def wait_for(condition, seconds=20.0):
    pause = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError("it did not happen")


def calls(log):
    return log.read_text().splitlines()


def test_the_browser_opens_the_panel_in_its_place_without_frame(tmp_path, centre):
    with panel(tmp_path, centre, "exec sleep 60", PANEL_POSITION="1920,0") as (_, log):
        wait_for(lambda: calls(log))
    (call,) = calls(log)
    assert call.endswith("/wall/main/2/1")
    assert "--kiosk" in call
    assert "--window-position=1920,0" in call
    assert "--autoplay-policy=no-user-gesture-required" in call


def test_a_browser_that_dies_is_started_again(tmp_path, centre):
    with panel(tmp_path, centre, "exit 1") as (process, log):
        wait_for(lambda: len(calls(log)) >= 3)
    assert "ended with 1" in process.stderr.read()


def test_a_page_that_stands_still_is_started_again(tmp_path, centre):
    with panel(tmp_path, centre, "exec sleep 60", PANEL_STILL_S="1") as (process, log):
        wait_for(lambda: len(calls(log)) >= 2)
    assert "has not moved" in process.stderr.read()


def test_nothing_is_opened_while_the_centre_is_away(tmp_path, centre):
    centre.kind.healthy = False
    with panel(tmp_path, centre, "exec sleep 60") as (process, log):
        assert (
            "does not answer" in process.stderr.readline() + process.stderr.readline()
        )
        assert not calls(log)
        centre.kind.healthy = True
        wait_for(lambda: calls(log))


def test_the_browser_goes_with_the_script(tmp_path, centre):
    pid = tmp_path / "pid"
    with panel(tmp_path, centre, f"echo $$ > {pid}; exec sleep 60") as (process, _):
        wait_for(lambda: pid.exists() and pid.read_text().strip())
    assert process.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_panel_without_a_link_says_what_is_missing():
    environment = {k: v for k, v in os.environ.items() if k != "PANEL_LINK"}
    done = subprocess.run([SCRIPT], env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "PANEL_LINK" in done.stderr


def test_what_asks_after_a_power_cut_is_silenced(tmp_path, centre):
    preferences = tmp_path / "profile" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text('{"profile":{"exit_type":"Crashed","exited_cleanly":false}}')
    with panel(tmp_path, centre, "exec sleep 60") as (_, log):
        wait_for(lambda: calls(log))
    assert '"exit_type":"Normal"' in preferences.read_text()
