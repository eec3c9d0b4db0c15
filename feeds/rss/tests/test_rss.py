"""RSS and Atom: from bytes to the map, each once, nothing dangerous."""

from __future__ import annotations

import asyncio
import hashlib
import http.server
import os
import threading
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as some

from feeds.core import drain, fetching, inbox
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine
from feeds.rss import pull, reading
from feeds.rss.reading import Unreadable, count_entries, items
from fixtures import Demo
from layers.core import units
from layers.core.spec import by_role
from layers.press import queries
from layers.press.models import PressItem

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Paper of the test</title>
<item><title>{place}: news</title><link>https://paper.example/1</link>
<guid>one</guid><pubDate>Fri, 20 Nov 2026 07:00:00 +0700</pubDate>
<description>&lt;p&gt;Words &lt;b&gt;of&lt;/b&gt; it&lt;p&gt;</description>
</item>
<item><title>Second</title><link>https://paper.example/2</link></item>
<item><link>https://paper.example/3</link></item>
<item><title>No name at all</title></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom of the test</title>
<entry><title>Third</title><id>urn:uuid:3</id><updated>2026-11-20T01:00:00Z</updated>
<link href="https://atom.example/3"/><summary>Short</summary></entry></feed>"""


def rss(place: str = "Nowhere") -> bytes:
    return RSS.format(place=place).encode()


def read(body: bytes) -> list:
    return list(items(body, source="paper", received_at=NOW))


def test_rss_entries_are_read_with_time_text_and_hash():
    first, second, no_title, no_name = read(rss())
    assert first.title == "Nowhere: news"
    assert first.external_id == "one"
    assert first.published_at == datetime(2026, 11, 20, 0, tzinfo=UTC)
    assert first.summary.startswith("Words of it")
    assert "<" not in first.summary
    assert first.snapshot_sha256 == hashlib.sha256(rss()).hexdigest()
    assert first.outlet == "Paper of the test"
    assert (second.external_id, second.published_at) == ("https://paper.example/2", NOW)
    assert (no_title.reason, no_name.reason) == ("no_title", "no_link")


def test_atom_entries_are_read():
    (entry,) = read(ATOM.encode())
    assert (entry.title, entry.external_id) == ("Third", "urn:uuid:3")
    assert entry.published_at == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert entry.url == "https://atom.example/3"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_a_feed"),
        (b"<html><body>sign in</body></html>", "not_a_feed"),
        (b"https://paper.example/rss", "not_a_feed"),
        (b"/etc/passwd", "not_a_feed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"/>', "has_dtd"),
        (b'<rss version="2.0"><channel/></rss>', "empty"),
        (b" " * (reading.MAX_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_feed_is_refused_by_name(body, reason):
    with pytest.raises(Unreadable) as caught:
        read(body)
    assert caught.value.reason == reason


def test_long_names_fit_and_stay_apart():
    long = "x" * 200
    assert len(reading.short(long)) <= 80
    assert reading.short(long) != reading.short(long + "y")
    assert reading.short("short") == "short"


def test_scripts_are_no_links():
    body = rss().replace(b"https://paper.example/1", b"javascript:alert(1)")
    assert read(body)[0].url == ""


@given(some.binary(max_size=300))
def test_any_bytes_are_read_or_refused_by_name(body):
    try:
        read(body)
    except Unreadable as bad:
        assert bad.reason  # noqa: PT017  (bytes may also be a feed)


@pytest.fixture
def province(db) -> Demo:
    demo = Demo()
    module = apps.get_app_config(by_role(units.ROLE).app_label).module
    import_module(f"{module.__name__}.demo").load(demo)
    units.tree.forget()
    queries.gazetteer.forget()
    drain.forget()
    return demo


def store(body: bytes) -> None:
    inbox._feed_id.cache_clear()
    inbox.store(
        [
            inbox.RawBatch(
                kind="rss",
                feed="rss",
                source="paper",
                received_at=NOW,
                lines=count_entries(body),
                body=body,
            )
        ]
    )
    while drain.step(Feed.of_kind("rss")):
        pass


def counts() -> dict[tuple[str, str], int]:
    return {(c.outcome, c.reason): c.lines for c in FeedCount.objects.all() if c.lines}


def test_a_document_goes_from_the_inbox_to_the_map_and_the_counts_add_up(province):
    store(rss(province.communes[20].name))
    item = PressItem.objects.get(external_id="one")
    assert item.place == province.communes[20].name
    assert item.snapshot_sha256 == InboxBatch.objects.get().digest
    assert counts() == {
        ("accepted", ""): 2,
        ("rejected", "no_title"): 1,
        ("rejected", "no_link"): 1,
    }
    assert sum(counts().values()) == InboxBatch.objects.get().lines
    assert set(Quarantine.objects.values_list("line_no", flat=True)) == {3, 4}


def test_the_same_document_again_adds_nothing(province):
    store(rss())
    store(rss())
    assert PressItem.objects.count() == 2
    assert counts()[("duplicate", "")] == 2


def test_a_document_that_is_none_is_set_aside_whole(province):
    store(b"<html>sign in</html>")
    assert Quarantine.objects.get().reason == "not_a_feed"
    assert not PressItem.objects.exists()


class Kept:
    """Stands where the receiver process is: keeps what it was given."""

    def __init__(self) -> None:
        self.stored: list[tuple[str, str, bytes]] = []

    async def store(self, kind, source, body, *, feed, lines, meta) -> None:
        self.stored.append((feed, meta.get("url") or meta["file"], body))


class Paper(http.server.BaseHTTPRequestHandler):
    """A small web server with a feed that knows its ETag, and a redirect."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/rss")
            self.end_headers()
        elif self.headers.get("If-None-Match") == '"1"':
            self.send_response(304)
            self.end_headers()
        else:
            self.send_response(200)
            self.send_header("ETag", '"1"')
            self.end_headers()
            self.wfile.write(rss())

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def paper():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Paper)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def rounds(monkeypatch, config: dict, number: int) -> Kept:
    feed = Feed(pk=1, slug="paper", kind="rss", config=config)

    async def feeds() -> list[Feed]:
        return [feed]

    monkeypatch.setattr(pull, "_feeds", feeds)
    kept = Kept()
    puller = pull.Puller(kept)

    async def run() -> None:
        for _round in range(number):
            await puller.round()

    asyncio.run(run())
    return kept


def test_a_feed_is_fetched_once_while_it_does_not_change(monkeypatch, paper):
    config = {"url": f"{paper}/moved", "internal": True, "every_s": 0}
    kept = rounds(monkeypatch, config, 3)
    assert kept.stored == [("paper", f"{paper}/moved", rss())]


def test_a_feed_is_left_alone_until_it_is_due(monkeypatch, paper):
    config = {"url": f"{paper}/rss", "internal": True, "every_s": 900}
    puller = rounds(monkeypatch, config, 3)
    assert len(puller.stored) == 1


@pytest.mark.parametrize("path", ["/rss", "/moved"])
def test_addresses_inside_the_house_are_refused(monkeypatch, paper, path):
    assert rounds(monkeypatch, {"url": f"{paper}{path}", "every_s": 0}, 1).stored == []
    with pytest.raises(fetching.RefusedError):
        asyncio.run(fetching.refuse_inside("http://169.254.169.254/"))
    with pytest.raises(fetching.RefusedError):
        asyncio.run(fetching.refuse_inside("file:///etc/passwd"))


def test_a_folder_gives_its_documents_and_is_empty_afterwards(monkeypatch, tmp_path):
    (tmp_path / "a.xml").write_bytes(rss())
    (tmp_path / "fresh.xml").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("no feed")
    os.utime(tmp_path / "a.xml", (1_700_000_000, 1_700_000_000))
    kept = rounds(monkeypatch, {"folder": str(tmp_path), "every_s": 0}, 1)
    assert kept.stored == [("paper", "a.xml", rss())]
    assert {path.name for path in tmp_path.iterdir()} == {"fresh.xml", "notes.txt"}


def test_a_folder_that_is_away_does_not_stop_the_others(monkeypatch, tmp_path):
    kept = rounds(monkeypatch, {"folder": str(tmp_path / "none"), "every_s": 0}, 2)
    assert kept.stored == []
