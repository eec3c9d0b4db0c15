"""Fitting devices to vessels: the one place that changes whose a device is.

Positions stay with the device; the live rows of the vessels concerned are made
anew, their tracks are settled again, and an event keeps who did it, why, and what
it was before, so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core.models import Event
from layers.core.versions import begin_change

from .models import Device, Fitting, Vessel
from .register.counting import counted_of, keep_one, let_count, split
from .register.following import SLUG, Touched, follow, happening, told

FITTED = "device.fitted"
REMOVED = "device.removed"
COUNTED = "device.counted"


class RefusedError(Exception):
    """It cannot be done as asked; the text says why, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``device`` (its ``branch``) speaks for ``vessel`` from ``since`` on.

    ``since`` None: always has. ``counted`` None: a VMS device counts if the vessel
    has no other one that does. Ids of rows.
    """

    device: int
    vessel: int
    branch: int = 0
    since: datetime | None = None
    basis: str = Fitting.Basis.STAFF
    score: float | None = None
    counted: bool | None = None


def fit(
    device: Device,
    branch: int,
    vessel: Vessel,
    *,
    since: datetime | None = None,
    basis: str = Fitting.Basis.STAFF,
    score: float | None = None,
    actor: Any = None,
    reason: str = "",
) -> Fitting:
    """Fit one device. Already so: nothing happens. Returns the fitting now open."""
    wish = Wish(
        device=device.pk,
        vessel=vessel.pk,
        branch=branch,
        since=since,
        basis=basis,
        score=score,
    )
    fit_many([wish], actor=actor, reason=reason)
    return Fitting.objects.get(device=device, branch=branch, until__isnull=True)


def fit_many(
    wishes: Iterable[Wish], *, actor: Any = None, reason: str = ""
) -> list[Wish]:
    """Fit many devices in one change; returns those that were not so already."""
    with transaction.atomic():
        pending = [wish for wish in wishes if not _is_so(wish)]
        if not pending:
            return []
        seq = begin_change(SLUG, removed=True)
        touched = Touched(set(), {}, [])
        # asked again: who held the lock before may have done the same
        done = [wish for wish in pending if not _is_so(wish)]
        for wish in done:
            _replace(wish, touched, seq, actor, reason)
        follow(touched, seq)
    return done


def release(
    device_id: int, at: datetime, *, actor: Any = None, reason: str = ""
) -> None:
    """The device speaks for nobody from ``at`` on; heard again, it is a new vessel."""
    with transaction.atomic():
        seq = begin_change(SLUG, removed=True)
        touched = Touched(set(), {}, [])
        for row in Fitting.objects.filter(device=device_id, until__isnull=True):
            if row.since is not None and row.since >= at:
                row.delete()
            else:
                Fitting.objects.filter(pk=row.pk).update(until=at)
            keep_one(row.vessel_id)
            touched.vessels.add(row.vessel_id)
            touched.tracks[device_id, row.branch] = at
            touched.happenings.append(
                happening(
                    REMOVED, device_id, row.branch, row.vessel_id, seq, actor, reason,
                    old=None, new=None,
                )
            )  # fmt: skip
        follow(touched, seq)


def undo(event_id: int, *, actor: Any = None, reason: str = "") -> None:
    """Put the fittings back that were there before an event of fitting.

    Raises RefusedError when the device has changed hands again since.
    """
    with transaction.atomic():
        seq = begin_change(SLUG, removed=True)
        event = Event.objects.filter(pk=event_id, kind=FITTED, layer=SLUG).first()
        if event is None or not event.new or not event.old:
            raise RefusedError(_("There is no such fitting to undo."))
        device_id, branch = event.new["device"], event.new["branch"]
        rows = Fitting.objects.filter(device_id=device_id, branch=branch)
        if told(rows) != event.new["fittings"]:
            raise RefusedError(_("The device has changed hands again since then."))
        before = told(rows)
        vessels = set(rows.values_list("vessel_id", flat=True))
        rows.delete()
        for row in event.old["fittings"]:
            _put(row, device_id, branch)
        after = Fitting.objects.filter(device_id=device_id, branch=branch)
        vessels |= set(after.values_list("vessel_id", flat=True))
        touched = Touched(vessels, {(device_id, branch): None}, [])
        for vessel_id in sorted(vessels):
            keep_one(vessel_id)
        last = after.order_by("until").last()
        touched.happenings.append(
            happening(
                FITTED, device_id, branch, last.vessel_id if last else None, seq,
                actor, reason, old=before, new=told(after),
            )
        )  # fmt: skip
        follow(touched, seq)


def count(device: Device, *, actor: Any = None, reason: str = "") -> None:
    """From now on this VMS device counts for its vessel, and no other one."""
    with transaction.atomic():
        seq = begin_change(SLUG, removed=True)
        now = timezone.now()
        open_ = Fitting.objects.filter(device=device, until__isnull=True, vms=True)
        mine = open_.order_by("branch").first()
        if mine is None:
            raise RefusedError(_("The device is fitted to no vessel."))
        if mine.counted:
            return
        others = counted_of(mine.vessel_id).exclude(device=device)
        for other in others:
            split(other, now, counted=False)
        split(mine, now, counted=True)
        touched = Touched({mine.vessel_id}, {}, [])
        touched.happenings.append(
            happening(
                COUNTED, device.pk, mine.branch, mine.vessel_id, seq, actor, reason,
                old=None, new=None,
            )
        )  # fmt: skip
        follow(touched, seq)


def _overlapping(wish: Wish) -> QuerySet[Fitting]:
    rows = Fitting.objects.filter(device_id=wish.device, branch=wish.branch)
    if wish.since is not None:
        rows = rows.filter(Q(until__isnull=True) | Q(until__gt=wish.since))
    return rows


def _is_so(wish: Wish) -> bool:
    rows = list(_overlapping(wish).order_by(F("since").asc(nulls_first=True)))
    if not rows or rows[-1].until is not None:
        return False
    first = rows[0].since
    whole = first is None or (wish.since is not None and first <= wish.since)
    joined = all(one.until == next_.since for one, next_ in pairwise(rows))
    mine = all(row.vessel_id == wish.vessel for row in rows)
    counts = not (wish.counted and rows[-1].vms and not rows[-1].counted)
    return whole and joined and mine and counts


def _replace(wish: Wish, touched: Touched, seq: int, actor: Any, reason: str) -> None:
    mine = Fitting.objects.filter(device_id=wish.device, branch=wish.branch)
    before = told(mine)
    left = set()
    for row in _overlapping(wish):
        left.add(row.vessel_id)
        if wish.since is None or (row.since and row.since >= wish.since):
            row.delete()
        else:
            row.until = wish.since
            row.save(update_fields=["until"])
    _open(wish)
    for vessel_id in sorted(left | {wish.vessel}):
        keep_one(vessel_id)
    touched.vessels |= left | {wish.vessel}
    known = touched.tracks.get((wish.device, wish.branch), wish.since)
    since = None if None in (known, wish.since) else min(known, wish.since)  # type: ignore[type-var]
    touched.tracks[wish.device, wish.branch] = since
    extra = {"basis": wish.basis, "score": wish.score}
    for vessel_id in sorted(left - {wish.vessel}):
        touched.happenings.append(
            happening(
                REMOVED, wish.device, wish.branch, vessel_id, seq, actor, reason,
                old=None, new=None, **extra,
            )
        )  # fmt: skip
    touched.happenings.append(
        happening(
            FITTED, wish.device, wish.branch, wish.vessel, seq, actor, reason,
            old=before, new=told(mine), **extra,
        )
    )  # fmt: skip


def _open(wish: Wish) -> None:
    vms = Device.objects.filter(pk=wish.device, kind=Device.Kind.VMS).exists()
    row = Fitting.objects.create(
        device_id=wish.device,
        branch=wish.branch,
        vessel_id=wish.vessel,
        since=wish.since,
        counted=not vms,
        basis=wish.basis,
        score=wish.score,
    )
    if not vms:
        return
    if wish.counted:
        for other in counted_of(wish.vessel):
            split(other, wish.since, counted=False)
    if not counted_of(wish.vessel).exists():
        let_count(row)


def _put(row: dict[str, Any], device_id: int, branch: int) -> None:
    moment = datetime.fromisoformat
    since = moment(row["since"]) if row["since"] else None
    until = moment(row["until"]) if row["until"] else None
    fitting = Fitting(
        device_id=device_id,
        branch=branch,
        vessel_id=row["vessel"],
        since=since,
        until=until,
        counted=row["counted"],
        basis=row["basis"],
        score=row["score"],
    )
    # meanwhile another device of the vessel may count
    if fitting.counted and counted_of(row["vessel"]).exclude(device_id=device_id):
        fitting.counted = not Device.objects.filter(pk=device_id, kind="vms").exists()
    fitting.save()
