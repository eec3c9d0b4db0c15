"""What people do with uploads: hand in, commit, cancel, undo."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.core.events import Happening, record
from layers.core.scope import Grant

from .contract import Importer, importers
from .files import MB, compress, most_bytes
from .models import State, Upload


class RefusedError(Exception):
    """Why a step cannot be done now, in words for people."""


def receive(
    importer: Importer,
    *,
    name: str,
    body: bytes,
    by_id: int,
    grant: Grant,
    options: Mapping[str, str],
    commit: bool = False,
    accept_warnings: bool = False,
) -> Upload:
    """Store the bytes as they came; a worker checks them. With ``commit`` they are
    committed when nothing is wrong. Raises RefusedError for a file that is too large.
    """
    if len(body) > most_bytes():
        most = most_bytes() // MB
        raise RefusedError(_("A file may have up to %(most)s MB.") % {"most": most})
    upload = Upload.objects.create(
        importer=importer.slug,
        options={key: str(value)[:200] for key, value in options.items()},
        name=PurePath(name.replace("\\", "/") or "file").name[:200],
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        body=compress(body),
        by_id=by_id,
        rights=_rights(grant),
        commit_asked=commit,
        accept_warnings=accept_warnings,
    )
    start(upload.pk)
    return upload


def _rights(grant: Grant) -> dict[str, Any]:
    """What the sender may see, for the worker that checks in their place."""
    return {
        "layers": sorted(grant.layers),
        "units": None if grant.units is None else sorted(grant.units),
        "masks": sorted(grant.masks),
        "language": get_language() or "vi",
    }


def start(upload_id: int) -> None:
    """Tell a worker once the transaction is through; the sweeper finds lost ones."""
    from .tasks import work

    transaction.on_commit(lambda: work.delay(upload_id), robust=True)


def earlier(upload: Upload) -> Upload | None:
    """The same bytes for the same purpose, handed in before by anybody."""
    return (
        Upload.objects.filter(
            sha256=upload.sha256, importer=upload.importer, options=upload.options,
            pk__lt=upload.pk,
        )
        .exclude(state__in=(State.CANCELLED, State.FAILED, State.REFUSED))
        .defer("body", "records")
        .first()
    )  # fmt: skip


def ask_commit(
    upload_id: int, *, by_id: int, grant: Grant, accept_warnings: bool
) -> None:
    """Have a checked upload committed. Raises RefusedError."""
    with transaction.atomic():
        upload = _locked(upload_id)
        if upload.state in (State.COMMITTING, State.COMMITTED):
            return  # pressed twice
        if upload.state != State.CHECKED:
            raise RefusedError(_("Only a file without errors can be committed."))
        if upload.warnings and not accept_warnings:
            raise RefusedError(_("Confirm that you have looked at the warnings."))
        upload.state, upload.cancel_asked = State.COMMITTING, False
        upload.committed_by_id, upload.rows_done = by_id, 0
        upload.accept_warnings, upload.attempts = accept_warnings, 0
        upload.rights = {**upload.rights, **_rights(grant)}
        upload.save(
            update_fields=[
                "state", "cancel_asked", "committed_by", "rows_done", "rights",
                "accept_warnings", "attempts",
            ]
        )  # fmt: skip
        start(upload_id)


def cancel(upload_id: int) -> None:
    """Stop: nothing of the file is kept but the file itself. Raises RefusedError."""
    with transaction.atomic():
        upload = _locked(upload_id)
        if upload.state == State.CANCELLED:
            return
        if upload.state not in (
            State.RECEIVED,
            State.CHECKING,
            State.CHECKED,
            State.COMMITTING,
        ):
            raise RefusedError(_("There is nothing left to cancel."))
        upload.cancel_asked = True
        if upload.state in (State.RECEIVED, State.CHECKED):
            upload.state = State.CANCELLED
        upload.save(update_fields=["cancel_asked", "state"])


def undo(upload_id: int, *, by_id: int, reason: str) -> None:
    """Take back what was committed, all of it. Raises RefusedError."""
    if not reason.strip():
        raise RefusedError(_("Say why it is taken back."))
    with transaction.atomic():
        upload = _locked(upload_id)
        if upload.state == State.UNDONE:
            return
        if upload.state != State.COMMITTED:
            raise RefusedError(_("Only what was committed can be taken back."))
        outcome = importers[upload.importer].undo(upload, by_id, reason.strip())
        upload.state, upload.undone_at = State.UNDONE, timezone.now()
        upload.undone_by_id, upload.undo_reason = by_id, reason.strip()[:300]
        upload.outcome = {**upload.outcome, "undone": dict(outcome.counts)}
        upload.save(
            update_fields=[
                "state", "undone_at", "undone_by", "undo_reason", "outcome",
            ]
        )  # fmt: skip
        tell(upload, by_id, reason.strip())


def tell(upload: Upload, by_id: int | None, reason: str = "") -> None:
    """The event of a commit or an undo, in its transaction."""
    record(
        [
            Happening(
                key=f"upload:{upload.pk}:{upload.state}:{upload.committed_at}",
                kind=f"upload.{upload.state}",
                layer=importers[upload.importer].layer,
                feature_id=None,
                title=upload.name,
                new={"upload": upload.pk, **upload.outcome},
                reason=reason,
                actor_id=by_id,
            )
        ]
    )


def _locked(upload_id: int) -> Upload:
    return Upload.objects.select_for_update().defer("body", "records").get(pk=upload_id)
