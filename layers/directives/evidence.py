"""Files sent with a report: checked by their first bytes, kept by their hash."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import log
from .access import NotAllowedError, RefusedError, Who
from .acting import lock
from .models import Evidence
from .rules import REPORTED, RUNNING

MAX_BYTES = 15 * 1024 * 1024

# First bytes of the kinds of files that may be sent.
SIGNATURES = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"WEBP", 8, "image/webp"),
    (b"%PDF-", 0, "application/pdf"),
    (b"ftyp", 4, "video/mp4"),
)


def content_type_of(head: bytes) -> str | None:
    """What a file is by its first 16 bytes; its name and its sender may lie."""
    for signature, offset, content_type in SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return content_type
    return None


@transaction.atomic
def add(directive_id: int, upload: UploadedFile, who: Who) -> Evidence:
    """Keep a file with the caller's task; the same file twice is kept once.

    Raises NotFoundError, NotAllowedError and RefusedError (wrong type, too large,
    not under way).
    """
    directive = lock(directive_id, who)
    tasks = [t for t in directive.tasks.order_by("pk") if who.works_for(t.unit_id)]
    if not tasks:
        raise NotAllowedError(_("No task of this directive is addressed to your unit."))
    if directive.status not in RUNNING | {REPORTED}:
        raise RefusedError(_("Evidence can be added while the directive is under way."))
    if not upload.size or upload.size > MAX_BYTES:
        raise RefusedError(_("A file may have up to 15 MB and must not be empty."))
    body = upload.read(MAX_BYTES + 1)
    content_type = content_type_of(body[:16])
    if content_type is None:
        raise RefusedError(_("Only photos (JPEG, PNG, WebP), PDF and MP4 can be sent."))
    digest = hashlib.sha256(body).hexdigest()
    known = Evidence.objects.filter(task=tasks[0], sha256=digest).first()
    if known is not None:
        return known
    evidence = Evidence(
        task=tasks[0],
        name=PurePath(upload.name or "file").name[:200],
        content_type=content_type,
        size=len(body),
        sha256=digest,
        uploaded_by_id=who.id,
    )
    evidence.file.save(digest, ContentFile(body), save=False)
    evidence.save()
    log.note(
        directive,
        "task.evidence",
        timezone.now(),
        new={"task": tasks[0].pk, "name": evidence.name, "sha256": digest},
        actor_id=who.id,
    )
    return evidence
