"""The after-action report as a PDF."""

from __future__ import annotations

import base64
import io
from collections import Counter
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from layers.core import pdf
from layers.directives import happened
from layers.directives.models import Directive, Evidence

from . import picture
from .gathering import Review, gather, used

# What the message was meant as, in the words of CAP 1.2.
KINDS = (
    ("Actual", gettext_lazy("In earnest")),
    ("Exercise", gettext_lazy("Exercise")),
    ("System", gettext_lazy("Message of the system")),
    ("Test", gettext_lazy("Technical test")),
    ("Draft", gettext_lazy("Draft")),
)
PHOTO_PX = 700
# A photo of so many pixels is a trap, not a picture.
MOST_PIXELS = 60_000_000


def render(directive: Directive) -> bytes:
    """The PDF of a directive as it stands."""
    review = gather(directive)
    return pdf.render("directives/review_print.html", context(review))


def context(review: Review) -> dict[str, Any]:
    """What the template needs, in the active language and time zone."""
    return {
        "language": get_language(),
        "review": review,
        "directive": review.directive,
        "alert": review.alert,
        "made_at": timezone.now(),
        "moments": review.moments,
        "kind": dict(KINDS).get(review.directive.cap_status, "—"),
        "figures": figures(review),
        "legs": [(leg, length(leg.took)) for leg in review.legs],
        "tasks": [(task, _times(task)) for task in review.tasks],
        "readers": review.readers,
        "evidence": [(entry, photo(entry)) for entry in review.evidence],
        "map": mark_safe(picture.draw(review)),  # noqa: S308 - drawn from our own data
        "authority": _("CENTRE FOR WATCHING AND RUNNING THE PROVINCE"),
        "authority_above": _("PEOPLE'S COMMITTEE OF %(province)s PROVINCE")
        % {"province": settings.IOC_PROVINCE.upper()},
        "demo": settings.IOC_DEMO,
    }


def figures(review: Review) -> list[tuple[str, str]]:
    """What a reader wants first, each with its unit."""
    directive, tasks = review.directive, review.tasks
    end = directive.closed_at or directive.reported_at or timezone.now()
    begun = directive.issued_at or directive.created_at
    late = sum(task.outcome == "late" or task.clock == "overdue" for task in tasks)
    kinds = Counter(event.kind for event in review.log)
    people = {reader.who for reader in review.readers}
    found = [
        (_("From issue to the end"), length(max(end - begun, timedelta()))),
        (_("Tasks"), str(len(tasks))),
        (_("Tasks late or overdue"), str(late)),
        (_("Warnings of deadlines"), str(kinds["task.warned"])),
        (_("Escalations"), str(kinds[happened.ESCALATED])),
        (_("Returned to sender"), str(kinds["task.return"])),
        (_("Extensions granted"), str(kinds["extension.granted"])),
        (_("Files of evidence"), str(len(review.evidence))),
        (_("People who opened it"), str(len(people))),
    ]
    if directive.closed_at is None:
        found[0] = (_("Since the issue, so far"), found[0][1])
    if directive.paused_s:
        stood = timedelta(seconds=directive.paused_s)
        found.insert(1, (_("Of that suspended"), length(stood)))
    return found


def _times(task: Any) -> dict[str, str]:
    return {name: length(value) for name, value in used(task).items()}


def length(span: timedelta | None) -> str:
    """``2 d 3 h``, ``45 min``: the two greatest units; "" for none."""
    if span is None:
        return ""
    minutes = round(span.total_seconds() / 60)
    if not minutes:
        seconds = round(span.total_seconds())
        return ngettext("%(n)d s", "%(n)d s", seconds) % {"n": seconds}
    days, rest = divmod(minutes, 1_440)
    hours, minutes = divmod(rest, 60)
    parts = [
        _("%(n)d d") % {"n": days} if days else "",
        _("%(n)d h") % {"n": hours} if hours else "",
        _("%(n)d min") % {"n": minutes} if minutes and not days else "",
    ]
    return " ".join(filter(None, parts))


def photo(entry: Evidence) -> str:
    """A small copy of a photo as a ``data:`` address; "" for what is none."""
    if not entry.content_type.startswith("image/"):
        return ""
    try:
        with entry.file.open("rb") as held, Image.open(held) as image:
            if image.width * image.height > MOST_PIXELS:
                return ""
            small = ImageOps.exif_transpose(image).convert("RGB")
            small.thumbnail((PHOTO_PX, PHOTO_PX))
            target = io.BytesIO()
            small.save(target, "JPEG", quality=78)
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(target.getvalue()).decode()
