"""Documents as PDF, set from a template. The same content gives the same bytes.

A template extends ``core/print.html``. WeasyPrint takes a while to import and is
imported by who prints.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

FONT = "be-vietnam-pro"
# Each is a family of its own: WeasyPrint mixes up the glyphs of files that share a
# name, whatever range is said of them.
SUBSETS = {
    "latin": "U+0000-00FF, U+2000-206F, U+20AC, U+2212",
    "latin-ext": "U+0100-0102, U+0105-010F, U+0112-0127, U+012A-0167",
    "vietnamese": "U+0102-0103, U+0110-0111, U+0128-0129, U+0168-0169, U+01A0-01A1,"
    " U+01AF-01B0, U+0300-0301, U+0303-0304, U+0308-0309, U+0323, U+0329,"
    " U+1EA0-1EF9, U+20AB",
}

# What a template says for ``font-family``.
STACK = mark_safe(  # noqa: S308 - constant
    "".join(f'"Document {subset}", ' for subset in SUBSETS)
    + '"DejaVu Sans", sans-serif'
)


def _faces() -> list[dict[str, str]]:
    """The pages' own font, as files; without them the system's font stands in."""
    found = []
    for subset, letters in SUBSETS.items():
        for weight in (400, 600):
            name = f"vendor/{FONT}/files/{FONT}-{subset}-{weight}-normal.woff2"
            path = finders.find(name)
            if path:
                found.append(
                    {
                        "url": f"file://{path}",
                        "family": f"Document {subset}",
                        "weight": str(weight),
                        "range": letters,
                    }
                )
    return found


def render(template: str, context: dict[str, Any]) -> bytes:
    """The document as PDF bytes: the same for the same template and context.

    Nothing but the fonts is loaded from anywhere: pictures come inline as SVG or
    ``data:``.
    """
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    faces = _faces()
    allowed = {face["url"] for face in faces}

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in allowed or url.startswith("data:"):
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"loaded from outside: {url:.80}")

    html = render_to_string(template, {**context, "faces": faces, "font": STACK})
    name = hashlib.sha256(html.encode()).digest()[:16]
    return bytes(
        HTML(string=html, url_fetcher=Fetcher()).write_pdf(
            pdf_identifier=name, pdf_tags=True
        )
    )


def response(data: bytes, filename: str) -> HttpResponse:
    """The document as a download."""
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
