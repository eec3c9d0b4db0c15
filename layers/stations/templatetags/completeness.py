"""Filters of the pages of completeness."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.core.figures import figure

register = template.Library()

DIFFERENT = {
    "expected": gettext_noop("Expected values"),
    "received": gettext_noop("Received values"),
    "measured": gettext_noop("Measured (status 00)"),
    "valid": gettext_noop("Valid values"),
    "mean": gettext_noop("Mean"),
    "least": gettext_noop("Least"),
    "largest": gettext_noop("Largest"),
    "p98": gettext_noop("98th percentile"),
    "limit": gettext_noop("Limit"),
    "over": gettext_noop("Values over the limit"),
    "episodes": gettext_noop("Exceedances"),
    "outages": gettext_noop("Outages"),
    "reviews": gettext_noop("Reviews"),
    "instruments": gettext_noop("Instruments"),
    "cases": gettext_noop("Case files"),
    "days": gettext_noop("Days with other values"),
}


@register.filter
def per_cent(share: float | None, decimals: int) -> str:
    """0.983 -> 98.3; less than all is never written as 100, a dash is nothing."""
    if share is None:
        return "—"
    ceiling = 100.0 if share >= 1 else 100.0 - 10.0**-decimals
    return figure(min(share * 100, ceiling), decimals)


@register.filter
def counted(cell: Any) -> str:
    """A cell in words, with its numbers."""
    count = cell["count"] if isinstance(cell, dict) else cell.count
    if not count.expected:
        return _("nothing expected")
    return _(
        "expected %(expected)s, received %(received)s, measured %(measured)s,"
        " valid %(valid)s"
    ) % {
        "expected": number_format(count.expected),
        "received": number_format(count.received),
        "measured": number_format(count.measured),
        "valid": number_format(count.valid),
    }


@register.filter
def owner_address(owner: str, asked: Any) -> str:
    """The stations of an owner in the same month."""
    address: str = asked.address(owner=owner, by="stations")
    return address


@register.filter
def valid_share(count: Any) -> float | None:
    """Part of the expected values that count."""
    share: float | None = count.share("valid")
    return share


@register.filter
def difference(what: str) -> str:
    """What a difference between two versions of a report is about."""
    return _(DIFFERENT[what]) if what in DIFFERENT else what
