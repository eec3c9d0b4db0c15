"""The drill of alerts and directives without a browser: setting, client, ledger."""

from __future__ import annotations

import http.client
import json
import shlex
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg

from .conftest import Instance

PATIENCE_S = 90
NEEDED_MIN = LEGAL_MIN = 1
LIMIT_KN = 20
# Who counts connections is not one of those that are cut.
WATCH = "drill-watch"
# The other system takes its time, so that who sends can die meanwhile.
ANSWER_S = 0.3

SETTING = """
import json
from importlib import import_module
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from fixtures import Demo
from gis_ioc.accounts.models import Scope, User
from layers.alerts.models import Rule
from layers.alerts.services import save_rule
from layers.core import units
from layers.core.delivery.models import Channel
from layers.core.spec import by_role
from layers.directives.models import Playbook
demo = Demo()
import_module(apps.get_app_config(by_role(units.ROLE).app_label).name + ".demo").load(
    demo
)
units.tree.forget()
today = demo.today.date()
ids = {
    node.code: node.id
    for node in units.tree().nodes.values()
    if node.kind == "commune" and node.valid_on(today)
}
wrong, right = demo.communes[40], demo.communes[50]
cast = {}
def person(name, role, unit=None):
    user = User.objects.create_user(name)
    user.groups.add(Group.objects.get(name=role))
    Scope.objects.create(
        user=user, all_units=unit is None, units=[] if unit is None else [unit]
    )
    client = Client()
    client.force_login(user)
    cast[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
person("drill-operator", "operator")
person("drill-leader", "leader")
person("drill-wrong", "officer", ids[wrong.code])
person("drill-right", "officer", ids[right.code])
step = {
    "title": "Slow down", "text": "$feature: $value", "to": "containing_unit",
    "needed_by_min": NEEDED, "deadline_min": LEGAL, "evidence": "photo",
}
playbook = Playbook(slug="drill", title="Drill", auto_issue=False, steps=[step],
    ladder=[{"at": "90%", "to": "assignee"}, {"at": "+0h", "to": "leader"}])
playbook.full_clean()
playbook.save()
Channel.objects.create(slug="hook", title="Hook", kind="webhook",
    settings={"url": HOOK, "secret": "${hook}"})
from django.db import transaction
with transaction.atomic():
    save_rule(Rule(slug="drill", title="Too fast", kind="threshold",
        layer=by_role("vessels").slug, severity="high", enabled=True,
        playbook="drill", params={"field": "speed_kn", "limit": LIMIT}))
print("SET", json.dumps({
    "wrong": ids[wrong.code], "right": ids[right.code], "place": list(wrong.seat),
    "cookie": settings.SESSION_COOKIE_NAME, "csrf": settings.CSRF_COOKIE_NAME,
    "cast": cast,
}))
"""
LEDGER = """
import json
from django.core.serializers.json import DjangoJSONEncoder
from layers.alerts.models import Alert
from layers.core.delivery.models import Delivery
from layers.core.delivery.working import key_of
from layers.core.models import Event
from layers.directives.models import Directive
def told(layer, pk):
    return list(Event.objects.filter(layer=layer, feature_id=pk).order_by("id").values(
        "id", "key", "kind", "old", "new", "happened_at", "known_at", "actor_id"))
runs = []
for alert in Alert.objects.order_by("pk"):
    orders = []
    for order in Directive.objects.filter(alert_id=alert.pk):
        orders.append({
            "row": Directive.objects.filter(pk=order.pk).values("id", "status", "clock",
                "needed_by", "legal_deadline", "paused_s", "paused_at", "outcome",
                "issued_at", "closed_at", "reported_at")[0],
            "tasks": list(order.tasks.values()),
            "evidence": [e.sha256 for t in order.tasks.all() for e in t.evidence.all()],
            "events": told("directives", order.pk),
        })
    runs.append({
        "alert": Alert.objects.filter(pk=alert.pk).values("id", "feature_title",
            "active", "repeats", "acked_at", "cleared_at", "closed_at",
            "raised_at")[0],
        "events": told("alerts", alert.pk),
        "orders": orders,
    })
sent = [
    {"key": key_of(row), "message": row.message.key, "channel": row.channel,
     "state": row.state, "attempts": row.attempts, "layer": row.message.layer,
     "feature": row.message.feature_id,
     "tries": [one.outcome for one in row.tries.all()]}
    for row in Delivery.objects.select_related("message").order_by("pk")
]
print("LEDGER", json.dumps({"runs": runs, "sent": sent}, cls=DjangoJSONEncoder))
"""


class Hook:
    """Another system on this machine that counts what it is told, by key."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.busy = threading.Event()
        heard, busy = self.heard, self.busy

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                heard[self.headers["webhook-id"]] += 1
                busy.set()
                time.sleep(ANSWER_S)
                with suppress(OSError):
                    self.send_response(204)
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


@dataclass
class Client:
    """People of the drill. A request without a good answer is sent again, the same."""

    port: int
    setting: dict[str, Any]
    again: Counter[str] = field(default_factory=Counter)

    def call(
        self,
        who: str,
        method: str,
        path: str,
        body: bytes = b"{}",
        content: str = "application/json",
    ) -> Any:
        token = "a" * 32
        headers = {
            "cookie": f"{self.setting['cookie']}={self.setting['cast'][who]};"
            f" {self.setting['csrf']}={token}",
            "x-csrftoken": token,
            "content-type": content,
        }
        deadline = time.monotonic() + PATIENCE_S
        while True:
            status, text = self._once(method, path, body, headers)
            if 200 <= status < 400:
                return json.loads(text) if text[:1] in (b"{", b"[") else None
            assert status >= 500 or not status, f"{who} {path}: {status} {text[:400]!r}"
            assert time.monotonic() < deadline, f"{who} {path}: {status}"
            self.again[f"{status or 'no answer'}"] += 1
            time.sleep(0.2)

    def _once(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request(method, path, body if method == "POST" else None, headers)
            answer = link.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            link.close()

    def act(self, who: str, directive: int, action: str, **body: Any) -> Any:
        path = f"/api/v1/directives/{directive}/{action}"
        return self.call(who, "POST", path, json.dumps(body).encode())

    def photo(self, who: str, directive: int, data: bytes) -> None:
        mark = uuid.uuid4().hex
        part = (
            f'--{mark}\r\ncontent-disposition: form-data; name="files";'
            ' filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n'
        )
        body = part.encode() + data + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        self.call(who, "POST", f"/directives/{directive}/evidence/", body, kind)


def environment(instance: Instance) -> dict[str, str]:
    """What the instance gives to its children."""
    lines = (instance.var / "env").read_text().splitlines()
    pairs = (shlex.split(line)[0].partition("=") for line in lines if line)
    return {name: value for name, _equals, value in pairs}


def shell(instance: Instance, program: str, word: str) -> Any:
    """The JSON that a program prints after a word; tried again while servers rise."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            said = instance.manage("shell", "-v", "0", "-c", program)
        except AssertionError:
            if word == "SET" or time.monotonic() > deadline:
                raise
            time.sleep(1)
            continue
        line = next(x for x in said.splitlines() if x.startswith(word + " "))
        return json.loads(line.removeprefix(word + " "))


def cut_backend(url: str, seconds: float) -> str:
    """End the busiest connection of the database; what it did comes back."""
    sql = """
        SELECT pid, left(query, 60), pg_terminate_backend(pid)
        FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND datname = current_database()
          AND backend_type = 'client backend' AND application_name <> %s
          AND (state <> 'idle' OR %s)
        ORDER BY state = 'idle', state_change DESC LIMIT 1"""
    url = url.replace("postgis://", "postgresql://")
    deadline = time.monotonic() + seconds
    with psycopg.connect(url, autocommit=True) as link:
        while True:
            row = link.execute(sql, [WATCH, time.monotonic() > deadline]).fetchone()
            if row is not None:
                return str(row[1])
            time.sleep(0.002)
