"""Files sent with a report: checked by their first bytes, kept by their hash."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import exif, log
from .access import NotAllowedError, RefusedError, Who
from .acting import lock
from .models import Directive, Evidence
from .models.work import NEAR_M
from .rules import REPORTED, RUNNING

MAX_BYTES = 15 * 1024 * 1024
DISTANCE = (Path(__file__).parent / "sql" / "evidence_distance.sql").read_text()

# First bytes of the kinds of files that may be sent.
SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb".{4}ftyp", re.DOTALL), "video/mp4"),
)


def content_type_of(head: bytes) -> str | None:
    """What a file is by its first 16 bytes; its name and its sender may lie."""
    for signature, content_type in SIGNATURES:
        if signature.match(head):
            return content_type
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the sender's device says it is: degrees, and how exactly, metres."""

    lon: float
    lat: float
    accuracy_m: float | None = None

    @property
    def exact(self) -> bool:
        """Exact enough to tell near from far; a device that does not say is taken
        at its word."""
        return self.accuracy_m is None or 0 <= self.accuracy_m <= NEAR_M


def distance_m(directive: Directive, lon: float, lat: float) -> float | None:
    """From a place to the directive's (0 inside its area), metres on the ellipsoid."""
    with connection.cursor() as cursor:
        cursor.execute(DISTANCE, [lon, lat, directive.pk])
        row = cursor.fetchone()
    return None if row is None or row[0] is None else float(row[0])


@transaction.atomic
def add(
    directive_id: int,
    upload: UploadedFile,
    who: Who,
    *,
    place: Place | None = None,
    note: str = "",
    task_id: int | None = None,
) -> Evidence:
    """Keep a file with the caller's task (the first, or ``task_id``); the same file
    twice is kept once. Where it was taken is what the photo says, else ``place``.

    Raises NotFoundError, NotAllowedError and RefusedError (wrong type, too large,
    not under way).
    """
    directive = lock(directive_id, who)
    tasks = [t for t in directive.tasks.order_by("pk") if who.works_for(t.unit_id)]
    tasks = [t for t in tasks if task_id in (None, t.pk)]
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
        note=note.strip()[:300],
        uploaded_by_id=who.id,
    )
    _locate(evidence, directive, body, place)
    evidence.file.save(digest, ContentFile(body), save=False)
    evidence.save()
    log.note(
        directive,
        "task.evidence",
        timezone.now(),
        new={
            "task": tasks[0].pk,
            "name": evidence.name,
            "sha256": digest,
            "distance_m": evidence.distance_m,
            **who.stamp,
        },
        actor_id=who.id,
    )
    return evidence


def _locate(
    evidence: Evidence, directive: Directive, body: bytes, place: Place | None
) -> None:
    """Place and time by the photo itself, else the place of who sends it."""
    if evidence.content_type.startswith("image/"):
        taken = exif.read(body)
        evidence.taken_at = taken.at
        if taken.lon is not None and taken.lat is not None:
            evidence.lon, evidence.lat = taken.lon, taken.lat
            evidence.place_source = "exif"
    if evidence.lon is None and place is not None and place.exact:
        evidence.lon, evidence.lat = place.lon, place.lat
        evidence.place_source = "device"
    if evidence.lon is not None and evidence.lat is not None:
        evidence.distance_m = distance_m(directive, evidence.lon, evidence.lat)
