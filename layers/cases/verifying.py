"""Is a package intact, and is it one that was handed out here?

The first question needs nothing but the file; the second asks the register of exports.
"""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO

import orjson
from django.utils.translation import gettext as _

from layers.core.evidence import verifying
from layers.core.evidence.verifying import Verdict

from .exporting import FORMAT, raw_messages
from .models import Export


def verify(file: BinaryIO | bytes) -> Verdict:
    """Check a ZIP made by :mod:`.exporting`; never raises for a bad file."""
    verdict, bodies = verifying.verify(file, FORMAT)
    if bodies is not None:
        _messages(bodies, verdict)
        verdict.issued = (
            Export.objects.filter(whole=verdict.whole)
            .select_related("version__case", "made_by")
            .first()
        )
    return verdict


def _messages(bodies: dict[str, bytes], verdict: Verdict) -> None:
    """Each raw message against the checksum that it was received with."""
    try:
        document = orjson.loads(bodies["evidence.json"])
        for line in document["raw"]:
            for part in (line, *line.get("others", ())):
                _message(part, verdict)
        if raw_messages(document) != bodies["raw-messages.txt"]:
            verdict.problems.append(
                _("raw-messages.txt and evidence.json tell different messages.")
            )
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError):
        verdict.problems.append(_("evidence.json cannot be read."))


def _message(part: dict[str, Any], verdict: Verdict) -> None:
    if part.get("withheld"):
        return
    if hashlib.sha256(part["text"].encode("latin-1")).hexdigest() != part["sha256"]:
        verdict.problems.append(
            _("Message %(batch)s/%(line)s is not the one that was received.")
            % {"batch": part["batch_id"], "line": part["line_no"]}
        )
