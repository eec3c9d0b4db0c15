"""``/api/v1``: messages, devices that take pushes, and receipts from outside."""

from __future__ import annotations

import hmac
from typing import Any

import orjson
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.core import secrets
from layers.core.api import json
from layers.core.delivery import leaving, outlets, settling
from layers.core.delivery.models import Delivery
from layers.core.delivery.services import read

from . import push, queries, vapid
from .models import Subscription

router = Router(tags=["messages"])
MOST_BODY = 1_000_000
MOST_DEVICES = 10


class MessagesParams(Schema):
    unread: bool = Param(False, description="only those not read yet")
    after: int | None = Param(None, description="continue below this id")
    limit: int = Param(50, ge=1, le=200)


class ReadBody(Schema):
    ids: list[int] | None = Param(None, description="messages; all without it")


class SubscriptionKeys(Schema):
    p256dh: str = Param(..., max_length=100)
    auth: str = Param(..., max_length=40)


class SubscriptionBody(Schema):
    endpoint: str = Param(..., max_length=1_000)
    keys: SubscriptionKeys
    device: str = Param("", max_length=120)


class SeenBody(Schema):
    token: str = Param(..., max_length=500)
    what: str = Param("shown", pattern="^(shown|read)$")


@router.get("/messages")
def messages(request: HttpRequest, params: Query[MessagesParams]) -> HttpResponse:
    """The caller's message centre, newest first, with the number of unread ones."""
    user_id = _me(request)
    rows = queries.inbox(user_id)
    if params.unread:
        rows = rows.filter(read_at=None)
    if params.after is not None:
        rows = rows.filter(pk__lt=params.after)
    found = [
        {
            "id": row.pk,
            "message": row.message_id,
            "kind": row.message.kind,
            "severity": row.message.severity,
            "subject": row.message.text("subject"),
            "body": row.message.text("body"),
            "url": row.message.url,
            "written_at": row.created_at,
            "read_at": row.read_at,
        }
        for row in rows[: params.limit]
    ]
    return json({"unread": queries.unread(user_id), "messages": found})


@router.post("/messages/read")
def mark_read(request: HttpRequest, body: ReadBody) -> HttpResponse:
    """Messages are read; how many were not."""
    _may_write(request)
    return json({"read": read(_me(request), body.ids)})


def _me(request: HttpRequest) -> int:
    """Whoever calls; the router lets nobody through who is not signed in."""
    return request.user.pk  # type: ignore[return-value]


def _may_write(request: HttpRequest) -> None:
    key = getattr(request, "api_key", None)
    if key is not None and not key.may_write:
        raise HttpError(403, "this key may not send data")


@router.get("/push/key")
def push_key(request: HttpRequest) -> HttpResponse:
    """The public key that a browser subscribes with; empty: no pushes here."""
    return json({"key": vapid.public_key()})


@router.post("/push/subscriptions")
def subscribe(request: HttpRequest, body: SubscriptionBody) -> HttpResponse:
    """This browser takes pushes for the caller from now on."""
    _may_write(request)
    _check_subscription(body)
    with transaction.atomic():
        held, made = Subscription.objects.update_or_create(
            endpoint=body.endpoint,
            defaults={
                "user_id": _me(request),
                "p256dh": body.keys.p256dh,
                "auth": body.keys.auth,
                "device": body.device,
            },
        )
        newest = Subscription.objects.filter(user=held.user).order_by("-pk")
        kept = list(newest.values_list("pk", flat=True)[:MOST_DEVICES])
        Subscription.objects.filter(user=held.user).exclude(pk__in=kept).delete()
    answer = json({"id": held.pk})
    answer.status_code = 201 if made else 200
    return answer


def _check_subscription(body: SubscriptionBody) -> None:
    """A device that could never take a push is refused at once."""
    host = body.endpoint.partition("://")[2].partition("/")[0].partition(":")[0]
    if not body.endpoint.startswith("https://") and not leaving.is_loopback(host):
        raise HttpError(422, "endpoint: an https address is needed")
    try:
        sizes = (len(vapid.decode(body.keys.p256dh)), len(vapid.decode(body.keys.auth)))
    except ValueError:
        raise HttpError(422, "keys: no base64url") from None
    if sizes != (65, 16):
        raise HttpError(422, "keys: p256dh has 65 bytes, auth has 16")


@router.delete("/push/subscriptions")
def unsubscribe(request: HttpRequest, endpoint: str) -> HttpResponse:
    """This browser takes no more pushes for the caller."""
    _may_write(request)
    gone, _by = Subscription.objects.filter(
        user_id=_me(request), endpoint=endpoint
    ).delete()
    return json({"removed": gone})


@router.post("/push/seen", auth=None)
def seen(request: HttpRequest, body: SeenBody) -> HttpResponse:
    """A service worker showed a push, or somebody opened it. Its token says which;
    it needs no session, so that a phone tells it while nobody is signed in."""
    try:
        delivery_id = signing.loads(body.token, salt=push.SALT, max_age=30 * 86_400)
    except signing.BadSignature:
        raise HttpError(404, "no such message") from None
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
        if row is None:
            raise HttpError(404, "no such message")
        settling.advance(row, "read" if body.what == "read" else "delivered")
    if body.what == "read" and row.user_id is not None:
        read(row.user_id, [row.message_id])
    return json({"state": row.state})


@router.api_operation(
    ["GET", "POST"], "/deliveries/receipts/{channel}/{secret}", auth=None
)
def receipts(request: HttpRequest, channel: str, secret: str) -> HttpResponse:
    """Reports of a gateway, as JSON, as a form or in the address. 200 also for
    messages that are not ours: gateways would tell those for ever."""
    outlet = outlets.available().get(channel)
    rules = getattr(outlet.settings, "receipts", None) if outlet else None
    if outlet is None or rules is None or outlet.kind.reports is None:
        raise HttpError(404, "no such channel")
    try:
        known = secrets.fill(rules.secret)
    except (ValueError, OSError):
        raise HttpError(404, "no such channel") from None
    if not hmac.compare_digest(known.encode(), secret.encode()):
        raise HttpError(404, "no such channel")
    told = outlet.kind.reports(outlet.settings, _told(request))
    heard = sum(settling.report(channel, entry) for entry in told)
    return json({"heard": heard})


def _told(request: HttpRequest) -> Any:
    """What the gateway sent, whichever way."""
    if request.method == "GET":
        return request.GET.dict()
    if "json" not in (request.content_type or ""):
        return request.POST.dict()
    if len(request.body) > MOST_BODY:
        raise HttpError(413, "too large")
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise HttpError(400, "not JSON") from None
