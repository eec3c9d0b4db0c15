"""What the tests of case files do again and again."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

from django.test import Client

from layers.cases import exporting, queries, services
from layers.cases.choices import Kind
from layers.cases.entries import Entered
from layers.cases.models import Case, CaseVersion
from layers.core.evidence.packages import archive

from . import sea


def entered(**more: Any) -> Entered:
    values: dict[str, Any] = {
        "kind": Kind.BEYOND,
        "legal_basis": "Fisheries Law 2017, article 7",
        "since": sea.START,
        "until": sea.START + timedelta(hours=4),
        "summary": "Seen by patrol; captain's phone 0912 345 678",
    }
    return Entered(**values | more)


def newest(case: Case) -> CaseVersion:
    version = queries.version_of(case)
    assert version is not None
    return version


def evidence(case: Case) -> dict[str, Any]:
    return queries.evidence_of(newest(case))


def package(case: Case, *, personal: bool = True) -> bytes:
    version = newest(case)
    built = exporting.build(version, personal=personal)
    services.handed_out(version, built, None, personal=personal)
    return archive(built)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["ioc_lang"] = "en"
    return client


def repacked(body: bytes, name: str, change: Any) -> bytes:
    """The package with one of its files changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, change(data) if info.filename == name else data)
    return out.getvalue()
