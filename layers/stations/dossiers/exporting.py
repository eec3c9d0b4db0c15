"""A version of a case as one ZIP: the same version gives the same bytes.

Parts: the printed case file (PDF), what people entered and the evidence as JSON, all
values as CSV, the raw files byte for byte under ``raw/``, and the manifest over them
(:mod:`layers.core.evidence.packages`).
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone, translation

from layers.core import pdf
from layers.core.evidence import verifying
from layers.core.evidence.canonical import dump, load, sha256
from layers.core.evidence.packages import Package, entry, package
from layers.core.evidence.verifying import Verdict
from layers.stations.models import DossierExport, DossierVersion

from . import printing
from .queries import evidence_of, head_of

FORMAT = "gis-ioc/station-case/1"
LANGUAGE = "vi"  # a case file is an official paper
TEMPLATE = "stations/dossiers/print.html"
COLUMNS = (
    "parameter", "unit", "time", "raw", "value", "status", "flag", "reviewed",
    "version", "counts", "received", "file",
)  # fmt: skip


def build(version: DossierVersion) -> Package:
    """All parts of a version."""
    head, document = head_of(version), evidence_of(version)
    parts = {
        "case.json": dump(head),
        "evidence.json": dump(document),
        "values.csv": table(document),
        **raw_files(document),
    }
    listed = {name: body for name, body in parts.items() if not name.startswith("raw/")}
    with translation.override(LANGUAGE), timezone.override(settings.TIME_ZONE):
        context = printing.context(head, document)
        context["sums"] = [entry(name, body) for name, body in listed.items()]
        parts["case.pdf"] = pdf.render(TEMPLATE, context)
    said = {
        "case": head["number"],
        "version": head["version"],
        "made_at": head["made_at"],
        "demo": head["demo"],
        "frozen_evidence_sha256": head["evidence_sha256"],
    }
    return package(FORMAT, said, parts)


def table(document: dict[str, Any]) -> bytes:
    """All values as CSV (RFC 4180, UTF-8 with BOM for spreadsheets), times in UTC."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for found in document["parameters"]:
        for row in found["values"]:
            writer.writerow([
                found["parameter"], found["unit"], _utc(row["at"]), row["raw"],
                row["value"], f"{row['status']:02d}", row["flag"],
                int(bool(row.get("reviewed"))), row.get("version", 1),
                int(row.get("counts", True)), _utc(row["received_at"]), row["file"],
            ])  # fmt: skip
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _utc(epoch: float) -> str:
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%dT%H:%M:%SZ}"


def raw_files(document: dict[str, Any]) -> dict[str, bytes]:
    """The files as they were received, each under its number and name."""
    return {
        f"raw/{row['id']}-{_plain(row['name'])}": row["text"].encode("latin-1")
        for row in document["files"]
        if "text" in row
    }


def _plain(name: str) -> str:
    last = name.rsplit("/", 1)[-1]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", last)[:80] or "batch"


def verify(file: BinaryIO | bytes) -> Verdict:
    """Is a package intact, is each raw file the one that was received, and was the
    package handed out here? Never raises for a bad file."""
    verdict, bodies = verifying.verify(file, FORMAT)
    if bodies is None:
        return verdict
    try:
        document = load(bodies["evidence.json"])
        told = raw_files(document)
        sums = {f"raw/{row['id']}-{_plain(row['name'])}": row["sha256"]
                for row in document["files"]}  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError):
        verdict.problems.append(translation.gettext("evidence.json cannot be read."))
        return verdict
    for name, body in told.items():
        if bodies.get(name) != body or sha256(body) != sums[name]:
            verdict.problems.append(
                translation.gettext("“%s” is not the file that was received.") % name
            )
    verdict.issued = (
        DossierExport.objects.filter(whole=verdict.whole)
        .select_related("version__dossier", "made_by")
        .first()
    )
    return verdict
