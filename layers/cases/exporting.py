"""A version of a case as one ZIP: the same version gives the same bytes.

Parts: the printed case file (PDF), the evidence as GeoJSON and as JSON, what people
entered, the raw messages byte for byte, and the manifest over them
(:mod:`layers.core.evidence.packages`).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from layers.core import pdf
from layers.core.evidence.canonical import dump
from layers.core.evidence.packages import Package, entry, package

from . import printing
from .geojson import collection
from .masking import open_to_all
from .models import CaseVersion
from .queries import evidence_of, head_of

FORMAT = "gis-ioc/case-package/1"
LANGUAGE = "vi"  # a case file is an official paper
TEMPLATE = "cases/case_print.html"


def build(version: CaseVersion, *, personal: bool) -> Package:
    """All parts of a version, ``personal`` data in them or withheld."""
    head, document = head_of(version), evidence_of(version)
    if not personal:
        head, document = open_to_all(head), open_to_all(document)
    parts = {
        "case.json": dump(head),
        "evidence.json": dump(document),
        "evidence.geojson": dump(collection(head, document)),
        "raw-messages.txt": raw_messages(document),
    }
    sums = [entry(name, body) for name, body in parts.items()]
    with translation.override(LANGUAGE), timezone.override(settings.TIME_ZONE):
        context = printing.context(head, document, sums, personal=personal)
        parts["case.pdf"] = pdf.render(TEMPLATE, context)
    return sealed(head, parts, personal=personal)


def raw_messages(document: dict[str, Any]) -> bytes:
    """Every line with the others of its message, a line end behind each."""
    lines: list[bytes] = []
    for line in document["raw"]:
        for part in (line, *line.get("others", ())):
            lines.append(part["text"].encode("latin-1") + b"\n")
    return b"".join(lines)


def sealed(head: dict[str, Any], parts: dict[str, bytes], *, personal: bool) -> Package:
    """The parts with the manifest of their version."""
    said = {
        "case": head["number"],
        "version": head["version"],
        "made_at": head["made_at"],
        "personal": personal,
        "demo": head["demo"],
        "frozen_evidence_sha256": head["evidence_sha256"],
    }
    return package(FORMAT, said, parts)
