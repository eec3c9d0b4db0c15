"""What people decide about values, and how they take it back.

Nothing measured is ever changed: a review is a row of its own, and withdrawing it
brings back what the tests say.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core.events import Happening, record
from layers.core.versions import begin_change
from layers.stations.ingest import services
from layers.stations.layer import LAYER
from layers.stations.models import (
    Finding,
    Observation,
    QualitySetting,
    Review,
    Series,
)
from layers.stations.parameters import FAIL, GOOD, SUSPECT

from .judging import judge_spans

POWER = "stations.review_values"
FLAGS = (GOOD, SUSPECT, FAIL)
LEAST_LETTERS = 5
LONGEST = timedelta(days=400)


class ReviewError(ValueError):
    """What was asked cannot be decided; the message says which part and why."""


def decide(
    user: Any,
    series: Series,
    since: datetime,
    until: datetime,
    flag: int,
    reason: str,
    value: float | None = None,
) -> Review:
    """Set the final flag of the values from ``since`` to ``until`` (both included).

    ``value`` takes the place of a single value: then both are the same time. The
    caller has looked whether the series is in the user's scope. Raises ReviewError.
    """
    reason = _checked(user, reason)
    _check_span(series, since, until, value)
    if flag not in FLAGS:
        raise ReviewError(_("Flag: good, suspect or implausible."))
    if value is not None and flag == FAIL:
        raise ReviewError(_("An implausible value cannot have a corrected one."))
    with transaction.atomic():
        begin_change(LAYER.slug)
        review = Review.objects.create(
            series=series,
            since=since,
            until=until,
            flag=flag,
            value=value,
            reason=reason,
            made_by=user,
            made_at=timezone.now(),
        )
        _follow(review, "review", user.pk, reason)
    return review


def withdraw(user: Any, review: Review, reason: str) -> None:
    """Take a decision back; what the tests, or an earlier review, say holds again.
    Withdrawn twice is withdrawn once. Raises ReviewError."""
    reason = _checked(user, reason)
    with transaction.atomic():
        begin_change(LAYER.slug)
        locked = Review.objects.select_for_update().get(pk=review.pk)
        if locked.withdrawn_at is not None:
            return
        locked.withdrawn_by = user
        locked.withdrawn_at = timezone.now()
        locked.withdrawn_reason = reason
        locked.save()
        _follow(locked, "review_withdrawn", user.pk, reason)


def settle(user: Any, finding: Finding, outcome: str, reason: str) -> None:
    """Say what was made of a pattern. Raises ReviewError."""
    reason = _checked(user, reason)
    if outcome not in Finding.Outcome.values:
        raise ReviewError(_("Outcome: explained or followed up."))
    finding.outcome = outcome
    finding.decided_by = user
    finding.decided_at = timezone.now()
    finding.reason = reason
    finding.save(update_fields=["outcome", "decided_by", "decided_at", "reason"])


def reopen(user: Any, finding: Finding) -> None:
    """Put a pattern back on the list."""
    _permitted(user)
    finding.outcome = ""
    finding.save(update_fields=["outcome"])


def rejudge(series_ids: list[int], since: datetime, until: datetime) -> None:
    """Ask the tests again, after settings changed; roll-ups and indices follow."""
    first, last = since.timestamp(), until.timestamp()
    with transaction.atomic():
        begin_change(LAYER.slug)
        changed = judge_spans(series_ids, first, last)
        if len(changed.at):
            services.rejudged(
                sorted(set(changed.series_id.tolist())),
                datetime.fromtimestamp(float(changed.at.min()), UTC),
                datetime.fromtimestamp(float(changed.at.max()), UTC),
            )


def judge_again(setting_ids: list[int], days: int = 7) -> None:
    """Ask the tests again about the last days of the series that settings are about,
    station by station, so that deliveries go on in between."""
    until = timezone.now()
    wanted: dict[int, set[int]] = {}
    for setting in QualitySetting.objects.filter(pk__in=setting_ids):
        rows = Series.objects.all()
        if setting.series_id:
            rows = rows.filter(pk=setting.series_id)
        if setting.parameter:
            rows = rows.filter(parameter=setting.parameter)
        if setting.kind:
            rows = rows.filter(station__kind=setting.kind)
        for station_id, series_id in rows.values_list("station_id", "pk"):
            wanted.setdefault(station_id, set()).add(series_id)
    for series_ids in wanted.values():
        rejudge(sorted(series_ids), until - timedelta(days=days), until)


def _permitted(user: Any) -> None:
    if not user.has_perm(POWER):
        raise ReviewError(_("Your role may not decide about values."))


def _checked(user: Any, reason: str) -> str:
    _permitted(user)
    reason = " ".join(reason.split())
    if len(reason) < LEAST_LETTERS:
        raise ReviewError(_("Reason: say why, in a few words."))
    if len(reason) > 500:
        raise ReviewError(_("Reason: at most 500 letters."))
    return reason


def _check_span(
    series: Series, since: datetime, until: datetime, value: float | None
) -> None:
    if until < since:
        raise ReviewError(_("To: it lies before the beginning."))
    if until - since > LONGEST:
        raise ReviewError(_("To: at most %(n)d days at once.") % {"n": LONGEST.days})
    if value is not None and since != until:
        raise ReviewError(
            _("Corrected value: only for one time; from and to must be the same.")
        )
    known = Observation.objects.filter(
        series_id=series.pk, at__gte=since, at__lte=until
    )
    if not known.exists():
        raise ReviewError(_("There is no value in this span."))


def _follow(review: Review, kind: str, actor: int, reason: str) -> None:
    series = Series.objects.select_related("station").get(pk=review.series_id)
    rejudge([series.pk], review.since, review.until)
    record(
        [
            Happening(
                key=f"{LAYER.slug}.{kind}:{review.pk}",
                kind=kind,
                layer=LAYER.slug,
                feature_id=series.station_id,
                title=f"{series.station.title} · {series.parameter}",
                unit_id=series.station.unit_id,
                new={
                    "series": series.pk,
                    "parameter": series.parameter,
                    "since": review.since.isoformat(),
                    "until": review.until.isoformat(),
                    "flag": review.flag,
                    "value": review.value,
                },
                reason=reason,
                actor_id=actor,
            )
        ]
    )
