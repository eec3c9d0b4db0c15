"""The work list of identities that somebody has to look at: filling and resolving."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events
from layers.core.events import Happening
from layers.core.scope import Grant
from layers.vessels import fitting
from layers.vessels.fitting import RefusedError
from layers.vessels.models import Conflict, Fitting, Vessel

SLUG = "vessels"
PERMISSION = "vessels.change_vessel"
OPENED = "identity.doubted"
RESOLVED = "identity.decided"
MOST_CANDIDATES = 5
Kind = Conflict.Kind
State = Conflict.State


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts, and what they may see."""

    user: Any
    grant: Grant


def raise_conflict(
    kind: str,
    *,
    device_id: int | None = None,
    branch: int = 0,
    vessel_id: int | None = None,
    candidates: Iterable[dict[str, Any]] = (),
    said: dict[str, Any] | None = None,
) -> Conflict | None:
    """Open the question, or bring the open one up to date.

    Vessels that staff kept apart are not proposed again; a question that was
    resolved opens again only for a vessel that was no candidate then.
    """
    key = {"kind": kind, "device_id": device_id, "branch": branch}
    if device_id is None:
        key = {"kind": kind, "device_id": None, "vessel_id": vessel_id}
    found = Conflict.objects.select_for_update().filter(**key).first()
    shown = [c for c in candidates if not found or c["vessel"] not in found.rejected]
    shown = shown[:MOST_CANDIDATES]
    if found is not None and found.state != State.OPEN and not _news(found, shown):
        return None
    fresh = found is None or found.state != State.OPEN
    row = found or Conflict(**key)
    values = {
        "vessel_id": vessel_id,
        "candidates": shown,
        "said": said or {},
        "score": max((c.get("score", 0.0) for c in shown), default=0.0),
        "unit_ids": _units([vessel_id, *(c["vessel"] for c in shown)]),
    }
    if not fresh and all(getattr(row, k) == v for k, v in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    if fresh:
        _open(row)
    else:
        row.save()
    return row


def _open(row: Conflict) -> None:
    row.state, row.opened_at = State.OPEN, timezone.now()
    row.resolved_at, row.resolved_by, row.reason = None, None, ""
    row.save()
    _tell(row, OPENED, f"{row.pk}:{row.opened_at.timestamp()}", "", None)


def _news(found: Conflict, shown: list[dict[str, Any]]) -> bool:
    """Is there a vessel that was not looked at when it was resolved?"""
    seen = {c["vessel"] for c in found.candidates} | set(found.rejected)
    return any(c["vessel"] not in seen for c in shown)


def settle(kind: str, device_id: int, branch: int = 0) -> None:
    """The question has answered itself."""
    Conflict.objects.filter(
        kind=kind, device=device_id, branch=branch, state=State.OPEN
    ).update(state=State.SETTLED, resolved_at=timezone.now())


def claimed(device_id: int, holder: int | None, claimant: int) -> None:
    """A register names a device that is another vessel's already."""
    vessels = [holder, claimant] if holder else [claimant]
    raise_conflict(
        Kind.SHARED,
        device_id=device_id,
        vessel_id=holder,
        candidates=[{"vessel": v, "score": 0.0, "parts": {}} for v in vessels],
        said={"register": True},
    )


def duplicate_registrations(doubled: Iterable[list[int]]) -> None:
    """Two entries of the register with one number."""
    for ids in doubled:
        raise_conflict(
            Kind.DUPLICATE,
            vessel_id=ids[0],
            candidates=[{"vessel": v, "score": 0.0, "parts": {}} for v in ids],
        )


def fit_to(conflict_id: int, vessel_id: int, who: Who, reason: str = "") -> Conflict:
    """The device is this vessel's. Raises RefusedError, LookupError."""
    with transaction.atomic():
        row = _mine(conflict_id, who)
        if row.device is None:
            raise RefusedError(_("No device is part of this conflict."))
        vessel = Vessel.objects.filter(pk=vessel_id).first()
        if vessel is None or not who.grant.sees_unit(vessel.unit_id):
            raise LookupError("vessel")
        now_of = Fitting.objects.filter(
            device=row.device, branch=row.branch, until__isnull=True
        ).select_related("vessel")
        for held in now_of:
            if held.vessel.registered and not who.grant.sees_unit(held.vessel.unit_id):
                raise RefusedError(
                    _("The device is fitted to a vessel that is not yours.")
                )
        score = next(
            (c["score"] for c in row.candidates if c["vessel"] == vessel_id), None
        )
        fitting.fit(
            row.device,
            row.branch,
            vessel,
            basis=Fitting.Basis.STAFF,
            score=score,
            actor=who.user,
            reason=reason or _("Decided from the list of conflicts"),
        )
        return _resolve(row, State.FITTED, who, reason)


def keep_apart(conflict_id: int, who: Who, reason: str = "") -> Conflict:
    """None of the candidates it is; they are never proposed for it again."""
    with transaction.atomic():
        row = _mine(conflict_id, who)
        shown = {c["vessel"] for c in row.candidates}
        row.rejected = sorted(set(row.rejected) | shown)
        return _resolve(row, State.APART, who, reason)


def ignore(conflict_id: int, who: Who, reason: str) -> Conflict:
    """Nothing is to be done, and why. Raises RefusedError without a reason."""
    if not reason.strip():
        raise RefusedError(_("Say why it can be ignored."))
    with transaction.atomic():
        return _resolve(_mine(conflict_id, who), State.IGNORED, who, reason)


def _mine(conflict_id: int, who: Who) -> Conflict:
    row = (
        Conflict.objects.select_for_update(of=("self",)).filter(pk=conflict_id).first()
    )
    if row is None or not sees(who.grant, row):
        raise LookupError("conflict")
    if not who.user.has_perm(PERMISSION):
        raise RefusedError(_("Fisheries staff decide about identities."))
    if row.state != State.OPEN:
        raise RefusedError(_("This conflict was resolved already."))
    return row


def sees(grant: Grant, row: Conflict) -> bool:
    """Rows of the caller's units; those of no unit for who sees the whole province."""
    return grant.units is None or bool(grant.units & set(row.unit_ids))


def _resolve(row: Conflict, state: str, who: Who, reason: str) -> Conflict:
    row.state, row.reason = state, reason.strip()[:1_000]
    row.resolved_at, row.resolved_by = timezone.now(), who.user
    row.save()
    _tell(
        row, RESOLVED, f"{row.pk}:{row.resolved_at.timestamp()}", row.reason, who.user
    )
    return row


def _units(vessels: Iterable[int | None]) -> list[int]:
    ids = [vessel for vessel in vessels if vessel is not None]
    rows = Vessel.objects.filter(pk__in=ids, unit_id__isnull=False)
    units = rows.values_list("unit_id", flat=True)
    return sorted({unit for unit in units if unit is not None})


def _tell(row: Conflict, kind: str, key: str, reason: str, actor: Any) -> None:
    vessel = row.vessel
    if vessel is None and row.candidates:
        vessel = Vessel.objects.filter(pk=row.candidates[0]["vessel"]).first()
    happening = Happening(
        key=f"{kind}:{key}",
        kind=kind,
        layer=SLUG,
        feature_id=vessel.pk if vessel else None,
        title=vessel.title if vessel else "",
        unit_id=vessel.unit_id if vessel else None,
        new={
            "conflict": row.pk,
            "kind": row.kind,
            "state": row.state,
            "device": row.device_id,
            "branch": row.branch,
        },
        reason=reason,
        happened_at=row.resolved_at or row.opened_at,
        actor_id=actor.pk if actor else None,
    )
    events.record([happening])
