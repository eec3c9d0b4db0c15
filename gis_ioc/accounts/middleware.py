"""Language of the user, and the caller's grant on every request."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from gis_ioc import roots
from layers.core.scope import NOBODY

from . import audit
from .grants import (
    TOKEN_AGE_S,
    TOKEN_COOKIE,
    TOKEN_RENEW_S,
    grant_of,
    rights_of,
    rights_of_key,
    sign,
    unsign,
)
from .models import KEY_PREFIX, User

Handler = Callable[[HttpRequest], HttpResponse]

# Where machines write. Pages know nothing of what a key may do and of its layers.
MACHINES = "/api/"
# Nothing here is a matter of layers: accounts, permissions, keys themselves.
PEOPLE = ("/admin/", "/accounts/")
READING = ("GET", "HEAD", "OPTIONS")


class ProxyAddressMiddleware:
    """The client's address behind our own proxy, for the audit log and the locks.

    Only the last entry of ``X-Forwarded-For`` counts: our proxy wrote it, those
    before it anybody may have written. Used with IOC_BEHIND_PROXY only.
    """

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        with suppress(ValueError):
            request.META["REMOTE_ADDR"] = str(ip_address(told))
        return self.handler(request)


class LanguageMiddleware:
    """``?lang=`` (kept in a cookie), then the cookie, then Vietnamese."""

    COOKIE = "ioc_lang"

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang")
        known = {"vi", "en"}
        language = asked if asked in known else request.COOKIES.get(self.COOKIE, "vi")
        language = language if language in known else "vi"
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.handler(request)
        response.headers.setdefault("Content-Language", language)
        if asked in known:
            response.set_cookie(
                self.COOKIE, language, max_age=31_536_000, samesite="Lax"
            )
        return response


class GrantMiddleware:
    """Who calls, what they may see, and where what they do is written down.

    Sets ``request.grant`` and ``request.audit``. A bearer key takes the place of
    the session, also for CSRF: a browser never sends one by itself.
    """

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.audit = partial(audit.log, request)  # type: ignore[attr-defined]
        key = key_shown(request)
        if key is not None:
            if for_people(request):
                return HttpResponseForbidden("a key opens no pages for people")
            self.use_key(request, key)
            return self.handler(request)
        request.grant = SimpleLazyObject(lambda: grant_of(request.user))  # type: ignore[attr-defined]
        response = self.handler(request)
        if request.user.is_authenticated:
            self.renew(request, response)
        elif TOKEN_COOKIE in request.COOKIES:
            response.delete_cookie(TOKEN_COOKIE, path="/")
        return response

    @staticmethod
    def use_key(request: HttpRequest, text: str) -> None:
        found = rights_of_key(text)
        if found is None:
            request.user = AnonymousUser()
            request.grant = NOBODY  # type: ignore[attr-defined]
            return
        key, rights = found
        request.user = key.user
        request.api_key = key  # type: ignore[attr-defined]
        request.grant = rights.grant()  # type: ignore[attr-defined]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]

    @staticmethod
    def renew(request: HttpRequest, response: HttpResponse) -> None:
        """Sign the tile cookie anew when it is missing, old or void."""
        user = cast(User, request.user)
        known = unsign(request.COOKIES.get(TOKEN_COOKIE, ""))
        if known is not None:
            rights, signed_at = known
            age_s = (timezone.now() - signed_at).total_seconds()
            valid = signed_at >= user.grants_changed_at
            if rights.user_id == user.pk and age_s < TOKEN_RENEW_S and valid:
                return
        response.set_cookie(
            TOKEN_COOKIE,
            sign(rights_of(user)),
            max_age=TOKEN_AGE_S,
            httponly=True,
            secure=request.is_secure(),
            samesite="Lax",
            path="/",
        )


def key_shown(request: HttpRequest) -> str | None:
    """The key of a machine: as a bearer, or as the password of Basic, all that some
    programs can send.

    A browser repeats Basic by itself, also for pages of strangers. So with Basic a
    request that writes must be JSON, which a page may not send elsewhere unasked.
    """
    scheme, _blank, told = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Bearer":
        return told.strip()
    if scheme != "Basic":
        return None
    with suppress(ValueError):
        _name, _colon, password = b64decode(told, validate=True).decode().partition(":")
        unasked = request.method in READING or "json" in (request.content_type or "")
        if password.startswith(KEY_PREFIX) and unasked:
            return password
    return None


def for_people(request: HttpRequest) -> bool:
    """Whether the address is one that only a person who signed in may use."""
    machines = (MACHINES, *roots.prefixes())
    writes = request.method not in READING and not request.path.startswith(machines)
    return writes or request.path.startswith(PEOPLE)
