"""The audit log: append only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .models import AuditEntry


def log(
    request: HttpRequest,
    action: str,
    *,
    layer: str = "",
    feature_id: int | None = None,
    **detail: Any,
) -> None:
    """Append who did ``action``; ``detail`` must be JSON values."""
    user = request.user if request.user.is_authenticated else None
    AuditEntry.objects.create(
        user=user,  # type: ignore[misc]
        api_key=getattr(request, "api_key", None),
        action=action,
        layer=layer,
        feature_id=feature_id,
        detail=detail,
        address=request.META.get("REMOTE_ADDR") or None,
    )
