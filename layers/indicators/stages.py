"""What indicators show inside the drawer of a unit, which they do not know."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from layers.core.drawer import Section, sections

from .sheets import importer  # noqa: F401  (registers itself)


def _section(request: HttpRequest, unit_id: int) -> dict[str, Any] | None:
    from .views.drawer import section

    return section(request, unit_id)


sections.register(
    Section(
        "indicators", 20, "administrative-units", "indicators/section.html", _section
    )
)
