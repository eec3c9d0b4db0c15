"""The real VMS recording (TACSAT, dated 1800) through the VMS feed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.core import drain as draining
from feeds.core import inbox
from feeds.core.models import Feed, InboxBatch
from feeds.core.tests.playing import counts
from feeds.vms import recordings
from layers.core.models import Event
from layers.vessels.identity import directory
from layers.vessels.models import Device, Position

pytestmark = pytest.mark.django_db(transaction=True)

FILE = "ais/vms_tacsat_1800.csv.gz"
ROWS, VESSELS = 35_895, 197


@pytest.fixture(autouse=True)
def _fresh(monkeypatch) -> None:
    monkeypatch.setattr(recordings, "wake", lambda feed: None)
    draining.forget()
    directory.forget()
    inbox._feed_id.cache_clear()


def play(path, source: str) -> int:
    rows = recordings.hand_in(path, source)
    draining.drain(Feed.objects.get(slug=recordings.FEED).pk, budget_s=600)
    return rows


def test_tacsat_goes_through_the_vms_feed_and_a_second_run_changes_nothing(
    shared_file, caplog
) -> None:
    path = shared_file(FILE)
    assert recordings.recognises(path)
    assert play(path, "first") == ROWS
    found = counts("first")
    assert sum(found.values()) == ROWS, found
    assert "rejected:internal_error" not in found
    assert not InboxBatch.objects.exclude(state=1).exists()
    assert not [r for r in caplog.records if r.levelname in ("ERROR", "CRITICAL")]
    keys = list(Device.objects.values_list("key", flat=True))
    assert len(keys) == VESSELS
    assert all(key.startswith("vms:tacsat:") for key in keys)
    stored = set(Position.objects.values_list("device_id", "at", "digest"))
    assert len(stored) == found["accepted"]
    times = [at for _device, at, _digest in stored]
    assert min(times) < datetime(1801, 1, 1, tzinfo=UTC)
    events = Event.objects.count()
    draining.forget()
    assert play(path, "second") == ROWS
    again = counts("second")
    assert again.pop("duplicate") == found["accepted"] + found.get("duplicate", 0)
    assert again == {k: v for k, v in found.items() if k.startswith("rejected")}
    assert set(Position.objects.values_list("device_id", "at", "digest")) == stored
    assert Event.objects.count() == events


def test_no_other_recording_is_taken_for_vms(shared_file) -> None:
    for name in ("suez_evergiven_2021-03.csv", "gfw_pairs_open.csv.gz"):
        assert not recordings.recognises(shared_file(f"ais/{name}"))
