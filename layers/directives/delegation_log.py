"""What is written down and told of delegations."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import delivery, events
from layers.core.events import Happening

from .log import SLUG
from .models import Delegation

PAGE = "directives:delegations"


def note(row: Delegation, kind: str, at: datetime, actor: Any) -> None:
    """One event; ``kind``: given or revoked."""
    said = {
        "giver": row.giver_id,
        "taker": row.taker_id,
        "since": row.starts_at.isoformat(),
        "until": row.ends_at.isoformat(),
        "signing": row.signing,
        "document_no": row.document_no,
    }
    events.record(
        [
            Happening(
                key=f"delegation.{kind}:{row.pk}",
                kind=f"delegation.{kind}",
                layer=SLUG,
                feature_id=None,
                title=f"{row.giver.display_name} → {row.taker.display_name}",
                unit_id=row.giver.unit_id,
                new=said,
                reason=row.reason,
                happened_at=at,
                actor_id=actor.pk,
            )
        ]
    )


def tell(row: Delegation, kind: str) -> None:
    """Tell the taker; and of a revocation by somebody else the giver, too."""
    told = {row.taker_id, row.giver_id} - {row.giver_id if kind == "given" else None}
    delivery.send(
        delivery.Notice(
            key=f"delegation.{kind}:{row.pk}",
            kind="directive",
            severity="medium",
            subject=partial(_subject, row, kind),
            body=partial(_body, row),
            url=reverse(PAGE),
            users=sorted(told - {row.revoked_by_id}),
            unit_id=row.giver.unit_id,
            layer=SLUG,
        )
    )


def _subject(row: Delegation, kind: str) -> str:
    names = {"giver": row.giver.display_name, "taker": row.taker.display_name}
    if kind == "given":
        return _("%(taker)s acts in the name of %(giver)s") % names
    return _("%(taker)s acts in the name of %(giver)s no more") % names


def _body(row: Delegation) -> str:
    since, until = map(timezone.localtime, (row.starts_at, row.ends_at))
    lines = [f"{delivery.moment(since)} – {delivery.moment(until)}", row.reason]
    if row.signing:
        paper = {"number": row.document_no}
        lines.append(_("Signature too, by paper %(number)s") % paper)
    return "\n".join(lines)
