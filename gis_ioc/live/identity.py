"""Who is at the other end of a websocket: a session or an API key."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.http import HttpRequest
from django.http.request import validate_host

from gis_ioc.accounts.grants import rights_of, rights_of_key
from gis_ioc.wall.kiosk.links import MARK, valid
from layers.core.scope import Grant


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in user or machine client and what it may see."""

    name: str
    grant: Grant


def api_key(scope: dict[str, Any]) -> str:
    """From ``Authorization: Bearer`` or ``?key=``."""
    header = dict(scope["headers"]).get(b"authorization", b"")
    if header[:7].lower() == b"bearer ":
        return header[7:].decode("latin-1").strip()
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return query.get("key", [""])[0]


def from_our_pages(scope: dict[str, Any]) -> bool:
    """Whether a browser sent this from one of our own pages.

    Browsers send cookies with websockets of foreign pages too; only the Origin
    tells. A client without an Origin is no browser.
    """
    origin = dict(scope["headers"]).get(b"origin")
    if origin is None:
        return True
    host = urlsplit(origin.decode("latin-1")).hostname or ""
    return validate_host(f"[{host}]" if ":" in host else host, settings.ALLOWED_HOSTS)


@database_sync_to_async
def identify(scope: dict[str, Any]) -> Identity | None:
    """The caller as the database knows them now; None for nobody."""
    key = api_key(scope)
    if key:
        found = rights_of_key(key)
        if found is None:
            return None
        owner, rights = found
        return Identity(owner.user.display_name, rights.grant())
    session_key = scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME)
    if not session_key or not from_our_pages(scope):
        return None
    request = HttpRequest()
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(session_key)
    if SESSION_KEY not in request.session:
        return None
    mark = request.session.get(MARK)
    if mark is not None and not valid(mark):
        return None  # the link of the display was revoked
    user = get_user(request)
    if not user.is_authenticated or not user.is_active:
        return None
    return Identity(user.display_name, rights_of(user).grant())
