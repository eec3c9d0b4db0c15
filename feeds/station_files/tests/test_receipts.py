"""What became of each file, for those who look after the feeds and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from feeds.core import drain, inbox
from feeds.core.inbox import RawBatch
from feeds.core.models import Feed, InboxBatch
from feeds.station_files.intake import KIND
from feeds.station_files.parsing import split_lines
from gis_ioc.accounts.models import ApiKey, AuditEntry, Scope
from layers.stations.models import FtpAccount, Station

pytestmark = pytest.mark.django_db

RECEIVED = datetime(2026, 11, 22, 3, tzinfo=UTC)
GOOD = b"COD\t61\tmg/L\t20261122093500\t00\n"
OLD = GOOD.replace(b"20261122", b"20261121")
BAD = GOOD + b"TSS\t30\tmg/L\t20261122093500\t07\nXyz\t1\tmg/L\t20261122093500\t00\n\n"
PAGE = f"/api/v1/feeds/{KIND}/files"


@pytest.fixture
def files() -> list[int]:
    """Ids: good, with a refused line, the same again, of yesterday, not read yet."""
    inbox._feed_id.cache_clear()
    drain.forget()
    account = FtpAccount.objects.create(name="mill", password="!")
    Station.objects.create(
        source="test", external_id="A", code="TH_A", title="Mill", kind="effluent",
        ftp_account=account, folder="a", limit_column="B",
    )  # fmt: skip
    put("a/good.txt", GOOD)
    put("a/bad.txt", BAD)
    put("a/again.txt", BAD)
    before = RECEIVED - timedelta(days=1)
    put("a/stranger.txt", OLD, account="other", received=before)
    drain.drain(Feed.objects.get(slug=KIND).pk)
    put("a/new.txt", GOOD)
    return list(InboxBatch.objects.order_by("id").values_list("id", flat=True))


def put(path: str, body: bytes, account: str = "mill", received=RECEIVED) -> None:
    inbox.store(
        [
            RawBatch(
                kind=KIND, feed=KIND, source=account, received_at=received, body=body,
                lines=len(split_lines(body)), meta={"account": account, "path": path},
            )
        ]
    )  # fmt: skip


@pytest.fixture
def operator(cast) -> Client:
    client = Client()
    client.force_login(cast["operator"])
    return client


def names(client: Client, query: str) -> list[str]:
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()]


def test_files_are_listed_newest_first_with_what_was_refused(operator, files):
    rows = operator.get(PAGE).json()
    assert [row["id"] for row in rows] == files[::-1]
    states = [row["state"] for row in rows]
    assert states == ["waiting", "done", "done", "done", "done"]
    assert [row["rejected"] for row in rows] == [
        {}, {"unknown_station": 1}, {"unknown_symbol": 1}, {"unknown_symbol": 1}, {}
    ]  # fmt: skip
    assert (rows[3]["lines"], rows[3]["size"]) == (4, len(BAD))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("source=other", ["stranger"]),
        ("day=2026-11-21", ["stranger"]),
        ("outcome=clean", ["good"]),
        ("outcome=waiting", ["new"]),
        ("outcome=rejected&source=mill", ["again", "bad"]),
        ("outcome=failed", []),
        ("limit=2", ["new", "stranger"]),
        ("source=%00&limit=9", ["new", "stranger", "again", "bad", "good"]),
    ],
)
def test_files_are_found_by_sender_day_and_outcome(operator, files, query, wanted):
    assert names(operator, query) == [f"a/{name}.txt" for name in wanted]


def test_a_page_goes_on_behind_the_last_file_of_the_one_before(operator, files):
    assert names(operator, f"before={files[1]}") == ["a/good.txt"]


@pytest.mark.parametrize("query", ["day=22.11.2026", "outcome=lost"])
def test_a_question_that_means_nothing_is_named(operator, files, query):
    answer = operator.get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert query.split("=")[1] in answer.json()["detail"]


def test_a_receipt_tells_of_every_line_and_shows_the_file(operator, files):
    found = operator.get(f"{PAGE}/{files[1]}").json()
    told = [found[name] for name in ("lines", "accepted", "duplicate", "blank")]
    assert told == [4, 1, 1, 1]  # COD was in the file before
    assert [row[:2] for row in found["rejected"]] == [[3, "unknown_symbol"]]
    assert found["warnings"] == [[2, "unknown_status"]]
    assert found["raw"] == BAD.decode()
    again = operator.get(f"{PAGE}/{files[2]}").json()
    assert (again["accepted"], again["duplicate"]) == (0, 2)
    assert AuditEntry.objects.filter(action="read").count() == 2


def test_receipts_of_another_feed_or_of_nothing_are_not_found(operator, files):
    Feed.of_kind("ais", "ais")
    assert operator.get(f"{PAGE}/{files[-1] + 1}").status_code == 404
    assert operator.get(f"/api/v1/feeds/ais/files/{files[0]}").status_code == 404


def test_nobody_else_sees_files(cast, files):
    Scope.objects.create(user=cast["officer"], all_units=True)
    for role in ("leader", "officer"):
        client = Client()
        client.force_login(cast[role])
        for page in (PAGE, f"{PAGE}/{files[0]}"):
            answer = client.get(page)
            assert answer.status_code == 403, role
            assert b"good.txt" not in answer.content
    _key, narrow = ApiKey.issue(cast["operator"], "k", layers=["vessels"])
    with_key = Client(headers={"Authorization": f"Bearer {narrow}"})
    assert with_key.get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code in (401, 403)


def test_the_administration_shows_the_receipt_of_a_file(admin_client, files):
    listed = admin_client.get("/admin/feeds/inboxbatch/?q=mill").content.decode()
    assert "a/bad.txt" in listed
    assert "a/stranger.txt" not in listed
    page = admin_client.get(f"/admin/feeds/inboxbatch/{files[1]}/change/")
    assert "3: unknown_symbol" in page.content.decode()
