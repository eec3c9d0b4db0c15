"""Roots over alerts of one cause: many of one rule at once, or with one value of the
field that the rule names (a river)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.gis.geos import MultiPoint
from django.db import connection
from django.db.models import Q
from django.utils.translation import ngettext
from psycopg import sql

from layers.core import events
from layers.core.db import execute
from layers.core.spec import Layer

from .models import Alert, Rule
from .records import happening

# A root by cause says so in its evidence; it ends with its members. An alert about a
# group (of a provider) ends by its own events.
CAUSE = "cause"
OVER_MEMBERS = Q(group_key="") | Q(evidence__has_key=CAUSE)
KEY_LENGTH, VALUE_LENGTH = 80, 60
LEAST = 2


def arrange(
    row: Rule, layer: Layer, alerts: Iterable[Alert], now: datetime
) -> list[Alert]:
    """Put alerts of one rule that are new on the list under roots where there are
    enough of one cause; the roots that were made. Sets ``root``; the caller saves it.
    """
    free = [a for a in alerts if a.feature_id is not None and a.root_id is None]
    if not free:
        return []
    made = _by_value(row, layer, free, now) if _grouped(row, layer) else []
    free = [alert for alert in free if alert.root is None]
    if len(free) < max(row.group_from, LEAST):
        return made
    root, fresh = _root(row, layer, "", free, now)
    return [*made, root] if fresh else made


def _grouped(row: Rule, layer: Layer) -> bool:
    return bool(row.group_by) and row.group_by in layer.columns


def _by_value(row: Rule, layer: Layer, free: list[Alert], now: datetime) -> list[Alert]:
    """Under roots by the value of the rule's field, with those raised shortly before
    that still stand alone."""
    mine = {alert.pk for alert in free}
    alone = [alert for alert in _alone(row, layer, free) if alert.pk not in mine]
    features = {alert.feature_id for alert in (*free, *alone)}
    values = _values(layer, row.group_by, features)
    fresh, older = _sorted(free, values), _sorted(alone, values)
    made = []
    for value, found in sorted(fresh.items()):
        key = f"{row.group_by}:{value}"[:KEY_LENGTH]
        near = _near(found, older.get(value, []), row.group_minutes)
        many = len({alert.feature_id for alert in (*found, *near)})
        if not _open_root(row, layer, key) and many < max(row.group_from, LEAST):
            continue
        root, is_new = _root(row, layer, key, [*found, *near], now, value)
        below = [alert.pk for alert in near]
        Alert.objects.filter(pk__in=below).update(root=root, updated_at=now)
        made += [root] if is_new else []
    return made


def _alone(row: Rule, layer: Layer, free: list[Alert]) -> list[Alert]:
    span = timedelta(minutes=row.group_minutes)
    first = min(alert.raised_at for alert in free) - span
    return list(
        Alert.objects.select_for_update().filter(
            rule=row,
            layer=layer.slug,
            root=None,
            suppressed=False,
            closed_at=None,
            feature_id__isnull=False,
            raised_at__gte=first,
        )
    )


def _near(found: list[Alert], older: list[Alert], minutes: int) -> list[Alert]:
    span = timedelta(minutes=minutes)
    first = min(alert.raised_at for alert in found) - span
    last = max(alert.raised_at for alert in found) + span
    return [alert for alert in older if first <= alert.raised_at <= last]


def _sorted(alerts: list[Alert], values: dict[int, str]) -> dict[str, list[Alert]]:
    found: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        value = values.get(alert.feature_id or 0, "")
        if value:  # what has no value has no common one
            found[value].append(alert)
    return found


def _values(layer: Layer, field: str, features: Iterable[int | None]) -> dict[int, str]:
    """The value of a field for each feature, as text; without those that have none."""
    statement = sql.SQL(
        "SELECT id, left(btrim({field}::text), %s) FROM {relation}"
        " WHERE id = ANY(%s) AND btrim({field}::text) <> ''"
    ).format(field=sql.Identifier(field), relation=sql.Identifier(layer.relation))
    ids = sorted(number for number in features if number is not None)
    with connection.cursor() as cursor:
        execute(cursor, statement, [VALUE_LENGTH, ids])
        return dict(cursor.fetchall())


def _open_root(row: Rule, layer: Layer, key: str) -> Alert | None:
    found = Alert.objects.select_for_update().filter(
        OVER_MEMBERS,
        rule=row,
        layer=layer.slug,
        feature_id=None,
        group_key=key,
        closed_at=None,
    )
    return found.first()


def _root(
    row: Rule,
    layer: Layer,
    key: str,
    alerts: list[Alert],
    now: datetime,
    value: str = "",
) -> tuple[Alert, bool]:
    """The root with ``alerts`` under it, and whether it was made now."""
    root = _open_root(row, layer, key)
    made = root is None
    if root is None:
        root = _new_root(row, layer, key, alerts, value)
    before = set(root.members.values_list("feature_id", flat=True))
    features = before | {alert.feature_id for alert in alerts}
    for alert in alerts:
        alert.root = root
    root.title = _title(row, layer, value, len(features))
    root.last_at = max([root.last_at, *(alert.raised_at for alert in alerts)])
    root.updated_at = now
    root.save()
    if made:
        count = {"members": len(features)}
        events.record([happening(root, "alert.raised", root.raised_at, new=count)])
    return root, made


def _new_root(
    row: Rule, layer: Layer, key: str, alerts: list[Alert], value: str
) -> Alert:
    raised_at = max(alert.raised_at for alert in alerts)
    points = [alert.geom for alert in alerts if alert.geom is not None]
    evidence = {CAUSE: {"field": row.group_by, "value": value}} if value else None
    name = f"{row.version}:{layer.slug}:all:{raised_at.timestamp():.3f}"
    return Alert.objects.create(
        source=f"rule:{row.slug}"[:60],
        external_id=(f"{name}:{key}" if key else name)[:80],
        title=row.title,
        geom=MultiPoint(points, srid=4326).centroid if points else None,
        rule=row,
        rule_version=row.version,
        layer=layer.slug,
        group_key=key,
        feature_title=value[:200],
        severity=row.severity,
        playbook=row.playbook,
        evidence=evidence,
        raised_at=raised_at,
        last_at=raised_at,
        late=all(alert.late for alert in alerts),
        active=any(alert.active for alert in alerts),
    )


def _title(row: Rule, layer: Layer, value: str, count: int) -> str:
    """The rule, the common value and how many features."""
    many = ngettext("%(count)s feature", "%(count)s features", count) % {"count": count}
    if not value:
        return f"{row.title}: {many}"[:200]
    return f"{row.title}: {_named(layer, row.group_by, value)}, {many}"[:200]


def _named(layer: Layer, field: str, value: str) -> str:
    """The value with the name of its field, unless it says it itself."""
    title = next((str(f.title) for f in layer.fields if f.name == field), "")
    if not title or value.casefold().startswith(title.casefold()):
        return value
    return f"{title} {value}"
