"""Template tags of the page shell: icons and severity marks."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gis_ioc import icons

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "icon") -> SafeString:
    """A decorative icon of the sheet; the words beside it carry the meaning."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="#icon-{}"></use></svg>',
        css,
        name,
    )


@register.simple_tag
def icon_sheet() -> SafeString:
    """The hidden sheet, once per page."""
    return icons.sheet()


@register.simple_tag
def severity(level: str, label: str = "") -> SafeString:
    """Severity by colour and by shape; ``level``: critical, high, medium, low."""
    return format_html(
        '<span class="sev sev-{}"><svg class="icon" aria-hidden="true">'
        '<use href="#sev-{}"></use></svg>{}</span>',
        level,
        level,
        label,
    )
