"""Words of the map's furniture: legend, coordinates, measuring, own marks, print."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def texts() -> dict[str, str]:
    """By key; ``{x}`` is filled in by the modules of ``static/ioc/js``."""
    return {**_legend_texts(), **_tool_texts(), **_print_texts()}


def _legend_texts() -> dict[str, str]:
    return {
        "legend.title": _("Legend"),
        "legend.newest": _("Newest data: {age} ago ({time})"),
        "legend.stale": _("Out of date: newest data {age} ago ({time})"),
        "legend.staleLayers": _("{n} out of date"),
        "north.up": _("North is up"),
        "north.letter": pgettext("letter of north", "N"),
        "figure.nautical": _("{n} NM"),
        "copied.text": _("Copied: {text}"),
        "copied.failed": _("Copy this: {text}"),
    }


def _tool_texts() -> dict[str, str]:
    return {
        "keys.group.tools": _("Map tools"),
        "keys.position": _("Coordinates"),
        "keys.copyPosition": _("Copy the position under the pointer"),
        "keys.measure": _("Measure"),
        "keys.marks": _("Own marks"),
        "keys.print": _("Print to PDF"),
        "keys.sketch": _("While drawing: corner, end, take back"),
        "position.title": _("Coordinates"),
        "position.of": _("Middle of the map (under the cross):"),
        "position.middle": _("Middle {text}"),
        "position.copy": _("Copy: {notation}"),
        "position.go": _("Go to a position"),
        "position.goThere": _("Go"),
        "position.help": _("Degrees, minutes, seconds or VN-2000 metres."),
        "position.unread": _("“{text}” is no position that can be read."),
        "notation.minutes": _("Degrees and minutes"),
        "notation.decimal": _("Decimal degrees"),
        "notation.seconds": _("Degrees, minutes, seconds"),
        "notation.grid": _("VN-2000, 105°00′, zone of 3°"),
        "sketch.help": _(
            "Click or tap corners; the last one again ends. "
            "Keys: arrows move, Space sets a corner, Enter ends."
        ),
        "sketch.undo": _("Undo corner"),
        "sketch.finish": _("Finish"),
        "measure.title": _("Measure"),
        "measure.distance": _("Measure a distance"),
        "measure.surface": _("Measure an area"),
        "measure.length": _("Length"),
        "measure.leg": _("Last leg"),
        "measure.bearing": _("Bearing from true north"),
        "measure.area": _("Surface"),
        "measure.around": _("Perimeter"),
        "measure.copy": _("Copy figures"),
        "measure.clear": _("Clear the map"),
        "marks.title": _("Own marks"),
        "marks.line": _("Line"),
        "marks.area": _("Polygon"),
        "marks.text": _("Point with text"),
        "marks.help": _("Kept in this browser only; nobody else sees them."),
        "marks.name": _("Text beside it"),
        "marks.keep": _("Keep"),
        "marks.none": _("No marks yet."),
        "marks.full": _("There are {n} marks: remove some first."),
        "marks.remove": _("Remove {title}"),
        "marks.export": _("Save as GeoJSON"),
        "marks.Point": _("Point"),
        "marks.LineString": _("Line"),
        "marks.Polygon": _("Polygon"),
    }


def _print_texts() -> dict[str, str]:
    return {
        "print.title": _("Print to PDF"),
        "print.map": _("Map of the province"),
        "print.heading": _("Title"),
        "print.paper": _("Paper"),
        "print.scale": _("Scale"),
        "print.screen": _("What the screen shows"),
        "print.a4-landscape": _("A4 landscape"),
        "print.a4-portrait": _("A4 portrait"),
        "print.a3-landscape": _("A3 landscape"),
        "print.a3-portrait": _("A3 portrait"),
        "print.make": _("Make the PDF"),
        "print.wait": _("One moment…"),
        "print.drawing": _("The map is being drawn for print…"),
        "print.done": _("The PDF is saved among your downloads."),
        "print.large": _("The picture is too large: choose a smaller paper."),
        "print.failed": _("The PDF could not be made. Try again."),
    }
