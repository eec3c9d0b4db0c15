"""Acts that are sent again after a lost answer: done once, answered alike.

A client names its act with ``Idempotency-Key``, a page with a hidden token. The first
to come writes the key down in the transaction of the act; a second one at the same time
waits for it, and gets its answer. What was refused left nothing and may be tried again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from .access import RefusedError, Who
from .models import Answered

HEADER = "Idempotency-Key"
MOST_KEY = 100
KEPT = timedelta(days=7)
JSON = "application/json"


class KeyUsedError(RefusedError):
    """The key names another act already."""


def token() -> str:
    """For the forms of one page as it is shown."""
    return secrets.token_hex(16)


def answered(
    request: HttpRequest, who: Who, body: bytes, work: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do ``work`` under the key of the request, if it has one; ``body`` is what was
    sent. Raises KeyUsedError, and what ``work`` raises."""
    key = request.headers.get(HEADER, "").strip()
    if not key or who.id is None:
        return work()
    if len(key) > MOST_KEY:
        raise KeyUsedError(_("A key has up to %(most)s letters.") % {"most": MOST_KEY})
    asked = hashlib.sha256(body).hexdigest()
    text = _once(who, _what(request), key, asked, lambda: work().content.decode())
    return HttpResponse(text, content_type=JSON)


def done(request: HttpRequest, who: Who, work: Callable[[], object]) -> None:
    """Do the act of a form under its token. Other words in the same form are another
    act: somebody went back and wrote anew."""
    token = request.POST.get("once", "")[:40]
    if not token:
        work()
        return
    sent = sorted((k, v) for k, v in request.POST.items() if k != "csrfmiddlewaretoken")
    asked = hashlib.sha256(repr(sent).encode()).hexdigest()

    def act() -> str:
        work()
        return ""

    _once(who, _what(request), f"{token}:{asked[:32]}", asked, act)


def _what(request: HttpRequest) -> str:
    return f"{request.method} {request.get_full_path()}"[:120]


@transaction.atomic
def _once(who: Who, what: str, key: str, asked: str, work: Callable[[], str]) -> str:
    row, fresh = Answered.objects.get_or_create(
        user=who.user, what=what, key=key, defaults={"asked": asked}
    )
    if fresh:
        row.answer = work()
        row.save(update_fields=["answer"])
    elif row.asked != asked:
        raise KeyUsedError(_("This key was sent with something else before."))
    return row.answer


def forget() -> int:
    """Keys that nobody sends again any more; how many went."""
    old = Answered.objects.filter(at__lt=timezone.now() - KEPT)
    return old.delete()[0]
