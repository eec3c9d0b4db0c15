"""The worker's part: check a file, commit what was checked.

One worker at a time holds an upload by an advisory lock, which PostgreSQL frees when
the worker dies. A check that was cut off starts again; a commit is one transaction.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from layers.core.scope import Grant

from . import checking, reasons
from .contract import Job, Problem, Record, StaleError, importers
from .files import UnreadableError, decompress
from .models import State, Upload, UploadProblem
from .records import Packer, unpack
from .services import tell

# First key of the advisory lock of an upload; the second is its id.
LOCK = 0x7570_6C64
MAX_ATTEMPTS = 3
# Problems that are kept: of one reason, and in all. All are counted.
MOST_OF_A_REASON = 500
MOST = 5_000

log = logging.getLogger(__name__)


class CancelledError(Exception):
    """Somebody pressed cancel."""


@contextmanager
def _held(upload_id: int) -> Iterator[bool]:
    """Whether the upload is ours; nobody else works on it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, upload_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, upload_id])


def run(upload_id: int) -> None:
    """Do what is next for an upload; nothing when another worker has it in hand."""
    with _held(upload_id) as mine:
        if not mine:
            return
        upload = Upload.objects.filter(pk=upload_id).first()
        if upload is None or not upload.running:
            return
        with override(upload.rights.get("language", "vi")):
            _step(upload)


def _step(upload: Upload) -> None:
    if not _count_attempt(upload):
        return
    if upload.state in (State.RECEIVED, State.CHECKING):
        _guarded(upload, _check)
        if not (upload.state == State.CHECKED and upload.commit_asked):
            return
        if upload.warnings and not upload.accept_warnings:
            return
        Upload.objects.filter(pk=upload.pk, state=State.CHECKED).update(
            state=State.COMMITTING, committed_by=F("by")
        )
        upload.refresh_from_db()
    if upload.state == State.COMMITTING:
        _guarded(upload, _commit)


def _count_attempt(upload: Upload) -> bool:
    """False when workers died over it again and again."""
    upload.attempts += 1
    if upload.attempts > MAX_ATTEMPTS:
        words = _("The work was cut off %(n)s times.") % {"n": MAX_ATTEMPTS}
        _end(upload, State.FAILED, failure=words)
        return False
    Upload.objects.filter(pk=upload.pk).update(attempts=upload.attempts)
    return True


def _guarded(upload: Upload, step) -> None:  # type: ignore[no-untyped-def]
    try:
        step(upload)
    except CancelledError:
        _forget_findings(upload)
        _end(upload, State.CANCELLED)
    except UnreadableError as error:
        problem = Problem(reason=error.reason, params=error.params)
        _forget_findings(upload)
        _keep(upload, [problem], Counter())
        _end(
            upload, State.REFUSED,
            errors=1, warnings=0, counts={error.reason.slug: 1},
            checked_at=timezone.now(),
        )  # fmt: skip
    except StaleError as error:
        _end(upload, State.RECEIVED, failure=str(error), commit_asked=False, attempts=0)
    except OperationalError:
        raise  # the database went away: the sweeper comes back to it
    except Exception as error:
        log.exception("upload %s", upload.pk)
        back = State.CHECKED if upload.state == State.COMMITTING else State.FAILED
        _end(upload, back, failure=f"{type(error).__name__}: {error}"[:500])


def _end(upload: Upload, state: State, **values: object) -> None:
    Upload.objects.filter(pk=upload.pk).update(state=state, **values)
    upload.refresh_from_db(fields=["state", *values])


def _forget_findings(upload: Upload) -> None:
    UploadProblem.objects.filter(upload=upload).delete()
    Upload.objects.filter(pk=upload.pk).update(
        records=None, preview={}, counts={}, errors=0, warnings=0
    )


def _check(upload: Upload) -> None:
    _forget_findings(upload)
    _end(upload, State.CHECKING, rows_done=0, failure="")
    book = checking.open_book(decompress(upload.body))
    stamp = book.stamp()
    total = checking.total(book)
    _end(upload, State.CHECKING, rows_total=total, stamp=stamp)
    importer = importers[upload.importer]
    if stamp.get("importer", importer.slug) != importer.slug:
        other = importers.get(stamp["importer"])
        kind = str(other.title) if other else stamp["importer"][:80]
        raise UnreadableError(reasons.OTHER_KIND, kind=kind)
    job = job_of(upload)
    tables = importer.tables(job.options, job.grant)
    packer, counts = Packer(), Counter[str]()
    for chunk in checking.check(book, tables, importer.checker(job)):
        _keep(upload, chunk.problems, counts)
        packer.add(chunk.records)
        Upload.objects.filter(pk=upload.pk).update(rows_done=min(chunk.done, total))
        _heed(upload)
    _checked(upload, packer, counts)


def _checked(upload: Upload, packer: Packer, counts: Counter[str]) -> None:
    errors = sum(n for slug, n in counts.items() if not slug.startswith("?"))
    warnings = sum(counts.values()) - errors
    state = State.REFUSED if errors else State.CHECKED
    done = Upload.objects.filter(
        pk=upload.pk, state=State.CHECKING, cancel_asked=False
    ).update(
        state=state,
        errors=errors,
        warnings=warnings,
        counts={slug.lstrip("?"): n for slug, n in counts.items()},
        preview=packer.counts(),
        records=packer.finish(),
        units=sorted(packer.units),
        rows_done=F("rows_total"),
        checked_at=timezone.now(),
        attempts=0,
    )
    if not done:
        raise CancelledError
    upload.refresh_from_db()


def job_of(upload: Upload) -> Job:
    """What was asked for; what a template says of itself counts more."""
    rights = upload.rights
    units = rights.get("units")
    stamped = {
        name.removeprefix("option."): value
        for name, value in upload.stamp.items()
        if name.startswith("option.")
    }
    return Job(
        upload_id=upload.pk,
        by_id=upload.by_id,
        grant=Grant(
            user_id=upload.by_id,
            layers=frozenset(rights.get("layers", ())),
            units=None if units is None else frozenset(units),
            masks=frozenset(rights.get("masks", ())),
            beyond="nothing",
        ),
        options={**upload.options, **stamped},
        stamp=upload.stamp,
        today=timezone.localdate(upload.at),
    )


def _keep(upload: Upload, problems: list[Problem], counts: Counter[str]) -> None:
    """Count every problem, keep the first of each reason. ``?``: a warning."""
    rows = []
    for problem in problems:
        reason = problem.reason
        slug = reason.slug if reason.severity == "error" else f"?{reason.slug}"
        counts[slug] += 1
        if counts[slug] > MOST_OF_A_REASON or counts.total() > MOST:
            continue
        rows.append(
            UploadProblem(
                upload=upload,
                reason=reason.slug,
                severity=reason.severity,
                sheet=problem.sheet[:120],
                row=problem.row,
                column=problem.column[:120],
                cell=problem.cell[:60],
                value=problem.value.replace("\0", "")[:200],
                params=dict(problem.params),
            )
        )
    UploadProblem.objects.bulk_create(rows)


def _heed(upload: Upload) -> None:
    if Upload.objects.filter(pk=upload.pk, cancel_asked=True).exists():
        raise CancelledError


def _commit(upload: Upload) -> None:
    """All records or none, in one transaction."""
    importer = importers[upload.importer]
    with transaction.atomic():
        outcome = importer.commit(upload, _watched(upload))
        upload.outcome = {
            "counts": dict(outcome.counts),
            "links": [list(link) for link in outcome.links],
        }
        upload.committed_at = timezone.now()
        done = Upload.objects.filter(
            pk=upload.pk, state=State.COMMITTING, cancel_asked=False
        ).update(
            state=State.COMMITTED,
            outcome=upload.outcome,
            committed_at=upload.committed_at,
            failure="",
        )
        if not done:
            raise CancelledError
        upload.state = State.COMMITTED
        tell(upload, upload.committed_by_id)


def _watched(upload: Upload) -> Iterator[Record]:
    """The records; a cancel is heeded while they are read."""
    for number, found in enumerate(unpack(upload.records)):
        if number % checking.CHUNK == 0:
            _heed(upload)
        yield found
