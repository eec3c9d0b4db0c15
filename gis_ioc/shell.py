"""What every page gets: navigation, language and theme links, words for scripts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.core.spec import registry
from layers.core.uploads import queries as uploads

from .mobile import queries as messages
from .texts import texts

THEMES = ("dark", "light")
USE_CONSOLE = "console.use_console"


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation. ``current``: the page shown lies below it;
    ``beside``: it stands in the menu of further pages."""

    title: str
    url: str
    icon: str
    beside: bool
    current: bool


def _has_page(url: str) -> bool:
    try:
        resolve(url)
    except Resolver404:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Navigation:
    """What stands in the bar, and in the menu of further pages."""

    bar: list[NavItem]
    further: list[NavItem]


def navigation(request: HttpRequest) -> Navigation:
    """Shell pages, then the pages of the layers that the caller may see."""
    home = reverse("map")
    found = [
        (_("Map"), home, "map-2", False),
        (_("Wall"), reverse("wall-home"), "device-tv", False),
    ]
    if request.user.has_perm(USE_CONSOLE):  # type: ignore[union-attr]
        console = (_("Console"), reverse("console:page"), "device-desktop", False)
        found.insert(1, console)
    for layer in request.grant.visible_layers:  # type: ignore[attr-defined]
        url = f"/{layer.slug}/"
        if _has_page(url):
            found.append((str(layer.title), url, layer.icon, layer.beside))
    if uploads.offered(request.user, request.grant):  # type: ignore[attr-defined]
        found.append((_("Send data"), reverse("uploads:index"), "file-upload", True))
    found.append((_("Tiles"), reverse("tiles:page"), "grid-4x4", True))
    if request.user.has_perm(messages.READ_LOG):  # type: ignore[union-attr]
        found.append((_("Who was told"), reverse("mobile:log"), "send", True))
    if request.user.is_staff:  # type: ignore[union-attr]
        found.append((_("Administration"), reverse("admin:index"), "settings", True))
    items = [
        NavItem(title, url, icon, beside, _is_current(request.path, url, home))
        for title, url, icon, beside in found
    ]
    return Navigation(
        [item for item in items if not item.beside],
        [item for item in items if item.beside],
    )


def _is_current(path: str, url: str, home: str) -> bool:
    return path == url if url == home else path.startswith(url)


def theme_of(request: HttpRequest) -> str:
    """``?theme=`` of a shared link, then the cookie, then dark."""
    for asked in (request.GET.get("theme"), request.COOKIES.get("ioc_theme")):
        if asked in THEMES:
            return asked
    return THEMES[0]


def page_data(request: HttpRequest) -> dict[str, Any]:
    """What scripts need to know, put into the page as JSON."""
    user = request.user
    return {
        "release": settings.RELEASE,
        "language": get_language(),
        "theme": theme_of(request),
        "home": settings.IOC_HOME_BBOX,
        "timezone": settings.TIME_ZONE,
        "demo": settings.IOC_DEMO,
        "user": user.get_username() if user.is_authenticated else None,
        "layers": len(registry),
        "texts": texts(),
    }


def page_context(request: HttpRequest) -> dict[str, Any]:
    signed_in = request.user.is_authenticated if hasattr(request, "user") else False
    return {
        "demo": settings.IOC_DEMO,
        "province": settings.IOC_PROVINCE,
        "release": settings.RELEASE,
        "theme": theme_of(request),
        "language": get_language(),
        "nav": SimpleLazyObject(lambda: navigation(request)) if signed_in else None,
        "unread": SimpleLazyObject(partial(messages.unread, request.user.pk or 0))
        if signed_in
        else 0,
        "page_data": partial(page_data, request),
    }
