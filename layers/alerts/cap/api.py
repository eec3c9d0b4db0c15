"""``/api/v1/alerts/cap/…``: the newest message of each open alert as a feed, and the
messages themselves."""

from __future__ import annotations

from datetime import timedelta
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from ninja.errors import HttpError

from layers.alerts import queries
from layers.core.cap import write

from .chain import messages

router = Router(tags=["alerts"])
TYPE = "application/cap+xml"
ATOM = "http://www.w3.org/2005/Atom"
# What was closed lately is still told, so that others hear of the cancel.
CLOSED_FOR = timedelta(days=1)
MOST = 500


@router.get("/cap/feed.atom")
def feed(request: HttpRequest) -> HttpResponse:
    """Open alerts, and those closed within a day, as an Atom feed of CAP messages."""
    root = Element("feed", xmlns=ATOM)
    SubElement(root, "id").text = request.build_absolute_uri()
    SubElement(root, "title").text = _("Alerts of %(province)s") % {
        "province": settings.IOC_PROVINCE
    }
    author = SubElement(root, "author")
    SubElement(author, "name").text = settings.IOC_CAP_SENDER
    rows = queries.visible(request.grant)  # type: ignore[attr-defined]
    since = timezone.now() - CLOSED_FOR
    rows = rows.filter(Q(closed_at=None) | Q(closed_at__gte=since), suppressed=False)
    newest = max((row.updated_at for row in rows), default=timezone.now())
    SubElement(root, "updated").text = newest.isoformat(timespec="seconds")
    for alert in rows.order_by("-updated_at", "-pk")[:MOST]:
        address = request.build_absolute_uri(f"/api/v1/alerts/cap/{alert.pk}.xml")
        entry = SubElement(root, "entry")
        SubElement(entry, "id").text = address
        SubElement(entry, "title").text = alert.title
        at = alert.updated_at.isoformat(timespec="seconds")
        SubElement(entry, "updated").text = at
        SubElement(entry, "link", rel="alternate", type=TYPE, href=address)
    indent(root)
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


@router.get("/cap/{int:alert_id}.xml")
def newest_message(
    request: HttpRequest, alert_id: int, number: int = 0
) -> HttpResponse:
    """The newest CAP message of an alert, or ``number`` of its chain (from 1)."""
    rows = queries.visible(request.grant)  # type: ignore[attr-defined]
    alert = rows.filter(pk=alert_id).first()
    told = messages(alert) if alert is not None else []
    if not told or not 0 <= number <= len(told):
        raise HttpError(404, f"no message of alert {alert_id}")
    return HttpResponse(write(told[number - 1]), content_type=TYPE)
