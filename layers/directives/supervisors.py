"""Who may watch over a directive in the leader's name."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from .access import OVERSEERS


def everyone() -> QuerySet:  # type: ignore[type-arg]
    """Active users with a role that signs or supervises, by name."""
    users = get_user_model().objects.filter(is_active=True, groups__name__in=OVERSEERS)
    return users.distinct().order_by("username")


def is_one(user_id: int) -> bool:
    return everyone().filter(pk=user_id).exists()


def choices() -> list[tuple[int, str]]:
    return [(user.pk, user.display_name) for user in everyone()]
