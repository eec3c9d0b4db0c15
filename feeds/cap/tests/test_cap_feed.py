"""Warnings pushed and fetched, from bytes to the map and to an alert."""

from __future__ import annotations

import asyncio
import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from feeds.cap.config import CapSource
from feeds.cap.pull import once
from feeds.core import drain, inbox
from feeds.core.models import Feed, InboxBatch, Quarantine
from feeds.core.receiver import Receiver
from gis_ioc.accounts.models import ApiKey
from layers.alerts.models import Alert, Rule
from layers.alerts.services import save_rule
from layers.core.cap import Area, Info, Message, Reference, write
from layers.core.models import Event
from layers.hazard_warnings import services
from layers.hazard_warnings.models import Warning as Row

SEA = ((105.8, 19.2), (107.5, 19.2), (107.5, 20.1), (105.8, 20.1), (105.8, 19.2))


def storm(number: int, kind: str = "Alert", **changes: object) -> Message:
    """Message ``number`` of the chain of one storm, an hour after the one before."""
    sent = timezone.now().replace(microsecond=0) - timedelta(hours=6 - number)
    earlier = [Reference("met.example", f"storm-{n}", sent) for n in range(1, number)]
    info = Info(
        event="Storm 12",
        categories=("Met",),
        severity="Extreme",
        urgency="Expected",
        certainty="Likely",
        headline=f"Storm 12, bulletin {number}",
        instruction="Boats go to shelter",
        expires=sent + timedelta(days=1),
        areas=(Area(description="Sea of Thanh Hoa", polygons=(SEA,)),),
    )
    values = {
        "identifier": f"storm-{number}",
        "sender": "met.example",
        "sent": sent,
        "status": "Actual",
        "kind": kind,
        "scope": "Public",
        "references": tuple(earlier),
        "infos": (info,),
    }
    return Message(**(values | changes))  # type: ignore[arg-type]


def drained(feed: Feed) -> None:
    while drain.step(feed):
        pass


@pytest.fixture
def feed(db) -> Feed:
    drain.forget()
    inbox._feed_id.cache_clear()
    return Feed.objects.create(slug="met", title="Weather service", kind="cap")


@pytest.fixture
def send(feed, cast, client):
    """Posts a document and reads it."""
    _key, text = ApiKey.issue(cast["administrator"], "met", may_write=True)

    def post(body: bytes):
        answer = client.post(
            "/api/v1/cap/met",
            body,
            content_type="application/cap+xml",
            headers={"Authorization": f"Bearer {text}"},
        )
        drained(feed)
        return answer

    return post


@pytest.fixture
def rule(db) -> Rule:
    return save_rule(
        Rule(
            slug="storm",
            title="Storm",
            kind="event",
            layer="hazard_warnings",
            params={"began": "warning.issued", "ended": "warning.ended"},
            feature_filter="severity IN ('Extreme', 'Severe')",
            severity="critical",
        )
    )


def shown() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identifier, state FROM hazard_warnings_map ORDER BY identifier"
        )
        return cursor.fetchall()


def test_a_warning_is_on_the_map_and_raises_an_alert(send, rule) -> None:
    answer = send(write(storm(1)))
    assert (answer.status_code, answer.json()["accepted"]) == (202, ["storm-1"])
    assert shown() == [("storm-1", "force")]
    row = Row.objects.get()
    assert row.geom.extent == pytest.approx((105.8, 19.2, 107.5, 20.1))
    alert = Alert.objects.get()
    assert (alert.layer, alert.feature_id) == ("hazard_warnings", row.pk)
    assert alert.active


def test_the_same_document_twice_is_one_warning(send) -> None:
    send(write(storm(1)))
    send(write(storm(1)))
    assert Row.objects.count() == 1
    assert Event.objects.filter(kind="warning.issued").count() == 1


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)], ids=str)
def test_a_chain_ends_the_same_in_any_order(send, rule, order) -> None:
    chain = {1: storm(1), 2: storm(2, "Update"), 3: storm(3, "Cancel")}
    for number in order:
        send(write(chain[number]))
    assert shown() == [("storm-1", "replaced"), ("storm-2", "cancelled")]
    # one that was over before anybody heard of it calls nobody
    assert not Alert.objects.filter(active=True).exists()


def test_what_expires_is_over_once(send, rule) -> None:
    send(write(storm(1)))
    late = timezone.now() + timedelta(days=2)
    assert services.expire(late) == 1
    assert services.expire(late) == 0
    assert not Alert.objects.filter(active=True).exists()


@pytest.mark.parametrize("status", ["Test", "Draft", "System"])
def test_tests_are_kept_and_shown_to_nobody(send, rule, status) -> None:
    send(write(storm(1, status=status)))
    assert Row.objects.count() == 1
    assert shown() == []
    assert not Alert.objects.exists()


def test_a_broken_message_costs_no_other_and_is_quarantined(send) -> None:
    good = write(storm(1)).split(b"?>", 1)[1]
    bad = good.replace(b"storm-1", b"storm-2").replace(b">Actual<", b">Perhaps<")
    answer = send(b"<feed>" + bad + good + b"</feed>")
    told = answer.json()
    assert told["accepted"] == ["storm-1"]
    assert told["refused"][0]["reason"] == "bad_status"
    assert Row.objects.count() == 1
    assert Quarantine.objects.get().reason == "bad_status"


def test_what_is_no_message_is_refused_and_kept(send) -> None:
    answer = send(b"Dear colleagues")
    assert answer.status_code == 400
    assert InboxBatch.objects.count() == 1
    assert Quarantine.objects.get().reason == "not_xml"


def test_only_keys_that_may_write_send(feed, cast, client) -> None:
    _key, text = ApiKey.issue(cast["administrator"], "reader")
    answer = client.post(
        "/api/v1/cap/met",
        write(storm(1)),
        content_type="application/cap+xml",
        headers={"Authorization": f"Bearer {text}"},
    )
    assert answer.status_code == 403


INDEX = b"""<feed xmlns="http://www.w3.org/2005/Atom">
<entry><link href="gone.xml" type="application/cap+xml"/></entry>
<entry><link href="page.html" type="text/html"/>
<link href="one.xml" type="application/cap+xml"/></entry>
</feed>"""


class Met(http.server.BaseHTTPRequestHandler):
    """An index of two messages, one of which cannot be had."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/gone.xml":
            self.send_error(500)
            return
        body = {
            "/index.atom": INDEX,
            "/one.xml": write(storm(1)),
        }[self.path]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def met() -> Iterator[str]:
    Met.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Met)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.atom"
    server.shutdown()


@pytest.mark.django_db(transaction=True)
def test_an_index_is_followed_and_each_message_fetched_once(met, tmp_path) -> None:
    feed = Feed.objects.create(slug="met-index", title="Weather", kind="cap")
    settings = CapSource(url=met, internal=True)
    seen: set[str] = set()

    async def ask() -> list[int]:
        receiver = Receiver(tmp_path, lambda slugs: None)
        writing = asyncio.create_task(receiver.run())
        try:
            return [
                await once(receiver, feed.slug, settings, seen) for _round in range(2)
            ]
        finally:
            writing.cancel()

    assert asyncio.run(ask()) == [1, 0]
    assert Met.asked.count("/one.xml") == 1
    assert Met.asked.count("/gone.xml") == 2
    drained(feed)
    assert Row.objects.get().sent < datetime.now(UTC)
