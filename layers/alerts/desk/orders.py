"""Open orders about alerts, read from the layer that plays the role ``orders``.

The layer is known by its declaration only: its rows come through the common queries,
in the caller's scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from layers.core import drawer, queries
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant
from layers.core.spec import Layer, by_role

MOST = 500
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as lists show it; ``status`` and ``clock`` in the reader's words."""

    id: int
    title: str
    url: str
    status: str
    clock: str
    late: bool
    closed: bool
    needed_by: datetime | None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "url": self.url,
            "status": self.status,
            "clock": self.clock,
            "late": self.late,
            "closed": self.closed,
            "needed_by": self.needed_by,
        }


def layer() -> Layer | None:
    """The layer of orders, if this installation has one."""
    try:
        return by_role("orders")
    except LookupError:
        return None


def about(grant: Grant, alert_id: int) -> list[Order]:
    """Orders about one alert, the open ones and those that are done."""
    return _read(grant, f"alert_id = {int(alert_id)}")


def open_orders(grant: Grant) -> list[Order]:
    """Every order that is not closed, the first to be done first."""
    found = [order for order in _read(grant, "") if not order.closed]
    return sorted(found, key=lambda order: (order.needed_by or LATEST, order.id))


def draft_url(alert_id: int, user: Any) -> str:
    """Where the user drafts an order about the alert; empty when they may not."""
    orders = layer()
    if orders is None:
        return ""
    may_draft = user.has_perm(orders.permission.replace(".view_", ".add_"))
    return f"/{orders.slug}/new/?alert={alert_id}" if may_draft else ""


def _read(grant: Grant, condition: str) -> list[Order]:
    orders = layer()
    if orders is None or not grant.allows(orders):
        return []
    query = FeatureQuery(filter=condition, limit=MOST)
    return [_order(orders, row) for row in queries.features(orders, grant, query)]


def _order(orders: Layer, row: dict[str, Any]) -> Order:
    fields = {entry.name: entry for entry in orders.fields}
    values = row["properties"]

    def words(name: str) -> str:
        value = values.get(name)
        return drawer.show(value, fields[name]) if value and name in fields else ""

    return Order(
        id=row["id"],
        title=str(values["title"]),
        url=f"/{orders.slug}/{row['id']}/",
        status=words("status"),
        clock=words("clock"),
        late=values.get("clock") == "overdue",
        closed=values.get("closed_at") is not None,
        needed_by=values.get("needed_by"),
    )
