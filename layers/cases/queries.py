"""Reading case files: the list, one with its versions, frozen documents."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from layers.core.evidence.canonical import load, sha256
from layers.core.scope import Grant
from layers.core.spec import registry

from .choices import STEPS, Step
from .models import Case, CaseVersion

SLUG = "cases"
MASK = "vessels.view_owner"


class DamagedError(RuntimeError):
    """What is stored is not what was frozen: its checksum does not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What to list; "" for everything."""

    status: str = ""
    kind: str = ""
    text: str = ""


def visible(grant: Grant) -> QuerySet[Case]:
    """Cases that the caller may see."""
    layer = registry[SLUG]
    if not grant.allows(layer):
        return Case.objects.none()
    rows = Case.objects.select_related("vessel", "author")
    return rows if grant.units is None else rows.filter(unit_id__in=grant.units)


def find(grant: Grant, wanted: CaseFilter) -> QuerySet[Case]:
    """Matching cases, the newest number first."""
    rows = visible(grant)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    for word in wanted.text.split()[:6]:
        rows = rows.extra(
            where=["cases_case.search_text LIKE '%%' || ioc_fold(%s) || '%%'"],
            params=[word],
        )
    return rows.order_by("-year", "-serial")


def one(grant: Grant, case_id: int) -> Case | None:
    """The case, or None when it is not there or not the caller's to see."""
    return visible(grant).filter(pk=case_id).first()


def version_of(case: Case, number: int | None = None) -> CaseVersion | None:
    """A version of the case, the newest without a number."""
    rows = case.versions.select_related("evidence", "made_by").order_by("-number")
    return (rows.filter(number=number) if number else rows).first()


def head_of(version: CaseVersion) -> dict[str, Any]:
    """What people had entered. Raises DamagedError."""
    body = bytes(version.head)
    if sha256(body) != version.sha256:
        raise DamagedError(f"case version {version.pk}")
    found: dict[str, Any] = load(body)
    return found


def evidence_of(version: CaseVersion) -> dict[str, Any]:
    """The frozen evidence (:mod:`.gathering`). Raises DamagedError."""
    body = zlib.decompress(bytes(version.evidence.body))
    if sha256(body) != version.evidence.sha256:
        raise DamagedError(f"evidence {version.evidence_id}")
    found: dict[str, Any] = load(body)
    return found


def steps_for(case: Case, user: Any) -> list[Step]:
    """What the caller may do next."""
    if not user.has_perm("cases.change_case"):
        return []
    return [step for step in STEPS.values() if case.status in step.sources]


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """The case behind the line on the map."""
    case = Case.objects.select_related("vessel", "author").get(pk=feature["id"])
    return {"case": case, "versions": case.versions.select_related("made_by")}
