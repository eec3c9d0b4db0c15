from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from feeds.core import drain as draining
from feeds.core import inbox, retention
from feeds.core.models import InboxBatch, Quarantine
from layers.core import raw
from layers.vessels.identity import directory

from .playing import RECEIVED, play

pytestmark = pytest.mark.django_db(transaction=True)

POSITION = b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"
BROKEN = POSITION[:-1] + b"4"
FIRST = (
    b"!AIVDM,2,1,8,A,58QoL382>63eC90CF210TtpDE:0Hu9ADpF222216ApJ:AvI30?23kQhBKDE@,0*0A"
)
SECOND = b"!AIVDM,2,2,8,A,CQkRCR88880,2*16"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    draining.forget()
    inbox._feed_id.cache_clear()
    directory.forget()


def test_a_line_is_found_with_its_hash_and_its_batch() -> None:
    play([b"# comment", POSITION + b"\r", BROKEN], drain=False)
    batch = InboxBatch.objects.filter(lines=3).get()
    found = raw.lookup([(batch.pk, 2), (batch.pk, 99), (batch.pk + 1_000, 1)])
    assert list(found) == [(batch.pk, 2)]
    line = found[(batch.pk, 2)]
    assert line.text == POSITION.decode()
    assert line.sha256 == hashlib.sha256(POSITION).hexdigest()
    assert (line.batch_digest, line.source) == (batch.digest, "test")
    assert (line.received_at, line.others) == (RECEIVED, ())


@pytest.mark.parametrize("size", [10, 2, 1])
def test_a_message_of_several_lines_is_found_whole(size: int) -> None:
    """In one batch, or with its parts in different ones."""
    play([FIRST, POSITION, b"$GPGSV", SECOND], size=size, drain=False)
    batch = InboxBatch.objects.order_by("pk").first()
    assert batch is not None
    line = raw.lookup([(batch.pk, 1)])[(batch.pk, 1)]
    assert line.text == FIRST.decode()
    assert [other.text for other in line.others] == [SECOND.decode()]


def test_raw_data_are_kept_as_long_as_the_law_wants(settings) -> None:
    settings.IOC_KEEP_MONTHS = 36
    play([POSITION, BROKEN])
    InboxBatch.objects.update(received_at=timezone.now() - timedelta(days=35 * 30.44))
    assert retention.forget() == 0
    InboxBatch.objects.update(received_at=timezone.now() - timedelta(days=37 * 30.44))
    assert Quarantine.objects.exists()
    assert retention.forget(step=1) == 2
    assert not InboxBatch.objects.exists()
    assert not Quarantine.objects.exists()


def test_what_waits_or_failed_is_never_forgotten() -> None:
    play([POSITION], size=1, drain=False)
    old = timezone.now() - timedelta(days=4_000)
    first, second = InboxBatch.objects.order_by("pk")
    InboxBatch.objects.update(received_at=old)
    InboxBatch.objects.filter(pk=second.pk).update(state=InboxBatch.State.FAILED)
    assert retention.forget() == 0
    assert set(InboxBatch.objects.values_list("pk", flat=True)) == {first.pk, second.pk}
