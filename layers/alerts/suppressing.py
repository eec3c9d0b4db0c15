"""Who switches alerts off for a time by design, and on again. See ``suppressed``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events, filters, queries
from layers.core.events import Happening
from layers.core.scope import Grant, everything
from layers.core.spec import Layer, by_role, registry
from layers.core.versions import begin_change

from . import suppressed
from .desk.words import PERMISSION
from .models import Suppression
from .records import SLUG
from .services import NotAllowedError, NotFoundError, RefusedError, Who


@transaction.atomic
def start(
    who: Who, *, kind: str, reason: str, ends_at: datetime, **what: Any
) -> Suppression:
    """Suppress alerts from ``starts_at`` (now) to ``ends_at``; ``what``: ``rule``,
    ``layer``, ``feature_id``, ``part``, ``feature_filter``. It is in force at once.

    Raises NotAllowedError, NotFoundError (a feature or layer out of the caller's
    scope) or RefusedError, which says what makes no sense.
    """
    _check(who)
    now = timezone.now()
    what.setdefault("starts_at", now)
    row = Suppression(kind=kind, reason=reason.strip(), ends_at=ends_at, **what)
    row.created_by_id = who.id
    _sensible(row, now)
    _in_scope(row, who)
    begin_change(SLUG)
    row.save()
    _tell(row, "suppression.began", row.starts_at, who)
    suppressed.sweep()
    return row


@transaction.atomic
def end(suppression_id: int, who: Who) -> Suppression:
    """End a suppression early: what is still active comes to the list."""
    _check(who)
    begin_change(SLUG)
    row = Suppression.objects.select_for_update().filter(pk=suppression_id).first()
    if row is None:
        raise NotFoundError(_("There is no such suppression."))
    _in_scope(row, who)
    now = timezone.now()
    if row.ended_at is not None or row.ends_at <= now:
        return row
    row.ended_at, row.ended_by_id = now, who.id
    row.save()
    _tell(row, "suppression.ended", now, who)
    suppressed.sweep()
    return row


def _check(who: Who) -> None:
    if who.user is not None and not who.user.has_perm(PERMISSION):
        raise NotAllowedError(_("Your role may not change alerts."))


def _sensible(row: Suppression, now: datetime) -> None:
    if not row.reason:
        raise RefusedError(_("Please give a reason."))
    if row.ends_at <= now:
        raise RefusedError(_("The end is past."))
    if row.feature_id is not None and not row.layer:
        row.layer = row.rule.layer if row.rule else ""
    slug = _slug(row)
    if slug and slug not in registry:
        raise RefusedError(_("There is no layer “%(layer)s”.") % {"layer": slug})
    try:
        if row.feature_filter:
            filters.to_sql(registry[slug], row.feature_filter)
        row.full_clean(exclude=["created_by"])  # nobody: the system itself
    except filters.FilterError as error:
        raise RefusedError(str(error)) from error
    except ValidationError as error:
        raise RefusedError("; ".join(error.messages)) from error


def _slug(row: Suppression) -> str:
    return row.layer or (row.rule.layer if row.rule else "")


def _in_scope(row: Suppression, who: Who) -> None:
    """Who sees a part of the province must not silence the rest of it."""
    grant = who.grant if who.user is not None else everything()
    slug = _slug(row)
    layer = registry.get(slug)
    if grant is None or layer is None or not grant.allows(by_role("alarms")):
        raise NotFoundError(_("There is no such suppression."))
    if not grant.allows(layer):
        raise NotFoundError(_("There is no layer “%(layer)s”.") % {"layer": slug})
    if row.feature_id is not None:
        if not _sees(layer, grant, row.feature_id):
            raise NotFoundError(_("There is no such feature."))
    elif grant.units is not None:
        raise NotAllowedError(
            _("Name one feature: the others are not all in your area.")
        )


def visible(row: Suppression, grant: Grant) -> bool:
    """Whether the caller sees what a suppression is about: its layer, and the feature
    if it names one."""
    layer = registry.get(_slug(row))
    if layer is None or not grant.allows(layer):
        return False
    return row.feature_id is None or _sees(layer, grant, row.feature_id)


def _sees(layer: Layer, grant: Grant, feature_id: int) -> bool:
    found = queries.feature(layer, grant, feature_id)
    return found is not None


def _tell(row: Suppression, kind: str, at: datetime, who: Who) -> None:
    happening = Happening(
        key=f"{kind}:{row.pk}",
        kind=kind,
        layer=SLUG,
        feature_id=None,
        title=str(row),
        new={
            "kind": row.kind,
            "rule": row.rule.slug if row.rule else None,
            "layer": row.layer,
            "feature_id": row.feature_id,
            "part": row.part,
            "feature_filter": row.feature_filter,
            "starts_at": row.starts_at.isoformat(),
            "ends_at": row.ends_at.isoformat(),
        },
        reason=row.reason,
        happened_at=at,
        actor_id=who.id,
    )
    events.record([happening])
