"""A worker that is really killed while the gateway has the message in hand."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from layers.core.delivery import Notice, send, working
from layers.core.delivery.models import Delivery, Outcome, State

WORKER = """
import django
django.setup()
from layers.core.delivery import working
working.work({pk})
"""


def worker(pk: int) -> subprocess.Popen[bytes]:
    """A process of its own over the database of the test."""
    held = connection.settings_dict
    address = (
        f"postgis://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}"
        f"/{held['NAME']}"
    )
    env = {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "gis_ioc.settings",
        "IOC_DEMO": "0",
        "IOC_INTERNAL_HOSTS": "127.0.0.1",
        "IOC_BASE_URL": "https://ioc.example",
    }
    return subprocess.Popen([sys.executable, "-c", WORKER.format(pk=pk)], env=env)


@pytest.mark.django_db(transaction=True)
def test_killed_between_send_and_commit_nothing_is_lost_and_one_row_stays(sms, gateway):
    user = get_user_model().objects.create_user("watcher", phone="0912345678")
    send(
        Notice(key="k", kind="alert", subject="boat", users=[user.pk], channels=["sms"])
    )
    row = Delivery.objects.get(channel="sms")
    asked, killed = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        killed.wait(60)

    gateway.during = hold
    process = worker(row.pk)
    assert asked.wait(60), "the worker reached the gateway"
    process.kill()
    process.wait()
    killed.set()
    gateway.during, gateway.usual = None, b'{"ok": true, "id": "m1"}'
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.WAITING, 1)
    assert working.due() == [], "its lease protects it until it is over"
    Delivery.objects.update(next_at=timezone.now())
    for pk in working.due():
        working.work(pk)
    row = Delivery.objects.get(channel="sms")
    assert row.state == State.SENT
    assert len({entry.json()["ref"] for entry in gateway.asked}) == 1
    assert list(row.tries.values_list("outcome", flat=True)) == [
        Outcome.LOST,
        Outcome.OK,
    ]
