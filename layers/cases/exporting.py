"""A version of a case as one ZIP: the same version gives the same bytes.

Parts: the printed case file (PDF), the evidence as GeoJSON and as JSON, what people
entered, the raw messages byte for byte, and ``manifest.json`` with the SHA-256 of
every part and of the whole. ``whole`` is the SHA-256 of the manifest's canonical
JSON (:mod:`.canonical`) without ``whole`` itself.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from layers.core import pdf

from . import printing
from .canonical import dump, moment, sha256
from .geojson import collection
from .masking import open_to_all
from .models import CaseVersion
from .queries import evidence_of, head_of

FORMAT = "gis-ioc/case-package/1"
MANIFEST = "manifest.json"
LANGUAGE = "vi"  # a case file is an official paper
TEMPLATE = "cases/case_print.html"


@dataclass(frozen=True, slots=True)
class Package:
    """The finished parts by name, and the manifest over them."""

    parts: dict[str, bytes]
    manifest: dict[str, Any]

    @property
    def whole(self) -> str:
        return str(self.manifest["whole"])


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
    sums = [_entry(name, body) for name, body in parts.items()]
    with translation.override(LANGUAGE), timezone.override(settings.TIME_ZONE):
        context = printing.context(head, document, sums, personal=personal)
        parts["case.pdf"] = pdf.render(TEMPLATE, context)
    return Package(parts, manifest(head, parts, personal=personal))


def raw_messages(document: dict[str, Any]) -> bytes:
    """Every line with the others of its message, a line end behind each."""
    lines: list[bytes] = []
    for line in document["raw"]:
        for part in (line, *line.get("others", ())):
            lines.append(part["text"].encode("latin-1") + b"\n")
    return b"".join(lines)


def manifest(
    head: dict[str, Any], parts: dict[str, bytes], *, personal: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "format": FORMAT,
        "case": head["number"],
        "version": head["version"],
        "made_at": head["made_at"],
        "personal": personal,
        "demo": head["demo"],
        "frozen_evidence_sha256": head["evidence_sha256"],
        "parts": [_entry(name, parts[name]) for name in sorted(parts)],
    }
    return {**found, "whole": whole_of(found)}


def whole_of(manifest: dict[str, Any]) -> str:
    """The checksum over the whole package."""
    rest = {name: value for name, value in manifest.items() if name != "whole"}
    return sha256(dump(rest))


def _entry(name: str, body: bytes) -> dict[str, Any]:
    return {"name": name, "bytes": len(body), "sha256": sha256(body)}


def archive(package: Package) -> bytes:
    """The ZIP: parts in order of name, all of the time that the version was made."""
    made = moment(package.manifest["made_at"])
    stamp = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, body in sorted(_files(package).items()):
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every machine
            entry.external_attr = 0o644 << 16
            file.writestr(entry, body, compresslevel=9)
    return out.getvalue()


def _files(package: Package) -> dict[str, bytes]:
    return {**package.parts, MANIFEST: dump(package.manifest)}


def filename(manifest: dict[str, Any], ending: str) -> str:
    """``case-2026-0001-v2.zip``."""
    number = manifest["case"].replace("/", "-")
    return f"case-{number}-v{manifest['version']}.{ending}"
