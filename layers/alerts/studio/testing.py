"""Back-tests as work for the background: begun, gone on with, cancelled, given up."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.alerts.models import Backtest, RuleDraft
from layers.alerts.services import NotAllowedError, RefusedError, Who

from . import body as bodies
from . import drafts, trying
from .trial import rule_of

log = logging.getLogger(__name__)
Status = Backtest.Status
WAITING = (Status.QUEUED, Status.RUNNING)
# First key of the advisory lock of a back-test; the second is its id.
LOCK = 0x7472_7969
LEAST_DAYS, MOST_DAYS, DAYS = 1, 90, 7
# Workers that died over it again and again: nobody begins it once more.
GIVEN_UP = timedelta(hours=1)
TELL_EVERY_S = 0.5
CUT_OFF = gettext_noop("The work was cut off again and again.")


class CancelledError(Exception):
    """Somebody pressed cancel."""


@transaction.atomic
def start(draft: RuleDraft, who: Who, days: int) -> Backtest:
    """Try the draft as it is written on the last ``days`` days."""
    if who.user is None or not drafts.may_write(who.user):
        raise NotAllowedError(_("Your role may not draft rules."))
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise RefusedError(_("From 1 to 90 days."))
    rule = bodies.check(draft.body, draft.rule_id)
    if not trying.way(rule):
        raise RefusedError(_("Nothing is stored that this rule could be tried on."))
    draft.backtests.filter(status__in=WAITING).update(status=Status.CANCELLED)
    until = timezone.now()
    test = Backtest.objects.create(
        draft=draft,
        body=draft.body,
        since=until - timedelta(days=days),
        until=until,
        started_by=who.user,
    )
    transaction.on_commit(lambda: ask(test.pk))
    return test


def ask(test_id: int) -> None:
    """Tell a worker; the sweeper finds what is lost on the way."""
    from layers.alerts.tasks import backtest

    backtest.delay(test_id)


def cancel(test: Backtest, who: Who) -> None:
    if who.user is None or not drafts.may_write(who.user):
        raise NotAllowedError(_("Your role may not draft rules."))
    Backtest.objects.filter(pk=test.pk, status__in=WAITING).update(
        status=Status.CANCELLED, ended_at=timezone.now()
    )


@contextmanager
def _held(test_id: int) -> Iterator[bool]:
    """Whether the trial is ours; nobody else works on it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, test_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, test_id])


def work(test_id: int) -> None:
    """Do the trial, from the beginning; nothing when another worker has it in hand."""
    with _held(test_id) as mine:
        test = Backtest.objects.filter(pk=test_id, status__in=WAITING).first()
        if not mine or test is None:
            return
        if timezone.now() - test.created_at > GIVEN_UP:
            _end(test, Status.FAILED, problem=CUT_OFF)
            return
        Backtest.objects.filter(pk=test.pk, status__in=WAITING).update(
            status=Status.RUNNING, started_at=timezone.now(), share=0, rows=0
        )
        try:
            found = _run(test)
        except CancelledError:
            return
        except OperationalError:
            raise  # the database went away: the sweeper comes back to it
        except Exception as error:
            log.exception("back-test %s", test.pk)
            _end(test, Status.FAILED, problem=f"{type(error).__name__}: {error}"[:500])
            return
        _end(test, Status.DONE, result=found, rows=found["rows"], share=1)


def _run(test: Backtest) -> dict[str, Any]:
    began = time.monotonic()
    told = 0.0

    def progress(share: float, rows: int) -> None:
        nonlocal told
        if time.monotonic() - told < TELL_EVERY_S:
            return
        told = time.monotonic()
        mine = Backtest.objects.filter(pk=test.pk, status=Status.RUNNING)
        if not mine.update(share=share, rows=rows):
            raise CancelledError

    draft = rule_of(test.body, test.draft.rule_id)
    since, until = test.since.timestamp(), test.until.timestamp()
    found = trying.run(draft, test.draft.rule, since, until, progress)
    version = test.draft.rule.version if test.draft.rule is not None else None
    return {**found, "seconds": round(time.monotonic() - began, 2), "version": version}


def _end(test: Backtest, status: str, **values: Any) -> None:
    Backtest.objects.filter(pk=test.pk, status__in=WAITING).update(
        status=status, ended_at=timezone.now(), **values
    )


def waiting() -> list[int]:
    """Trials that somebody should work on."""
    rows = Backtest.objects.filter(status__in=WAITING).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:50])
