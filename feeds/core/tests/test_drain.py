from __future__ import annotations

import pytest

from feeds.core import drain as draining
from feeds.core import inbox
from feeds.core.models import InboxBatch, Quarantine
from layers.vessels.models import LivePosition, Position

from .playing import RECEIVED, counts, play

pytestmark = pytest.mark.django_db(transaction=True)

POSITION = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"
OTHER = b"!AIVDM,1,1,,A,133sVfPP00PD>hRMDH@jNOvN20S8,0*7F"
BROKEN = b"!AIVDM,1,1,,A,133sVfPP00PD>hRMDH@jNOvN20S8,0*70"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    from layers.vessels.identity import directory

    draining.forget()
    directory.forget()
    inbox._feed_id.cache_clear()


def test_a_position_goes_from_the_inbox_to_history_and_the_live_row() -> None:
    play([POSITION])
    assert Position.objects.count() == 1
    live = LivePosition.objects.select_related("vessel").get()
    assert live.vessel.mmsi == "227006760"
    assert (round(live.lon, 5), round(live.lat, 6)) == (0.13138, 49.475577)
    assert counts() == {"accepted": 1}


def test_a_batch_that_is_stored_twice_is_one_batch() -> None:
    batch = inbox.RawBatch(
        kind="ais",
        feed="ais",
        source="test",
        received_at=RECEIVED,
        lines=1,
        body=POSITION + b"\n",
    )
    inbox.store([batch])
    inbox.store([batch])
    assert InboxBatch.objects.count() == 1


def test_every_line_is_accounted_for_and_refused_lines_are_kept() -> None:
    play([POSITION, BROKEN, b"# a comment", POSITION, OTHER])
    assert counts() == {
        "accepted": 2,
        "duplicate": 1,
        "not_data": 1,
        "rejected:checksum": 1,
    }
    refused = Quarantine.objects.get()
    assert (refused.line_no, refused.reason) == (2, "checksum")
    assert refused.raw == BROKEN.decode()


def test_playing_again_adds_no_position() -> None:
    play([POSITION, OTHER])
    draining.forget()
    play([POSITION, OTHER])
    assert Position.objects.count() == 2
    assert counts() == {"accepted": 2, "duplicate": 2}


def test_a_crash_between_decoding_and_commit_leaves_nothing_behind(monkeypatch) -> None:
    feed = play([POSITION], drain=False)

    def crash(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(draining, "_store_rejects", crash)
    with pytest.raises(KeyboardInterrupt):
        draining.drain(feed.pk)
    assert Position.objects.count() == 0
    assert InboxBatch.objects.filter(state=0).count() == 2
    monkeypatch.undo()
    draining.forget()
    draining.drain(feed.pk)
    assert Position.objects.count() == 1


def test_a_new_process_remembers_repeats_and_fragments_of_the_last_minute() -> None:
    first = (
        b"!AIVDM,2,1,8,A,58QoL382>63eC90CF210TtpDE:0Hu9ADpF222216ApJ:AvI30?23kQhBKDE@"
        b",0*0A"
    )
    second = b"!AIVDM,2,2,8,A,CQkRCR88880,2*16"
    feed = play([POSITION], drain=False)
    inbox.store(
        [
            inbox.RawBatch(
                kind="ais",
                feed="ais",
                source="parts",
                received_at=RECEIVED,
                lines=1,
                body=first + b"\n",
            )
        ]
    )
    draining.drain(feed.pk)
    draining.forget()  # as after a crash: another process goes on
    play([second, POSITION], source="parts")
    assert counts("parts") == {"accepted": 2, "duplicate": 1}


def test_a_batch_that_always_fails_is_set_aside_and_the_others_go_on(
    monkeypatch,
) -> None:
    from feeds.ais.decoder import AisDecoder

    decode = AisDecoder.decode

    def fail_on_poison(self, batches):  # type: ignore[no-untyped-def]
        if any(b"poison" in batch.body for batch in batches):
            raise RuntimeError("a bug of ours")
        return decode(self, batches)

    monkeypatch.setattr(AisDecoder, "decode", fail_on_poison)
    feed = play([POSITION], source="before", drain=False)
    play([b"poison"], source="poison", drain=False)
    play([OTHER], source="after", drain=False)
    for _round in range(5):
        draining.drain(feed.pk)
    assert counts("before") == {"accepted": 1}
    assert counts("after") == {"accepted": 1}
    assert counts("poison") == {"rejected:internal_error": 1}
    failed = InboxBatch.objects.get(state=2)
    assert failed.attempts == draining.MAX_ATTEMPTS
    assert "a bug of ours" in Quarantine.objects.get(reason="internal_error").detail
