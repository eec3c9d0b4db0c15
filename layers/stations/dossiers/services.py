"""Writing case files: opened with frozen evidence, then version by version."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events
from layers.core.events import Happening
from layers.core.evidence.canonical import dump, sha256
from layers.core.evidence.packages import Package
from layers.core.scope import Grant
from layers.stations.layer import LAYER
from layers.stations.models import (
    Dossier,
    DossierEvidence,
    DossierExport,
    DossierVersion,
    Series,
    Station,
)

from .gathering import Asked, gather, peak_of
from .heads import head_of
from .queries import one
from .steps import STEPS, Step

LONGEST_DAYS = 62
MAX_TEXT = 8_000
LOCK = "stations.dossiers"
DECISION = ("decision_no", "decided_on", "penalty_vnd")


class RefusedError(ValueError):
    """It makes no sense, or something is missing; the text says what."""


class NotFoundError(LookupError):
    """No such case, or not the caller's to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What people enter of a case. ``since`` and ``until`` bound the evidence."""

    parameters: tuple[str, ...] = field(default=())
    since: datetime
    until: datetime
    title: str = ""
    summary: str = ""


def check(station: Station, entered: Entered) -> None:
    """Raises RefusedError, whose text says what is wrong."""
    if entered.since >= entered.until:
        raise RefusedError(_("The end is before the beginning."))
    if (entered.until - entered.since).days > LONGEST_DAYS:
        raise RefusedError(
            _("A case covers at most %(days)s days.") % {"days": LONGEST_DAYS}
        )
    if entered.until > timezone.now():
        raise RefusedError(_("The time lies ahead of now."))
    if len(entered.summary) > MAX_TEXT:
        raise RefusedError(_too_long())
    measured = set(
        Series.objects.filter(station=station).values_list("parameter", flat=True)
    )
    if not entered.parameters or not set(entered.parameters) <= measured:
        raise RefusedError(_("Choose what the case is about."))


def _too_long() -> str:
    return _("The text is longer than %(limit)s letters.") % {"limit": MAX_TEXT}


@transaction.atomic
def open_dossier(
    station: Station, entered: Entered, user: Any, *, alert_id: int | None = None
) -> Dossier:
    """A new case as a draft, with its evidence frozen and the next number.

    The same exceedance told twice is one case. Raises RefusedError, TooMuchError.
    """
    check(station, entered)
    _one_at_a_time()
    same = (
        Dossier.objects.filter(
            station=station, since=entered.since, until=entered.until,
            parameters=sorted(entered.parameters),
        )
        .exclude(status=Dossier.Status.CLOSED)
        .first()
    )  # fmt: skip
    if same is not None:
        return same
    year = timezone.localdate().year
    last = Dossier.objects.filter(year=year).aggregate(last=Max("serial"))["last"] or 0
    dossier = Dossier(
        number=f"MT-{year}-{last + 1:04d}", year=year, serial=last + 1,
        station=station, alert_id=alert_id, author=user,
    )  # fmt: skip
    _enter(dossier, entered)
    _freeze(dossier, what="new", reason="", user=user)
    return dossier


def _one_at_a_time() -> None:
    """Numbers have no holes: the next is taken after the last was stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])


def _enter(dossier: Dossier, entered: Entered) -> None:
    dossier.parameters = sorted(entered.parameters)
    dossier.since, dossier.until = entered.since, entered.until
    dossier.summary = entered.summary.strip()
    dossier.title = (entered.title.strip() or default_title(dossier))[:200]


def default_title(dossier: Dossier) -> str:
    """Station and parameters: what a case is called that got no name."""
    return f"{dossier.station.title}: {', '.join(dossier.parameters)}"[:200]


@transaction.atomic
def step(
    dossier_id: int,
    slug: str,
    user: Any,
    grant: Grant,
    *,
    text: str,
    decision: dict[str, Any] | None = None,
) -> Dossier:
    """One step of the table. Done already, it changes nothing.

    ``decision``: number, day, penalty with the step that decides. Raises
    NotFoundError, RefusedError.
    """
    chosen = STEPS.get(slug)
    if chosen is None:
        raise RefusedError(_("There is no such step."))
    dossier = _locked(dossier_id, grant)
    if dossier.status == chosen.to and dossier.status not in chosen.sources:
        return dossier
    _check_step(dossier, chosen, text)
    dossier.status = chosen.to or dossier.status
    if chosen.decides:
        dossier.decision = text.strip()
        for name in DECISION:
            setattr(dossier, name, (decision or {}).get(name) or _empty(name))
    _next(dossier, what=slug, reason=text.strip(), user=user)
    return dossier


def _empty(name: str) -> Any:
    return "" if name == "decision_no" else None


def _check_step(dossier: Dossier, chosen: Step, text: str) -> None:
    if dossier.status not in chosen.sources:
        raise RefusedError(
            _("“%(step)s” cannot be done while the case is “%(status)s”.")
            % {"step": chosen.title, "status": dossier.get_status_display()}
        )
    if not text.strip():
        raise RefusedError(_("Please write: %(what)s.") % {"what": chosen.label})
    if len(text) > MAX_TEXT:
        raise RefusedError(_too_long())


@transaction.atomic
def correct(
    dossier_id: int, entered: Entered, user: Any, grant: Grant, *, reason: str
) -> Dossier:
    """A new version with other entries; another span or other parameters gather the
    evidence anew. Raises NotFoundError, RefusedError, TooMuchError."""
    if not reason.strip():
        raise RefusedError(_("Please write why the case is corrected."))
    dossier = _locked(dossier_id, grant)
    check(dossier.station, entered)
    before = (dossier.parameters, dossier.since, dossier.until)
    words = (dossier.title, dossier.summary)
    _enter(dossier, entered)
    if before != (dossier.parameters, dossier.since, dossier.until):
        _freeze(dossier, what="correct", reason=reason.strip(), user=user)
    elif words != (dossier.title, dossier.summary):
        _next(dossier, what="correct", reason=reason.strip(), user=user)
    return dossier


@transaction.atomic
def gather_again(dossier_id: int, user: Any, grant: Grant, *, reason: str) -> Dossier:
    """A new version with what is known now: late values, reviews, corrections.

    Raises NotFoundError, RefusedError, TooMuchError.
    """
    if not reason.strip():
        raise RefusedError(_("Please write why the evidence is gathered again."))
    dossier = _locked(dossier_id, grant)
    _freeze(dossier, what="gather", reason=reason.strip(), user=user)
    return dossier


def _locked(dossier_id: int, grant: Grant) -> Dossier:
    _one_at_a_time()
    found = one(grant, dossier_id)
    if found is None:
        raise NotFoundError(_("There is no such case."))
    return found


def _freeze(dossier: Dossier, *, what: str, reason: str, user: Any) -> None:
    """Store the evidence and the version over it."""
    document = gather(
        Asked(
            station=dossier.station,
            parameters=tuple(dossier.parameters),
            since=dossier.since,
            until=dossier.until,
        )
    )
    dossier.peak = peak_of(document)
    dossier.save()
    body = dump(document)
    evidence = DossierEvidence.objects.create(
        dossier=dossier,
        gathered_at=document["gathered_at"],
        body=zlib.compress(body, 9),
        sha256=sha256(body),
        values_held=sum(len(entry["values"]) for entry in document["parameters"]),
        files=len(document["files"]),
        exceedances=sum(
            len(limit["episodes"])
            for entry in document["parameters"]
            for limit in entry["limits"]
        ),
    )
    _next(dossier, what=what, reason=reason, user=user, evidence=evidence)


def _next(
    dossier: Dossier,
    *,
    what: str,
    reason: str,
    user: Any,
    evidence: DossierEvidence | None = None,
) -> None:
    """The next version of the case, and the event that tells of it: without the words,
    since whoever sees the station need not see its cases."""
    if evidence is None:
        evidence = dossier.versions.order_by("-number")[0].evidence
    dossier.version += 1
    dossier.save()
    made = DossierVersion(
        dossier=dossier,
        number=dossier.version,
        evidence=evidence,
        status=dossier.status,
        what=what,
        reason=reason,
        made_at=timezone.now(),
        made_by=user,
    )
    made.head = dump(head_of(dossier, made, evidence))
    made.sha256 = sha256(made.head)
    made.save()
    events.record([
        Happening(
            key=f"dossier.{what}:{dossier.pk}:{dossier.version}",
            kind=f"dossier.{what}",
            layer=LAYER.slug,
            feature_id=dossier.station_id,
            title=f"{dossier.number} · {dossier.station.title}"[:200],
            unit_id=dossier.station.unit_id,
            new={
                "dossier": dossier.pk,
                "status": dossier.status,
                "version": dossier.version,
            },
            happened_at=made.made_at,
            actor_id=user.pk if user is not None else None,
        )
    ])  # fmt: skip


def handed_out(version: DossierVersion, package: Package, user: Any) -> None:
    """Remember the checksum of a package, so that it can be told from made-up ones."""
    DossierExport.objects.get_or_create(
        version=version, whole=package.whole, defaults={"made_by": user}
    )
