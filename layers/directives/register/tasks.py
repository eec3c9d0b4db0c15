"""Keeping the registers in step with ours, run by beat."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db import connection
from django.utils import timezone

from layers.directives.models import TaskRegister

from . import adapter

# First key of the advisory lock of a register; the second is its id.
LOCK = 0x7265_6773


@shared_task(name="directives.register", expires=60)
def synchronise() -> int:
    """Push what has changed here, then ask where it is time; how many registers."""
    done = 0
    for register in TaskRegister.objects.filter(enabled=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, register.pk])
            if not cursor.fetchone()[0]:
                continue
            try:
                exchange(register)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, register.pk])
        done += 1
    return done


def exchange(register: TaskRegister) -> None:
    """Both directions of one register, one at a time."""
    every = timedelta(minutes=adapter.settings_of(register).pull.every_min)
    due = register.pulled_at is None or timezone.now() >= register.pulled_at + every
    if due:
        adapter.pull(register)
    adapter.push(register)


BEAT = {"directives-register": {"task": "directives.register", "schedule": 60.0}}
