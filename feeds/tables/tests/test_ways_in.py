"""From a program, a web address and a foreign database to published figures."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from feeds.core.models import Feed, InboxBatch, Quarantine
from gis_ioc.accounts.models import ApiKey
from layers.core import raw
from layers.indicators.models import Channel, Fact, Latest, Load, Vintage

from .finance import drained, make_catalogue, make_feed, unit

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
    return make_catalogue()


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
