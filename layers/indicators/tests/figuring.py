"""What the tests of readers are built of: indicators, and figures of units."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from layers.core import units
from layers.core.versions import forget_all
from layers.indicators import services, spans
from layers.indicators.models import Channel, Fact, Indicator, Load, Vintage

OLD, MERGED, NEW = date(2024, 12, 31), date(2025, 3, 1), date(2025, 7, 1)


def indicator(code: str, **changed: object) -> Indicator:
    values: dict[str, object] = {
        "code": code,
        "title": code,
        "subsystem": "1",
        "unit": "count",
        "decimals": 0,
        "direction": "up",
        "level": "province;district;commune",
        "rollup": "sum",
        **changed,
    }
    return Indicator.objects.create(**values)


def load(title: str = "a letter") -> Load:
    return Load.objects.get_or_create(
        channel=Channel.FORM, title=title, source="the agency"
    )[0]


def publish(
    of: Indicator,
    values: dict[int, float],
    period: str = "2024",
    *,
    vintage: Vintage = Vintage.FINAL,
    at: datetime = datetime(2025, 4, 1, tzinfo=UTC),
    **changed: object,
) -> None:
    start, end = spans.parse(period)
    services.publish(
        Fact(
            indicator=of,
            unit_id=unit,
            period_start=start,
            period_end=end,
            value=Decimal(str(value)),
            vintage=vintage,
            published_at=at,
            **{"load": load(), **changed},
        )
        for unit, value in values.items()
    )
    forget_all()


def level(tree: units.UnitTree, kind: str, day: date) -> list[units.UnitNode]:
    found = [n for n in tree.nodes.values() if n.kind == kind and n.valid_on(day)]
    return sorted(found, key=lambda node: node.code)


def root(tree: units.UnitTree) -> units.UnitNode:
    return next(node for node in tree.nodes.values() if node.parent_id is None)
