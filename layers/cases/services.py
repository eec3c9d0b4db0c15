"""Writing case files: opened with frozen evidence, then version by version."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events
from layers.core.events import Happening
from layers.core.evidence.canonical import dump, sha256
from layers.core.evidence.packages import Package
from layers.core.scope import Grant
from layers.core.versions import begin_change
from layers.vessels.models import Vessel
from layers.vessels.personal import without_phone

from . import findings
from .choices import STEPS, Status, Step
from .entries import (
    BOUNDS,
    MAX_TEXT,
    Entered,
    NotFoundError,
    RefusedError,
    check,
    enter,
    entered_of,
)
from .gathering import Asked, gather
from .heads import head_of
from .models import Case, CaseVersion, Evidence, Export
from .queries import visible

SLUG = "cases"
SOURCE = "cases"


@transaction.atomic
def open_case(
    vessel: Vessel,
    entered: Entered,
    user: Any,
    *,
    origin: tuple[str, int] | None = None,
) -> Case:
    """A new case as a draft, with its evidence frozen and the next number.

    The same violation told twice is one case. Raises RefusedError, TooMuchError.
    """
    check(entered)
    begin_change(SLUG)
    known = Case.objects.filter(
        vessel=vessel, kind=entered.kind, since=entered.since, until=entered.until
    ).exclude(status=Status.CLOSED)
    if (same := known.first()) is not None:
        return same
    case = _numbered(vessel)
    case.origin_layer, case.origin_id = origin or ("", None)
    case.author = user
    enter(case, entered)
    document = gather(_asked(case))
    _freeze(case, document, what="new", reason="", user=user)
    return case


def _numbered(vessel: Vessel) -> Case:
    """A case with the next number of the year; the layer's lock makes it gapless."""
    year = timezone.localdate().year
    last = Case.objects.filter(year=year).aggregate(last=Max("serial"))["last"] or 0
    number = f"{year}/{last + 1:04d}"
    return Case(
        source=SOURCE,
        external_id=number,
        number=number,
        year=year,
        serial=last + 1,
        vessel=vessel,
        unit_id=vessel.unit_id,
        title=f"{number} · {without_phone(vessel.title)}"[:200],
    )


@transaction.atomic
def step(
    case_id: int,
    slug: str,
    user: Any,
    grant: Grant,
    *,
    text: str,
    decision: dict[str, Any] | None = None,
) -> Case:
    """One step of the table. Done already, it changes nothing.

    ``decision``: number, day, penalty with the step that decides. Raises
    NotFoundError, RefusedError.
    """
    chosen = STEPS.get(slug)
    if chosen is None:
        raise RefusedError(_("There is no such step."))
    case = _locked(case_id, grant)
    if case.status == chosen.to and case.status not in chosen.sources:
        return case
    _check_step(case, chosen, text)
    case.status = chosen.to
    if chosen.decides:
        case.decision = text.strip()
        for name, value in (decision or {}).items():
            setattr(case, name, value)
    _next(case, what=slug, reason=text.strip(), user=user)
    return case


def _check_step(case: Case, chosen: Step, text: str) -> None:
    if case.status not in chosen.sources:
        raise RefusedError(
            _("“%(step)s” cannot be done while the case is “%(status)s”.")
            % {"step": chosen.title, "status": case.get_status_display()}
        )
    if not text.strip():
        raise RefusedError(_("Please write: %(what)s.") % {"what": chosen.label})
    if len(text) > MAX_TEXT:
        raise RefusedError(
            _("The text is longer than %(limit)s letters.") % {"limit": MAX_TEXT}
        )


@transaction.atomic
def correct(
    case_id: int, entered: Entered, user: Any, grant: Grant, *, reason: str
) -> Case:
    """A new version with other entries. Another span or zone gathers evidence anew.

    Raises NotFoundError, RefusedError, TooMuchError.
    """
    check(entered)
    if not reason.strip():
        raise RefusedError(_("Please write why the case is corrected."))
    case = _locked(case_id, grant)
    before = entered_of(case)
    after = replace(
        entered,
        decision=before.decision,
        decision_no=before.decision_no,
        decided_on=before.decided_on,
        penalty_vnd=before.penalty_vnd,
    )
    if before == after:
        return case
    enter(case, after)
    moved = any(getattr(before, name) != getattr(after, name) for name in BOUNDS)
    if moved:
        document = gather(_asked(case))
        _freeze(case, document, what="correct", reason=reason.strip(), user=user)
    else:
        _next(case, what="correct", reason=reason.strip(), user=user)
    return case


@transaction.atomic
def gather_again(case_id: int, user: Any, grant: Grant, *, reason: str) -> Case:
    """A new version with what is known now: late data, later calls.

    Raises NotFoundError, RefusedError, TooMuchError.
    """
    if not reason.strip():
        raise RefusedError(_("Please write why the evidence is gathered again."))
    case = _locked(case_id, grant)
    document = gather(_asked(case))
    _freeze(case, document, what="gather", reason=reason.strip(), user=user)
    return case


def _locked(case_id: int, grant: Grant) -> Case:
    begin_change(SLUG)
    case = visible(grant).select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotFoundError(_("There is no such case."))
    return case


def _asked(case: Case) -> Asked:
    return Asked(
        vessel_id=case.vessel_id,
        since=case.since,
        until=case.until,
        zone_id=case.zone_id,
        origin_layer=case.origin_layer,
        origin_id=case.origin_id,
    )


def _freeze(
    case: Case, document: dict[str, Any], *, what: str, reason: str, user: Any
) -> None:
    """Store the evidence and the version over it."""
    case.geom = _way(document)
    case.certainty = findings.certainty(case.kind, document)
    fresh = case.pk is None
    if fresh:
        case.version = 0
        case.save()
    body = dump(document)
    evidence = Evidence.objects.create(
        case=case,
        gathered_at=document["gathered_at"],
        body=zlib.compress(body, 9),
        sha256=sha256(body),
        fixes=len(document["fixes"]),
        raw_lines=len(document["raw"]),
    )
    _next(case, what=what, reason=reason, user=user, evidence=evidence)


def _way(document: dict[str, Any]) -> GEOSGeometry | None:
    """The credible way in the span: a line, a point, or nothing."""
    points: list[tuple[float, float]] = []
    for fix in document["fixes"]:
        place = (fix["lon"], fix["lat"])
        if not fix["suspect"] and (not points or points[-1] != place):
            points.append(place)
    if not points:
        return None
    if len(points) == 1:
        return GEOSGeometry(f"SRID=4326;POINT({points[0][0]} {points[0][1]})")
    listed = ", ".join(f"{lon} {lat}" for lon, lat in points)
    return GEOSGeometry(f"SRID=4326;LINESTRING({listed})")


def _next(
    case: Case,
    *,
    what: str,
    reason: str,
    user: Any,
    evidence: Evidence | None = None,
) -> None:
    """The next version of the case, and the event that tells of it."""
    if evidence is None:
        evidence = case.versions.order_by("-number")[0].evidence
    case.version += 1
    case.save()
    made = CaseVersion(
        case=case,
        number=case.version,
        evidence=evidence,
        status=case.status,
        what=what,
        reason=reason,
        made_at=timezone.now(),
        made_by=user,
    )
    made.head = dump(head_of(case, made, evidence))
    made.sha256 = sha256(made.head)
    made.save()
    events.record([
        Happening(
            key=f"case.{what}:{case.pk}:{case.version}",
            kind=f"case.{what}",
            layer=SLUG,
            feature_id=case.pk,
            title=case.title,
            unit_id=case.unit_id,
            new={"status": case.status, "version": case.version},
            reason=reason,
            happened_at=made.made_at,
            actor_id=user.pk if user is not None else None,
        )
    ])  # fmt: skip


def handed_out(
    version: CaseVersion, package: Package, user: Any, *, personal: bool
) -> None:
    """Remember the checksum of a package, so that it can be told from made-up ones."""
    Export.objects.get_or_create(
        version=version,
        personal=personal,
        whole=package.whole,
        defaults={"made_by": user},
    )
