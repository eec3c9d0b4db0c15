"""The provincial register over REST, against a server that speaks HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from layers.core.models import Event
from layers.directives import services
from layers.directives.models import Directive, RegisterEntry, RegisterLog, TaskRegister
from layers.directives.register import adapter
from layers.directives.register.entries import end_of

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 20)
ITEM = {
    "id": "R-1", "document_no": "12/CV", "paper_date": "2026-03-02",
    "content": "Clear the drains", "unit_code": "east", "deadline": DUE.isoformat(),
    "status": "new",
}  # fmt: skip


@dataclass
class Office:
    """The register as its own people have it: pages of two, a tag, and a wish to
    fail (``answers`` are given before it works)."""

    items: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    asked: list[tuple[str, str | None, int]] = field(default_factory=list)
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)
    url: str = ""

    def tag(self) -> str:
        return f'"{hash(json.dumps(self.items))}"'


def handler(office: Office) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self, status: int, body: Any = None, tag: str = "") -> None:
            content = json.dumps(body).encode() if body is not None else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            office.tokens.add(self.headers["Authorization"])
            page = int(self.path.partition("page=")[2] or 1)
            same = self.headers["If-None-Match"] == office.tag()
            office.asked.append((self.path, self.headers["If-None-Match"], 304 * same))
            if same:
                return self.answer(304)
            part = office.items[2 * page - 2 : 2 * page]
            more = page + 1 if 2 * page < len(office.items) else None
            return self.answer(200, {"items": part, "next": more}, office.tag())

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            office.told.append((self.headers["Idempotency-Key"], body))
            self.answer(office.answers.pop(0) if office.answers else 200, {})

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture
def office(settings) -> Iterator[Office]:
    settings.IOC_INTERNAL_HOSTS = ["127.0.0.1"]
    found = Office([dict(ITEM)])
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(found))
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def register(world, office, monkeypatch) -> TaskRegister:
    monkeypatch.setenv("IOC_SECRET_REGISTER", "s3cret-token")
    given = TaskRegister(
        slug="province", title="Province", enabled=True,
        settings={
            "base_url": office.url,
            "headers": {"Authorization": "Bearer ${register}"},
        },
    )  # fmt: skip
    given.full_clean()
    given.save()
    return given


def kinds() -> list[str]:
    rows = Event.objects.filter(kind__startswith="directive.register")
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_asked_twice_a_task_comes_once_and_unchanged_lists_are_not_sent(
    register, office
):
    assert adapter.pull(register)["new"] == 1
    assert adapter.pull(register) == {"new": 0, "changed": 0, "same": 0, "refused": 0}
    assert [status for _path, _tag, status in office.asked] == [0, 304]
    office.items[0]["note"] = "the tag is another one now"
    assert adapter.pull(register)["same"] == 1
    assert Directive.objects.get().legal_deadline == end_of(DUE)
    assert office.tokens == {"Bearer s3cret-token"}


def test_every_page_is_read_and_a_bad_item_stops_no_other(register, office):
    numbered = [{**ITEM, "id": f"R-{n}"} for n in range(1, 6)]
    numbered[1]["unit_code"] = "nowhere"
    numbered[3]["deadline"] = "soon"
    office.items = numbered
    counts = adapter.pull(register)
    assert (counts["new"], counts["refused"], len(office.asked)) == (3, 2, 3)
    refused = RegisterLog.objects.filter(outcome="refused")
    assert set(refused.values_list("register_no", flat=True)) == {"R-2", "R-4"}


def test_a_change_is_told_once_more_after_an_error_with_the_same_key(
    register, office, people
):
    adapter.pull(register)
    services.act(Directive.objects.get().pk, "receive", people["east"])
    office.answers = [500]
    now = timezone.now()
    assert adapter.push(register, now) == {"retry": 1}
    assert adapter.push(register, now) == {}  # not before its time
    assert adapter.push(register, now + timedelta(minutes=5)) == {"ok": 1}
    assert adapter.push(register, now + timedelta(hours=5)) == {}
    (first, _body), (second, body) = office.told
    assert first == second
    assert (body["register_no"], body["status"]) == ("R-1", "received")


def test_what_the_register_refuses_is_not_tried_until_the_state_changes(
    register, office, people
):
    adapter.pull(register)
    directive = Directive.objects.get()
    services.act(directive.pk, "receive", people["east"])
    office.answers = [422]
    later = timezone.now() + timedelta(days=1)
    assert adapter.push(register) == {"refused": 1}
    assert adapter.push(register, later) == {}
    services.act(directive.pk, "start", people["east"])
    assert adapter.push(register, later) == {"ok": 1}
    assert len({key for key, _body in office.told}) == 2


def test_changed_on_both_sides_ours_holds_for_status_and_theirs_for_deadline(
    register, office, people
):
    adapter.pull(register)
    directive = Directive.objects.get()
    began = directive.issued_at
    services.act(directive.pk, "receive", people["east"])
    office.items = [{**ITEM, "status": "doing", "deadline": "2026-04-30"}]
    assert adapter.pull(register)["changed"] == 1
    directive.refresh_from_db()
    assert (directive.status, directive.issued_at) == ("received", began)
    assert directive.legal_deadline == end_of(date(2026, 4, 30))
    assert kinds() == ["directive.register_conflict"]
    told = Event.objects.get(kind="directive.register_conflict").new
    assert (told["status"], told["register_status"]) == ("received", "in_progress")
    assert adapter.push(register) == {"ok": 1}
    assert office.told[0][1]["status"] == "received"


def test_withdrawn_there_alone_is_withdrawn_here(register, office):
    adapter.pull(register)
    office.items = [{**ITEM, "status": "withdrawn"}]
    adapter.pull(register)
    assert Directive.objects.get().status == "withdrawn"
    assert RegisterEntry.objects.get().their_status == "withdrawn"


def test_hosts_inside_the_house_are_not_asked_unless_listed(register, office, settings):
    settings.IOC_INTERNAL_HOSTS = []
    adapter.pull(register)
    assert office.asked == []
    assert "IOC_INTERNAL_HOSTS" in RegisterLog.objects.get().note


def test_a_demo_sends_nothing_to_other_machines(register, settings):
    settings.IOC_DEMO = True
    adapter.pull(register)
    RegisterEntry.objects.update(pushed_status="closed")
    register.settings = {"base_url": "https://register.example.org"}
    register.save()
    assert adapter.push(register) == {"kept": 1}
    adapter.pull(register)
    assert RegisterLog.objects.first().outcome == "kept"


def test_secrets_do_not_get_into_the_log(register, office, monkeypatch):
    office.items = [{**ITEM, "unit_code": "s3cret-token"}]
    adapter.pull(register)
    assert "s3cret-token" not in RegisterLog.objects.get(outcome="refused").note


def test_settings_are_refused_with_their_place():
    bad = TaskRegister(slug="x", title="x", settings={"pull": {"every_min": 0}})
    with pytest.raises(ValidationError) as refused:
        bad.full_clean()
    assert "pull.every_min" in str(refused.value)
