"""Who may send as which provider, how often, and who may see what was refused."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import HttpError

from feeds.core import doors
from feeds.core.models import Feed

from .config import settings_of
from .decoder import PREFIX

UPLOAD = "vessels.change_vessel"


def feed_of(provider: str) -> Feed:
    """The provider's feed; 404 when there is none or it is switched off."""
    feed = Feed.objects.filter(slug=f"{PREFIX}{provider}", kind="vms").first()
    if feed is None or not feed.enabled:
        raise HttpError(404, f"no VMS provider {provider!r:.60}")
    return feed


def sender(request: HttpRequest, feed: Feed) -> str:
    """The name of who sends: a key of one of the feed's senders, or fisheries staff
    with a session. A key of another provider is refused."""
    key = getattr(request, "api_key", None)
    if key is not None:
        if key.may_write and named(request, feed):
            return f"{feed.slug}:{key.prefix}"
        raise HttpError(403, f"this key may not send as {feed.slug}")
    if is_staff(request):
        return f"{feed.slug}:{request.user.get_username()}"
    raise HttpError(403, "sending needs an API key of this provider")


def named(request: HttpRequest, feed: Feed) -> bool:
    return request.user.get_username() in settings_of(feed.config).senders


def is_staff(request: HttpRequest) -> bool:
    """Fisheries staff of the whole province, signed in or with a key of theirs that
    is not narrowed to some layers."""
    key = getattr(request, "api_key", None)
    whole = request.grant.units is None  # type: ignore[attr-defined]
    return whole and not (key and key.layers) and request.user.has_perm(UPLOAD)


def reader(request: HttpRequest, feed: Feed) -> None:
    """The provider itself sees what was refused, and staff."""
    key = getattr(request, "api_key", None)
    own = key is not None and key.may_write and named(request, feed)
    if not (own or is_staff(request)):
        raise HttpError(403, "only the provider and fisheries staff see this")


def charge(request: HttpRequest) -> None:
    """At most IOC_VMS_RATE requests a minute for each caller; else 429."""
    doors.charge(request, "vms", settings.IOC_VMS_RATE)
