"""The rows of an exported month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .months import Line


def head(by: str) -> list[str]:
    """Names of the columns of :func:`rows`; ``by`` stations or owners."""
    first = _("Owner") if by == "owners" else _("Station")
    about = _("Stations") if by == "owners" else _("Owner")
    return [
        first, about, pgettext("date", "Day"), _("Expected values"),
        _("Received values"), _("Measured (status 00)"), _("Valid values"),
        _("Received (%)"), _("Valid (%)"),
    ]  # fmt: skip


def rows(lines: Iterable[Line]) -> Iterator[list[Any]]:
    """One row per line and day on which values were expected, then the month."""
    for line in lines:
        for cell in line.cells:
            if cell.count.expected:
                yield _row(line, cell.day, cell.count)
        yield _row(line, _("Month"), line.total.count)


def _row(line: Line, day: Any, count: Any) -> list[Any]:
    return [
        line.title, line.about, day, count.expected, count.received, count.measured,
        count.valid, percent(count.share()), percent(count.share("valid")),
    ]  # fmt: skip


def percent(share: float | None) -> float | None:
    """0 to 100, one decimal."""
    return None if share is None else round(share * 100, 1)
