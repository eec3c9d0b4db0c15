"""From a program, a web address and a foreign database to published figures."""

from __future__ import annotations

import asyncio
import gzip
import http.server
import json
import sqlite3
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from feeds.core import drain, inbox
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine
from feeds.core.receiver import Receiver
from feeds.http_pull import pull as http_pull
from feeds.http_pull.config import HttpPull
from feeds.sql_pull import pull as sql_pull
from feeds.sql_pull.config import SqlPull
from feeds.tables.config import settings_of
from fixtures import Demo
from gis_ioc.accounts.models import ApiKey
from layers.core import raw, units
from layers.core.spec import by_role
from layers.indicators.models import Channel, Fact, Indicator, Latest, Load, Vintage

COLUMNS = {"unit": "MA", "period": "KY", "vintage": "LOAI"}
WIDE = {"KT05": "THU", "KT08": "GN"}
CSV = (
    "MA,KY,LOAI,THU,GN\n"
    "380,2024-11,final,1234.5,71.3\n"  # two figures
    "381,2024-11,final,88,\n"  # a blank is not reported
    "999,2024-11,final,1,\n"  # no such unit
    "380,2024-13,final,1,\n"  # no such month
    "380,2024-11,final,abc,150000\n"  # two that are no figures
)


@pytest.fixture
def catalogue():
    demo = Demo()
    module = apps.get_app_config(by_role(units.ROLE).app_label).module
    import_module(f"{module.__name__}.demo").load(demo)
    units.tree.forget()
    drain.forget()
    inbox._feed_id.cache_clear()
    common = {"subsystem": "1", "direction": "up", "level": "province;district"}
    Indicator.objects.create(code="KT05", title="R", unit="bn VND", **common)
    Indicator.objects.create(code="KT08", title="D", unit="%", **common)
    return demo


def unit(code: str, day: date = date(2024, 11, 30)) -> int:
    return units.tree().codes("district", day)[code]


def make_feed(kind: str, config: dict) -> Feed:
    feed = Feed(slug=f"{kind}-finance", kind=kind, title="Finance", config=config)
    feed.full_clean()
    feed.save()
    return feed


def drained(feed: Feed) -> dict[tuple[str, str], int]:
    while drain.step(feed):
        pass
    rows = FeedCount.objects.filter(feed=feed, lines__gt=0)
    counts = {(row.outcome, row.reason): row.lines for row in rows}
    lines = sum(InboxBatch.objects.filter(feed=feed).values_list("lines", flat=True))
    assert sum(counts.values()) == lines, "every figure is accounted for"
    return counts


@pytest.fixture
def door(db, catalogue, cast, client):
    """Sends to the feed of finance with a key of one of its senders."""
    config = {"columns": COLUMNS, "wide": WIDE, "publisher": "Department of Finance"}
    feed = make_feed("tables", config | {"senders": ["administrator"]})
    _key, text = ApiKey.issue(cast["administrator"], "finance", may_write=True)

    def send(body, **headers):
        return client.post(
            f"/api/v1/tables/{feed.slug}",
            body,
            content_type="text/csv",
            headers={"Authorization": f"Bearer {text}", **headers},
        )

    send.feed = feed  # type: ignore[attr-defined]
    return send


def test_a_program_sends_figures_and_is_told_what_is_wrong_with_which(door):
    answer = door(CSV)
    told = answer.json()
    assert (answer.status_code, told["accepted"], told["refused_count"]) == (202, 3, 4)
    places = [(bad["line"], bad["column"], bad["reason"]) for bad in told["refused"]]
    assert places == [
        (4, "unit", "unknown_unit"),
        (5, "period", "bad_period"),
        (6, "THU", "bad_number"),
        (6, "GN", "out_of_range"),
    ]
    assert drained(door.feed) == {
        ("accepted", ""): 3,
        ("rejected", "unknown_unit"): 1,
        ("rejected", "bad_period"): 1,
        ("rejected", "bad_number"): 1,
        ("rejected", "out_of_range"): 1,
    }
    fact = Fact.objects.select_related("load").get(unit_id=unit("380"), value="1234.5")
    assert (fact.row, fact.cell, fact.vintage) == (2, "THU", Vintage.FINAL)
    assert (fact.load.channel, fact.load.source) == (
        Channel.FEED,
        "Department of Finance",
    )
    assert Latest.objects.filter(fact=fact).exists()
    bad = Quarantine.objects.get(reason="unknown_unit")
    assert (bad.line_no, json.loads(bad.raw)["MA"]) == (4, "999")


def test_the_row_behind_a_figure_can_be_shown(door):
    door(CSV)
    drained(door.feed)
    fact = Fact.objects.get(unit_id=unit("381"))
    ref = (fact.load.batch_id, fact.row)
    row = raw.lookup([ref])[ref]
    assert json.loads(row.text)["THU"] == "88"
    assert row.batch_digest == InboxBatch.objects.get().digest


def test_the_passport_leads_to_the_row_with_its_column_marked(door, cast, client):
    door(CSV)
    drained(door.feed)
    fact = Fact.objects.get(unit_id=unit("380"), indicator__code="KT05")
    client.force_login(cast["leader"])
    passport = client.get(f"/indicators/facts/{fact.pk}/").content.decode()
    url = f"/indicators/facts/{fact.pk}/message/"
    assert url in passport
    page = client.get(url).content.decode()
    marked = page.split('id="marked"')[1].split("</tr>")[0]
    assert "THU" in marked
    assert "1234.5" in marked
    assert InboxBatch.objects.get().digest in page
    client.force_login(cast["outsider"])
    assert client.get(url).status_code == 404
    client.force_login(cast["leader"])
    Fact.objects.filter(pk=fact.pk).update(row=None)
    assert client.get(url).status_code == 404


def test_the_same_message_and_the_same_values_are_told_once(door):
    assert door(CSV).json()["id"] == door(CSV).json()["id"]
    assert InboxBatch.objects.count() == 1
    drained(door.feed)
    door(CSV, **{"Idempotency-Key": "another name for the same values"})
    assert drained(door.feed)[("duplicate", "")] == 3
    assert Fact.objects.count() == 3
    assert Load.objects.count() == 1


def test_a_correction_is_a_newer_version_and_the_old_one_stays(door):
    door(CSV)
    drained(door.feed)
    door(CSV.replace("1234.5", "1240"))
    assert drained(door.feed)[("accepted", "")] == 4
    versions = Fact.objects.filter(unit_id=unit("380"), indicator__code="KT05")
    assert {fact.value for fact in versions} == {Decimal("1234.5"), Decimal(1240)}
    newest = Latest.objects.get(unit_id=unit("380"), indicator__code="KT05")
    assert newest.fact.value == Decimal(1240)


def test_a_value_changed_under_the_same_date_of_publication_is_a_correction(door):
    head, rest = CSV.split("\n", 1)
    first = f"{head},published_at\n{rest.splitlines()[0]},2024-12-05\n"
    door(first)
    door(first.replace("1234.5", "1300"))
    drained(door.feed)
    newest = Latest.objects.get(unit_id=unit("380"), indicator__code="KT05").fact
    assert newest.value == Decimal(1300)
    assert newest.published_at > datetime(2024, 12, 6, tzinfo=UTC), "when it came"


def test_only_keys_of_the_senders_may_send(door, cast, client):
    url = f"/api/v1/tables/{door.feed.slug}"
    _key, other = ApiKey.issue(cast["operator"], "other", may_write=True)
    _key, reader = ApiKey.issue(cast["administrator"], "reader")
    for text in (other, reader):
        answer = client.post(
            url,
            CSV,
            content_type="text/csv",
            headers={"Authorization": f"Bearer {text}"},
        )
        assert answer.status_code == 403
    client.force_login(cast["administrator"])
    assert client.post(url, CSV, content_type="text/csv").status_code == 403
    assert not InboxBatch.objects.exists()
    assert door(b"").status_code == 400
    assert door(b"x" * 20_000_001).status_code == 413
    packed = door(gzip.compress(CSV.encode()), **{"Content-Encoding": "gzip"})
    assert packed.json()["accepted"] == 3
    Feed.objects.update(enabled=False)
    assert door(CSV).status_code == 404


@pytest.mark.parametrize(
    ("kind", "config", "words"),
    [
        ("tables", {"wide": {"KT05": 1}}, "wide"),
        ("http_pull", {"url": "ftp://x"}, "http"),
        ("http_pull", {"url": "http://x/{day}"}, "today"),
        ("http_pull", {"url": "http://x", "every_s": 1}, "every_s"),
        ("sql_pull", {"database": "sqlite://", "query": "DELETE FROM x"}, "SELECT"),
        ("sql_pull", {"database": "sqlite://", "query": "SELECT 1; SELECT 2"}, "one"),
        ("sql_pull", {"database": "no address", "query": "SELECT 1"}, "database"),
        (
            "sql_pull",
            {"database": "postgresql://a:plain@h/d", "query": "SELECT 1"},
            "secret",
        ),
        (
            "sql_pull",
            {"database": "sqlite://", "query": "SELECT 1 WHERE 2 > :since"},
            "cursor",
        ),
    ],
)
def test_settings_nobody_could_use_are_refused(db, kind, config, words):
    with pytest.raises(ValidationError, match=words):
        make_feed(kind, config)


async def _stored(work, spool) -> int:
    """What ``work(receiver)`` gives, with the real receiver behind it."""
    receiver = Receiver(spool, lambda slugs: None)
    writing = asyncio.create_task(receiver.run())
    try:
        return await work(receiver)
    finally:
        writing.cancel()


class Source(http.server.BaseHTTPRequestHandler):
    """Two pages of figures for those who bring the token."""

    value = 10
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.headers.get("Authorization") != "Bearer open-sesame":
            self.send_error(401)
            return
        tag = f'"{self.value}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        page = 2 if "page=2" in self.path else 1
        row = {"unit": "380", "period": f"2024-0{page}", "indicator": "KT05"}
        body = {"data": [row | {"value": self.value * page, "vintage": "final"}]}
        body["next"] = None if page == 2 else "?page=2"
        self.send_response(200)
        self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def source(monkeypatch):
    monkeypatch.setenv("IOC_SECRET_FINANCE", "open-sesame")
    monkeypatch.setattr(Source, "asked", [])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Source)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/figures"
    server.shutdown()


@pytest.mark.django_db(transaction=True)
def test_pages_are_fetched_with_a_secret_and_only_what_changed(
    catalogue, source, tmp_path, monkeypatch
):
    config = {
        "url": source,
        "headers": {"Authorization": "Bearer ${finance}"},
        "records": "data",
        "next": "next",
        "internal": True,
    }
    feed = make_feed("http_pull", config)
    settings = settings_of(config, HttpPull)

    def once() -> int:
        def work(receiver):
            return http_pull.once(receiver, feed.slug, settings)

        return asyncio.run(_stored(work, tmp_path))

    assert once() == 2
    assert once() == 0, "the source says that nothing has changed"
    assert drained(feed) == {("accepted", ""): 2}
    monkeypatch.setattr(Source, "value", 11)
    assert once() == 2
    assert drained(feed) == {("accepted", ""): 4}
    newest = Latest.objects.get(unit_id=unit("380"), indicator__code="KT05").fact
    assert (newest.value, newest.period) == (Decimal(22), "2024-02")
    assert "open-sesame" not in str(list(InboxBatch.objects.values_list("meta")))


@pytest.mark.django_db(transaction=True)
def test_a_foreign_database_is_read_on_from_where_it_stopped(catalogue, tmp_path):
    path = tmp_path / "foreign.db"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE so_lieu (ma, ky, gia_tri, lan)")
    rows = [("380", f"2024-0{month}", 10 * month, month) for month in range(1, 6)]
    foreign.executemany("INSERT INTO so_lieu VALUES (?, ?, ?, ?)", rows)
    foreign.commit()
    config = {
        "database": f"sqlite:///{path}",
        "query": "SELECT * FROM so_lieu WHERE lan >= :since ORDER BY lan",
        "cursor": "lan",
        "first": 0,
        "batch_rows": 2,
        "columns": {"unit": "ma", "period": "ky", "value": "gia_tri"},
        "constants": {"indicator": "KT05", "vintage": "final"},
    }
    feed = make_feed("sql_pull", config)
    settings = settings_of(config, SqlPull)

    def once() -> int:
        def work(receiver):
            return sql_pull.once(receiver, feed.slug, settings)

        return asyncio.run(_stored(work, tmp_path / "spool"))

    assert once() == 5
    assert drained(feed) == {("accepted", ""): 5}
    foreign.execute("INSERT INTO so_lieu VALUES ('380', '2024-06', 66.5, 6)")
    foreign.commit()
    assert once() == 2, "the last one again, and the new one"
    assert drained(feed) == {("accepted", ""): 6, ("duplicate", ""): 1}
    assert Fact.objects.get(period_start="2024-06-01").value == Decimal("66.5")
    meta = InboxBatch.objects.order_by("-id").first().meta
    assert meta["since"] == {"type": "number", "value": "6"}


@pytest.mark.django_db(transaction=True)
def test_a_whole_table_is_stored_again_only_when_it_differs(catalogue, tmp_path):
    own = django_settings.DATABASES["default"]
    from django.db import connection

    name = connection.settings_dict["NAME"]
    address = f"postgresql+psycopg://{own['USER']}@{own['HOST']}:{own['PORT']}/{name}"
    config = {
        "database": address,
        "query": "SELECT * FROM (VALUES ('380', '2024', 1.50::numeric, now()::date))"
        " AS v (unit, period, value, noted)",
        "constants": {"indicator": "KT08", "vintage": "final"},
    }
    feed = make_feed("sql_pull", config)
    settings = settings_of(config, SqlPull)

    def once(wanted: SqlPull) -> int:
        def work(receiver):
            return sql_pull.once(receiver, feed.slug, wanted)

        return asyncio.run(_stored(work, tmp_path))

    assert [once(settings), once(settings)] == [1, 0]
    assert drained(feed) == {("accepted", ""): 1}
    assert Fact.objects.get().value == Decimal("1.5")
    writes = "SELECT nextval('indicators_fact_id_seq')"
    with pytest.raises(SQLAlchemyError, match="read-only"):
        once(settings.model_copy(update={"query": writes}))
    slow = settings.model_copy(
        update={"query": "SELECT pg_sleep(60)", "timeout_s": 0.2}
    )
    with pytest.raises(SQLAlchemyError, match="timeout"):
        once(slow)
    assert Fact.objects.count() == 1
