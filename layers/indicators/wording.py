"""Figures as people read them: numbers, periods, vintages, bands, verdicts.

Everything here is text in the active language; nothing reads the database.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from . import spans
from .contract import Figure, Verdict
from .models import Vintage

SHAPES = {"red": "▲", "amber": "◆", "green": "●"}
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")


def number(value: float, decimals: int) -> str:
    """Rounded, grouped, without zeros at the end: ``54.341``, ``12,4``."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if float(text) == 0:
        text = "0"
    return str(formats.number_format(Decimal(text), force_grouping=True))


def signed(value: float, decimals: int) -> str:
    """With its sign, a true minus: ``+3,2``, ``−0,8``."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "±"
    return sign + number(abs(value), decimals)


def measure(text: str) -> str:
    """A unit of measure of the catalogue, translated where it is known."""
    return _(text) if text else ""


def period(start: date, end: date) -> str:
    """A period in words: ``2024``, ``Q3 2024``, ``11/2024``, ``1–11/2024``."""
    year = start.year
    match spans.kind(start, end):
        case "year":
            return pgettext("period", "%(year)s") % {"year": year}
        case "half":
            words = _("half %(n)s of %(year)s")
            return words % {"n": 1 + start.month // 7, "year": year}
        case "quarter":
            words = _("Q%(n)s %(year)s")
            return words % {"n": (start.month + 2) // 3, "year": year}
        case "month":
            return pgettext("period", "%(month)s/%(year)s") % {
                "month": f"{start.month:02d}",
                "year": year,
            }
        case "months":
            words = _("months %(first)s–%(last)s of %(year)s")
            return words % {"first": start.month, "last": end.month, "year": year}
        case "week":
            iso = start.isocalendar()
            return _("week %(n)s of %(year)s") % {"n": iso.week, "year": iso.year}
        case "school":
            words = _("school year %(first)s–%(last)s")
            return words % {"first": year, "last": end.year}
        case "day":
            return day(start)
    return f"{day(start)} – {day(end)}"


def day(value: date) -> str:
    return str(formats.date_format(value, "d/m/Y"))


def vintage(value: int) -> str:
    return str(Vintage(value).label)


def estimated(figure: Figure) -> str:
    """Why a figure is an estimate of ours; "" for one that was published as such."""
    return {
        "own": "",
        "rolled_up": _("estimate, added up from its parts"),
        "recast": _("estimate, recast from former or later units"),
        "computed": _("computed when read"),
    }[figure.how]


def source(text: str) -> str:
    """Who published it; invented figures say so."""
    return _("synthetic (demo)") if text == "demo" else text


def band(text: str) -> str:
    """A band of the catalogue as a sentence has it: ``< 0,9 × plan``."""
    words = {
        "yearly cut": _("cut of the year"),
        "missed": _("missed"),
        "above": _("above"),
        "5y mean": _("mean of five years"),
        "mean": _("mean of past years"),
        "limit": _("limit"),
        "pro-rata": _("pace"),
        "national average": _("the country"),
        "national": _("the country"),
        "plan": _("plan"),
        "yoy": _("to the same period"),
        " or ": f" {pgettext('bands', 'or')} ",
        "pt": f" {_('points')}",
        ">=": "≥ ",
        "<=": "≤ ",
        "<": "< ",
        ">": "> ",
        "*": " × ",
    }
    mark = formats.get_format("DECIMAL_SEPARATOR")
    text = _DECIMAL.sub(str(mark), text)
    pattern = "|".join(map(re.escape, words))  # the longer of two comes first
    return re.sub(pattern, lambda found: words[found[0]], text).strip()


def status(value: str) -> str:
    """The name of a band's colour."""
    return {"red": _("Red"), "amber": _("Amber"), "green": _("Green")}.get(value, "")


def against(verdict: Verdict, decimals: int) -> str:
    """What a figure was compared with: ``plan 12,4``; "" for a plain limit."""
    if verdict.against is None or not verdict.basis:
        return ""
    named = {
        "plan": _("plan"),
        "pro-rata": _("pace"),
        "yoy": _("same period"),
        "national": _("the country"),
        "history": _("past years"),
    }
    name = named.get(verdict.basis, verdict.basis)
    return f"{name} {number(verdict.against, decimals)}"


def kind(value: str) -> str:
    """A kind of period (:func:`spans.kind`)."""
    return {
        "year": _("Years"),
        "half": _("Half years"),
        "quarter": _("Quarters"),
        "month": _("Months"),
        "months": _("Year to date"),
        "week": _("Weeks"),
        "day": _("Days"),
        "school": _("School years"),
        "span": _("Other periods"),
    }.get(value, value)


def level(value: str) -> str:
    """A level of units, as a heading of several."""
    return {
        "province": _("Provinces"),
        "district": _("Areas (former districts)"),
        "commune": _("Communes and wards"),
    }.get(value, value)


def late(days: int) -> str:
    """How long something is overdue, in the unit that says it shortest."""
    if days >= 365:
        count = round(days / 365.25 * 10) / 10
        return _("%s years late") % number(count, 1)
    if days >= 60:
        return _("%s months late") % number(days // 30, 0)
    return ngettext("%s day late", "%s days late", days) % number(days, 0)
