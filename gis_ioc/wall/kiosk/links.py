"""Sign-in links of panels: signed, for one panel of one wall, as one user, until a day,
and void as soon as the wall counts its links anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from gis_ioc.wall.models import Wall

SALT = "gis-ioc.wall.panel"
# What a session of a display carries, and how long its check is remembered.
MARK = "display"
CHECK_S = 15


class LinkError(ValueError):
    """The link opens nothing; the text says why, for the log only."""


@dataclass(frozen=True, slots=True)
class Pass:
    """``panel`` None: the whole canvas."""

    wall: Wall
    panel: tuple[int, int] | None

    @property
    def address(self) -> str:
        if self.panel is None:
            return reverse("wall", args=[self.wall.slug])
        return reverse("wall-panel", args=[self.wall.slug, *self.panel])

    def mark(self) -> dict[str, Any]:
        user = self.wall.panel_user_id
        return {"wall": self.wall.slug, "links": self.wall.links, "user": user}


def link(wall: Wall, panel: tuple[int, int] | None, until: datetime) -> str:
    """The path and query that sign a panel in. Raises LinkError for a wall without a
    user for its panels."""
    if wall.panel_user is None:
        raise LinkError("the wall has no user for its panels")
    told = {
        "w": wall.pk,
        "p": panel,
        "n": wall.links,
        "u": wall.panel_user_id,
        "e": int(until.timestamp()),
    }
    token = signing.dumps(told, salt=SALT, compress=False)
    return f"{reverse('wall-enter', args=[wall.slug])}?pass={token}"


def read(token: str, slug: str) -> Pass:
    """Raises LinkError."""
    try:
        told = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise LinkError("the signature is wrong") from error
    wall = (
        Wall.objects.select_related("panel_user")
        .filter(pk=told["w"], slug=slug)
        .first()
    )
    if wall is None:
        raise LinkError("the wall is gone")
    if told["e"] < timezone.now().timestamp():
        raise LinkError("the link is too old")
    user = wall.panel_user
    if wall.links != told["n"] or user is None or user.pk != told["u"]:
        raise LinkError("the link was revoked")
    if not user.is_active or user.is_superuser or user.is_staff:
        raise LinkError("the user of the panels is not one to look only")
    return Pass(wall, tuple(told["p"]) if told["p"] else None)


def valid(mark: Any) -> bool:
    """Whether a session that a link opened still holds."""
    if not isinstance(mark, dict):
        return False
    key = "wall:display:{wall}:{links}:{user}".format(**mark)
    return bool(cache.get_or_set(key, lambda: _holds(mark), CHECK_S))


def _holds(mark: dict[str, Any]) -> bool:
    return Wall.objects.filter(
        slug=mark["wall"],
        links=mark["links"],
        panel_user_id=mark["user"],
        panel_user__is_active=True,
    ).exists()
