"""Figures fetched over HTTP and read from foreign databases."""

from __future__ import annotations

import asyncio
import http.server
import json
import sqlite3
import threading
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.db import connection
from sqlalchemy.exc import SQLAlchemyError

from feeds.core.configs import settings_of
from feeds.core.models import InboxBatch
from feeds.core.receiver import Receiver
from feeds.http_pull import pull as http_pull
from feeds.http_pull.config import HttpPull
from feeds.sql_pull import pull as sql_pull
from feeds.sql_pull.config import SqlPull
from layers.indicators.models import Fact, Latest

from .finance import drained, make_catalogue, make_feed, unit


@pytest.fixture
def catalogue():
    return make_catalogue()


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
def test_a_whole_table_is_stored_again_only_when_it_differs(
    catalogue, tmp_path, monkeypatch
):
    own = connection.settings_dict
    monkeypatch.setenv("IOC_SECRET_OWN", quote(own["PASSWORD"] or "none", safe=""))
    place = f"{own['HOST']}:{own['PORT']}/{own['NAME']}"
    address = f"postgresql+psycopg://{own['USER']}:${{own}}@{place}"
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
