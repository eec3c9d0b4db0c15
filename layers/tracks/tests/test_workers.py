"""Several workers settle at once; ingest waits for none of them."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from layers.tracks import settling
from layers.tracks.settling import settle_all
from layers.vessels.models import Device, Fitting, Receiver, Vessel

from .sea import boat, days, forget, mark, pieces, put, voyage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sea() -> Iterator[list[Device]]:
    devices = [boat(f"mmsi:57400020{i}")[0] for i in range(6)]
    yield devices
    forget()
    Fitting.objects.all().delete()
    Device.objects.all().delete()
    Vessel.objects.all().delete()
    Receiver.objects.all().delete()


def fill(devices: list[Device]) -> None:
    for number, device in enumerate(devices):
        put(device, voyage(number, hours=60, step_s=300))


def test_two_workers_at_once_make_what_one_makes(sea: list[Device]) -> None:
    fill(sea)
    settle_all(pause_s=-1e9)
    wanted, wanted_days = pieces(), days()
    forget()
    fill(sea)
    together = Barrier(3)
    failures: list[Exception] = []

    def work() -> None:
        try:
            together.wait()
            while settle_all(pause_s=-1e9):
                pass
        except Exception as problem:
            failures.append(problem)
        finally:
            connection.close()

    workers = [Thread(target=work) for _number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures
    settle_all(pause_s=-1e9)
    assert pieces() == wanted
    assert days() == wanted_days


def test_a_mark_is_free_while_its_device_is_settled(sea: list[Device]) -> None:
    put(sea[0], voyage(0, hours=2))
    marked = []

    def mark_again(_found: settling.Settled) -> None:
        def store() -> None:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '2s'")
                    mark(sea[0], 3600.0)
                marked.append(True)
            finally:
                connection.close()

        other = Thread(target=store)
        other.start()
        other.join()

    watch = settling.Analyser("watch", 1, mark_again)
    with settling.analysers.override(watch):
        settling.claim(-1e9)
        (day,) = settling.waiting_days()
        assert settling.settle_some(day) == 1
    assert marked == [True]
    assert settle_all(pause_s=-1e9) == 1, "and the new mark is not lost"
