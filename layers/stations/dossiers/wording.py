"""A case file in words: for its page and for its paper alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from layers.stations.pages.lines import figure, limit_figure
from layers.stations.quality.params import TESTS
from layers.stations.reporting import wording

# Key of the case's own row -> word; states and steps have theirs.
DONE = {
    "new": lambda: _("opened, evidence frozen"),
    "correct": lambda: _("corrected"),
    "gather": lambda: _("evidence gathered again"),
    "forward": lambda: _("forwarded"),
    "decide": lambda: _("decision entered"),
    "close": lambda: pgettext("case", "closed"),
    "note": lambda: _("note added"),
    "reopen": lambda: _("opened again"),
}


def done(what: str) -> str:
    return DONE[what]() if what in DONE else what


def doubt(entry: dict[str, Any]) -> str:
    """One thing that speaks against, as a sentence."""
    values = dict(entry)
    if "parameter" in values:
        values["parameter"] = wording.title(values["parameter"])
    if entry["what"] == "pattern":
        return _pattern(values)
    if "longest_s" in values:
        values["longest"] = wording.duration(values["longest_s"])
    if "due" in values:
        values["due"] = wording.day(values["due"])
    return SENTENCES[entry["what"]](values)


def _pattern(values: dict[str, Any]) -> str:
    text = _("%(parameter)s: the pattern “%(kind)s” was found in the span") % {
        "parameter": values["parameter"],
        "kind": TESTS[values["kind"]].title
        if values["kind"] in TESTS
        else values["kind"],
    }
    return f"{text} ({_('explained')})" if values["outcome"] else text


def _number(one: str, many: str) -> Callable[[dict[str, Any]], str]:
    return lambda values: ngettext(one, many, values["number"]) % values


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "calibrating": _number(
        "%(parameter)s: %(number)s value came while calibrating; it does not count",
        "%(parameter)s: %(number)s values came while calibrating; they do not count",
    ),
    "fault": _number(
        "%(parameter)s: %(number)s value was sent with a fault of the instrument",
        "%(parameter)s: %(number)s values were sent with a fault of the instrument",
    ),
    "suspect": _number(
        "%(parameter)s: the quality tests call %(number)s value suspect; it counts",
        "%(parameter)s: the quality tests call %(number)s values suspect; they count",
    ),
    "failed": _number(
        "%(parameter)s: %(number)s value failed the quality tests; it does not count",
        "%(parameter)s: %(number)s values failed the quality tests; they do not count",
    ),
    "corrected": _number(
        "%(parameter)s: %(number)s value counts with a corrected figure",
        "%(parameter)s: %(number)s values count with a corrected figure",
    ),
    "reviewed": _number(
        "%(parameter)s: somebody decided about %(number)s value",
        "%(parameter)s: somebody decided about %(number)s values",
    ),
    "sent_again": _number(
        "%(parameter)s: %(number)s value was sent again with another figure",
        "%(parameter)s: %(number)s values were sent again with another figure",
    ),
    "late": _number(
        "%(parameter)s: %(number)s value came more than an hour late",
        "%(parameter)s: %(number)s values came more than an hour late",
    ),
    "ahead": _number(
        "%(parameter)s: %(number)s value has a time ahead of its reception (clock)",
        "%(parameter)s: %(number)s values have times ahead of their reception (clock)",
    ),
    "gaps": _number(
        "%(parameter)s: %(number)s gap of more than 30 minutes, %(longest)s long",
        "%(parameter)s: %(number)s gaps of more than 30 minutes, longest %(longest)s",
    ),
    "incomplete": lambda values: _(
        "%(parameter)s: on the days of the span %(valid)s of %(expected)s expected"
        " values count, less than three quarters"
    ) % values,
    "no_limit": lambda values: _(
        "%(parameter)s: no limit held, or the span is too short to compare with it"
    ) % values,
    "no_raw_file": _number(
        "%(number)s file is not kept any more",
        "%(number)s files are not kept any more",
    ),
    "without_file": _number(
        "%(number)s value did not come in a file that is kept",
        "%(number)s values did not come in files that are kept",
    ),
    "no_instrument": lambda _values: _(
        "No instrument is entered for the station, so its calibration is not shown"
    ),
    "calibration_overdue": lambda values: _(
        "%(instrument)s: calibration was due on %(due)s"
    ) % values,
}  # fmt: skip


def exceedance(entry: dict[str, Any]) -> dict[str, Any]:
    """One row: ``entry`` has parameter, limit and episode."""
    name, limit, episode = entry["parameter"], entry["limit"], entry["episode"]
    return {
        "parameter": wording.title(name),
        "limit": wording.limit(limit),
        "source": source_of(limit),
        "since": wording.moment(episode["since"]),
        "until": wording.moment(episode["until"]),
        "length": wording.duration(episode["until"] - episode["since"]),
        "peak": wording.number(episode["peak"], name),
        "peak_at": wording.moment(episode["peak_at"]),
        "unit": limit["unit"],
        "ratio": times_over(limit, episode["peak"]),
        "values": episode["values"],
    }


def times_over(limit: dict[str, Any], peak: float) -> str:
    """How many times the limit; "" where that means nothing (pH, lower limits)."""
    if limit["direction"] == "lower" or not limit["value"] or not limit["unit"]:
        return ""
    return figure(peak / limit["value"], 2)


def source_of(limit: dict[str, Any]) -> str:
    """``QCVN 40:2011/BTNMT, column B, 75 × Kq·Kf 0.9 (GP-12)``."""
    parts = [limit["legal_source"]]
    if limit.get("column"):
        parts.append(_("column %(name)s") % {"name": limit["column"]})
    if limit.get("own"):
        parts.append(_("of this station alone"))
    text = ", ".join(part for part in parts if part)
    if limit["factor"] != 1:
        base = limit_figure(limit["base_value"])
        text += f"; {base} × Kq·Kf {limit_figure(limit['factor'])}"
    return f"{text} ({limit['permit']})" if limit["permit"] else text
