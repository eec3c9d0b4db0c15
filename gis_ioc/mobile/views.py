"""How one is told: settings, devices, a test; the message centre."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from layers.core.delivery import Notice, send
from layers.core.delivery.models import Message, Preference, State
from layers.core.delivery.services import person_of, read
from layers.core.delivery.told import channel_titles

from . import queries, vapid
from .forms import PreferenceForm, initial
from .models import Subscription

PER_PAGE = 50
WORKER = Path(__file__).parent / "static" / "mobile" / "sw.js"
TEST_KEY = "test:"
MOST_TESTS = 5
DONE = (State.SENT, State.DELIVERED, State.READ, State.FAILED)


def _user_id(request: HttpRequest) -> int:
    return request.user.pk  # type: ignore[return-value]


@require_GET
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it may open every page; asked for anew each time."""
    return HttpResponse(WORKER.read_text(), content_type="text/javascript")


@require_GET
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the map on its home screen."""
    icons = [
        {"src": static(f"mobile/icon-{size}.png"), "sizes": f"{size}x{size}"}
        for size in (192, 512)
    ]
    body = {
        "name": f"GIS-IOC {settings.IOC_PROVINCE}",
        "short_name": "GIS-IOC",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "vi",
        "background_color": "#171c23",
        "theme_color": "#171c23",
        "icons": [{**icon, "type": "image/png"} for icon in icons],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """The page of settings, and what it saves."""
    person = person_of(request.user)
    offered = queries.offered(person)
    choices = [(slug, title) for slug, title, _address in offered]
    held = Preference.objects.filter(user=_user_id(request)).first()
    form = PreferenceForm(choices, request.POST or None, initial=initial(held))
    if request.method == "POST" and form.is_valid():
        form.save(request.user)
        messages.success(request, _("Saved."))
        return redirect("mobile:preferences")
    tested = request.GET.get("test", "")
    context = {
        "form": form,
        "offered": offered,
        "devices": Subscription.objects.filter(user=_user_id(request)),
        "key": vapid.public_key(),
        "test": _test(request, int(tested[:18])) if tested.isdecimal() else None,
    }
    return render(request, "mobile/preferences.html", context)


def _test(request: HttpRequest, message_id: int) -> dict[str, Any] | None:
    """A test message of the caller with what became of it so far."""
    message = Message.objects.filter(
        pk=message_id, key__startswith=f"{TEST_KEY}{_user_id(request)}:"
    ).first()
    if message is None:
        return None
    rows = list(queries.with_tries(message.deliveries.order_by("pk")))
    return {
        "message": message,
        "rows": rows,
        "titles": channel_titles(),
        "done": all(row.state in DONE for row in rows),
    }


@login_required
@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """Send the caller a message over one channel, at once."""
    slug = request.POST.get("channel", "")
    person = person_of(request.user)
    known = {name: title for name, title, address in queries.offered(person) if address}
    if slug not in known:
        raise Http404
    prefix = f"{TEST_KEY}{_user_id(request)}:"
    minute_ago = timezone.now() - timedelta(minutes=1)
    lately = Message.objects.filter(key__startswith=prefix, created_at__gt=minute_ago)
    if lately.count() >= MOST_TESTS:
        messages.error(request, _("Wait a minute before the next test."))
        return redirect("mobile:preferences")
    key = f"{prefix}{timezone.now().timestamp():.6f}"
    send(
        Notice(
            key=key,
            kind="system",
            subject=gettext_lazy("Test of the operations centre"),
            body=gettext_lazy("This channel works. Nothing has happened."),
            short=gettext_lazy("This channel works. Nothing has happened."),
            url=reverse("mobile:preferences"),
            users=[_user_id(request)],
            channels=[slug],
            life_safety=True,  # a test in quiet hours is meant
        )
    )
    found = Message.objects.get(key=key)
    return redirect(f"{reverse('mobile:preferences')}?test={found.pk}#test")


@login_required
@require_GET
def test_state(request: HttpRequest, message_id: int) -> HttpResponse:
    """What became of a test, asked for every second until it is known."""
    found = _test(request, message_id)
    if found is None:
        raise Http404
    return render(request, "mobile/test.html", {"test": found})


@login_required
@require_POST
def forget(request: HttpRequest, device_id: int) -> HttpResponse:
    """No more pushes to a device."""
    Subscription.objects.filter(pk=device_id, user=_user_id(request)).delete()
    return redirect("mobile:preferences")


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The message centre."""
    rows = queries.inbox(_user_id(request))
    unread = request.GET.get("unread") == "1"
    if unread:
        rows = rows.filter(read_at=None)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "shown": [(row, row.message.text("body")) for row in page],
        "only_unread": unread,
        "query": "unread=1" if unread else "",
        "unread": queries.unread(_user_id(request)),
    }
    return render(request, "mobile/inbox.html", context)


@login_required
@require_POST
def open_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Read it, and go to what it is about."""
    row = queries.inbox(_user_id(request)).filter(message_id=message_id).first()
    if row is None:
        raise Http404
    read(_user_id(request), [message_id])
    url = row.message.url
    return redirect(url if url.startswith("/") else "mobile:inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    read(_user_id(request))
    return redirect("mobile:inbox")
