"""Who may send values, and for which stations."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import HttpError

from feeds.core import doors
from feeds.core.models import Feed
from layers.core.spec import registry

from .book import Known
from .config import KIND, settings_of
from .feed import FEED

EDIT = "stations.change_station"
RATE = 1_200  # requests a minute of one caller


def sender(request: HttpRequest) -> tuple[Feed, str]:
    """The feed and the name of who sends: a key that may write, of somebody who may
    edit stations or stands among the senders. Raises HttpError 401, 403, 404, 429."""
    key = getattr(request, "api_key", None)
    if key is None:
        raise HttpError(401, "sending needs an API key: Authorization: Bearer …")
    layer = registry[FEED.layers[0]]
    if not key.may_write or not request.grant.allows(layer):  # type: ignore[attr-defined]
        raise HttpError(403, "this key may not send values of stations")
    feed = Feed.of_kind(KIND)
    named = request.user.get_username() in settings_of(feed.config).senders
    if not (named or request.user.has_perm(EDIT)):
        raise HttpError(403, "this key belongs to nobody who sends values of stations")
    if not feed.enabled:
        raise HttpError(404, "this way in is switched off")
    doors.charge(request, KIND, getattr(settings, "IOC_SENSORTHINGS_RATE", RATE))
    return feed, f"{KIND}:{key.prefix}"


def may_send(request: HttpRequest, series: Known) -> bool:
    """Whether the caller's scope holds the station; others do not exist for them."""
    return bool(request.grant.sees_unit(series.unit_id))  # type: ignore[attr-defined]
