"""Alerts about features as a whole, from before their rules told parts apart.

An alert about an indicator of a unit was once about the unit; what is heard since is
about the indicator, so nothing would ever end the old one. Once the rule has looked at
a part of the feature, each part has an alert of its own, or none.
"""

from __future__ import annotations

from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from layers.core.spec import by_role, registry
from layers.core.versions import begin_change, hold

from . import ruleset
from .grouping import close_all
from .models import Alert, RuleState
from .ruleset import LoadedRule

OUTGROWN = (Path(__file__).parent / "sql" / "outgrown.sql").read_text()
REASON = gettext_noop("its parts have alerts of their own now")


def sweep() -> int:
    """Close such alerts, with the reason; how many there were. A second time there
    are none."""
    slugs = Alert.objects.filter(closed_at=None, part="").exclude(feature_id=None)
    layers = slugs.order_by().values_list("layer", flat=True).distinct()
    return sum(
        _close(rule)
        for slug in layers
        if slug in registry
        for rule in ruleset.of_layer(slug)
    )


def _close(rule: LoadedRule) -> int:
    kinds = [k for k in rule.kind.hears(rule.params) if k] if rule.kind.hears else []
    with connection.cursor() as cursor:
        cursor.execute(OUTGROWN, {"rule": rule.row.pk, "kinds": kinds})
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return 0
    with transaction.atomic():
        hold(rule.row.layer)
        begin_change(by_role(ruleset.ROLE).slug)
        found = list(
            Alert.objects.select_for_update().filter(pk__in=ids, closed_at=None)
        )
        RuleState.objects.filter(
            rule=rule.row, part="", feature_id__in={a.feature_id for a in found}
        ).delete()
        close_all(found, timezone.now(), REASON)
    return len(found)
