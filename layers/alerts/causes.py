"""Roots over alerts of one cause: many of one rule at once, or with one value of the
field that the rule names (a river)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """Alerts of one rule that belong under one root: new ones, and those raised before
    that stand alone. ``key`` and ``value``: of the field that they share, or ""."""

    row: Rule
    fresh: list[Alert]
    older: list[Alert] = field(default_factory=list)
    key: str = ""
    value: str = ""

    @property
    def alerts(self) -> list[Alert]:
        return [*self.fresh, *self.older]


def arrange(layer: Layer, alerts: Iterable[Alert], now: datetime) -> list[Alert]:
    """Put alerts that are new on the list under roots of their rules where there are
    enough of one cause; the roots that were made. Sets ``root``; the caller saves it.
    """
    by_rule: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts:
        if alert.feature_id is not None and alert.root_id is None:
            by_rule[alert.rule_id].append(alert)
    wants: list[Want] = []
    for free in by_rule.values():
        row = free[0].rule
        wanted = _by_value(row, layer, free) if _grouped(row, layer) else []
        below = {id(alert) for want in wanted for alert in want.fresh}
        left = [alert for alert in free if id(alert) not in below]
        wants += wanted
        if len(left) >= max(row.group_from, LEAST):
            wants.append(Want(row=row, fresh=left))
    return _rooted(layer, wants, now) if wants else []


def _grouped(row: Rule, layer: Layer) -> bool:
    return bool(row.group_by) and row.group_by in layer.columns


def _by_value(row: Rule, layer: Layer, free: list[Alert]) -> list[Want]:
    """By the value of the rule's field, with those raised shortly before that still
    stand alone."""
    mine = {alert.pk for alert in free}
    alone = [alert for alert in _alone(row, layer, free) if alert.pk not in mine]
    features = {alert.feature_id for alert in (*free, *alone)}
    values = _values(layer, row.group_by, features)
    fresh, older = _sorted(free, values), _sorted(alone, values)
    keys = {value: f"{row.group_by}:{value}"[:KEY_LENGTH] for value in fresh}
    stand = _open_roots(layer, {row.pk}, set(keys.values()))
    wants = []
    for value, found in sorted(fresh.items()):
        near = _near(found, older.get(value, []), row.group_minutes)
        many = len({alert.feature_id for alert in (*found, *near)})
        key = keys[value]
        if (row.pk, key) in stand or many >= max(row.group_from, LEAST):
            wants.append(Want(row=row, fresh=found, older=near, key=key, value=value))
    return wants


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


def _values(layer: Layer, name: str, features: Iterable[int | None]) -> dict[int, str]:
    """The value of a field for each feature, as text; without those that have none."""
    statement = sql.SQL(
        "SELECT id, left(btrim({field}::text), %s) FROM {relation}"
        " WHERE id = ANY(%s) AND btrim({field}::text) <> ''"
    ).format(field=sql.Identifier(name), relation=sql.Identifier(layer.relation))
    ids = sorted(number for number in features if number is not None)
    with connection.cursor() as cursor:
        execute(cursor, statement, [VALUE_LENGTH, ids])
        return dict(cursor.fetchall())


def _open_roots(
    layer: Layer, rules: set[int], keys: set[str]
) -> dict[tuple[int, str], Alert]:
    found = Alert.objects.select_for_update().filter(
        OVER_MEMBERS,
        rule__in=rules,
        layer=layer.slug,
        feature_id=None,
        group_key__in=keys,
        closed_at=None,
    )
    return {(root.rule_id, root.group_key): root for root in found.order_by("-pk")}


def _rooted(layer: Layer, wants: list[Want], now: datetime) -> list[Alert]:
    """Roots over what is wanted, written at once; those that were made now."""
    rules, keys = {want.row.pk for want in wants}, {want.key for want in wants}
    stand = _open_roots(layer, rules, keys)
    below: dict[int | None, set[int | None]] = defaultdict(set)
    members = Alert.objects.filter(root__in=[root.pk for root in stand.values()])
    for root_id, feature_id in members.values_list("root_id", "feature_id"):
        below[root_id].add(feature_id)
    made, changed, log = [], [], []
    for want in wants:
        root = stand.get((want.row.pk, want.key))
        before = below[root.pk] if root is not None else set()
        features = before | {alert.feature_id for alert in want.alerts}
        if root is None:
            root = stand[want.row.pk, want.key] = _new_root(layer, want)
            made.append(root)
            log.append((root, {"members": len(features)}))
        else:
            changed.append(root)
        root.title = _title(want.row, layer, want.value, len(features))
        root.last_at = max([root.last_at, *(a.raised_at for a in want.alerts)])
        root.updated_at = now
    Alert.objects.bulk_create(made)
    Alert.objects.bulk_update(changed, ("title", "last_at", "updated_at"))
    events.record(
        happening(root, "alert.raised", root.raised_at, new=new) for root, new in log
    )
    for want in wants:
        root = stand[want.row.pk, want.key]
        for alert in want.alerts:
            alert.root = root
        lower = [alert.pk for alert in want.older]
        if lower:
            Alert.objects.filter(pk__in=lower).update(root=root, updated_at=now)
    return made


def _new_root(layer: Layer, want: Want) -> Alert:
    row, alerts = want.row, want.alerts
    raised_at = max(alert.raised_at for alert in alerts)
    points = [alert.geom for alert in alerts if alert.geom is not None]
    cause = {CAUSE: {"field": row.group_by, "value": want.value}}
    name = f"{row.version}:{layer.slug}:all:{raised_at.timestamp():.3f}"
    return Alert(
        source=f"rule:{row.slug}"[:60],
        external_id=(f"{name}:{want.key}" if want.key else name)[:80],
        title=row.title,
        geom=MultiPoint(points, srid=4326).centroid if points else None,
        rule=row,
        rule_version=row.version,
        layer=layer.slug,
        group_key=want.key,
        feature_title=want.value[:200],
        severity=row.severity,
        playbook=row.playbook,
        evidence=cause if want.value else None,
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


def _named(layer: Layer, name: str, value: str) -> str:
    """The value with the name of its field, unless it says it itself."""
    title = next((str(f.title) for f in layer.fields if f.name == name), "")
    if not title or value.casefold().startswith(title.casefold()):
        return value
    return f"{title} {value}"
