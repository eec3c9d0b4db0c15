"""Who is on the desk: coming, leaving, and who was there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.alerts.models import Watch
from layers.alerts.services import NotAllowedError, RefusedError
from layers.core import events
from layers.core.events import Happening
from layers.core.spec import by_role
from layers.core.versions import begin_change

from .words import PERMISSION

# A watch that nobody planned.
USUAL = timedelta(hours=8)
# Whoever comes so long before the planned time begins that watch.
EARLY = timedelta(hours=1)
# Whoever forgot to leave counts for so long after the planned end.
OVERTIME = timedelta(hours=4)


def there(since: datetime, until: datetime) -> QuerySet[Watch]:
    """Watches at the desk at some time of the span."""
    return Watch.objects.filter(came_at__lte=until, came_at__isnull=False).filter(
        Q(left_at__gt=since) | Q(left_at=None, ends_at__gt=since - OVERTIME)
    )


def now_there(now: datetime | None = None) -> list[Watch]:
    """Who is on the desk, who came first first."""
    now = now or timezone.now()
    found = there(now, now).select_related("user")
    return list(found.order_by("came_at", "pk"))


def mine(user: Any, now: datetime | None = None) -> Watch | None:
    """The user's watch under way."""
    now = now or timezone.now()
    return there(now, now).filter(user=user).order_by("-came_at").first()


def coming(now: datetime | None = None, days: int = 2) -> list[Watch]:
    """The roster from now on: planned, and nobody has come yet."""
    now = now or timezone.now()
    found = Watch.objects.filter(
        came_at=None, ends_at__gt=now, starts_at__lt=now + timedelta(days=days)
    )
    return list(found.select_related("user").order_by("starts_at", "pk")[:20])


def past(limit: int = 20) -> list[Watch]:
    """Watches that were kept, the newest first."""
    found = Watch.objects.exclude(came_at=None).select_related("user")
    return list(found.order_by("-came_at", "-pk")[:limit])


@transaction.atomic
def come(user: Any) -> Watch:
    """Come on watch: the planned one, or one that begins now. Coming twice is one
    watch."""
    _check(user)
    begin_change(by_role("alarms").slug)  # two windows of one person come as one
    now = timezone.now()
    watch = mine(user, now)
    if watch is not None:
        return watch
    planned = Watch.objects.filter(
        user=user, came_at=None, starts_at__lte=now + EARLY, ends_at__gt=now
    )
    watch = planned.order_by("starts_at").first()
    if watch is None:
        watch = Watch(user=user, starts_at=now, ends_at=now + USUAL)
    watch.came_at = now
    watch.save()
    _tell(watch, "watch.came", now)
    return watch


@transaction.atomic
def leave(user: Any) -> Watch:
    """Leave the desk."""
    _check(user)
    begin_change(by_role("alarms").slug)
    now = timezone.now()
    watch = mine(user, now)
    if watch is None:
        raise RefusedError(_("You are not on watch."))
    watch.left_at = now
    watch.save()
    _tell(watch, "watch.left", now)
    return watch


def _check(user: Any) -> None:
    if not user.has_perm(PERMISSION):
        raise NotAllowedError(_("Your role keeps no watch at the desk."))


def _tell(watch: Watch, kind: str, at: datetime) -> None:
    happening = Happening(
        key=f"{kind}:{watch.pk}:{at.timestamp():.6f}",
        kind=kind,
        layer=by_role("alarms").slug,
        feature_id=None,
        title=str(watch.user),
        happened_at=at,
        actor_id=watch.user_id,
    )
    events.record([happening])


def overlap(watch: Watch) -> tuple[datetime, datetime]:
    """From when to when a watch counts as kept."""
    came = watch.came_at or watch.starts_at
    return came, watch.left_at or watch.ends_at + OVERTIME
