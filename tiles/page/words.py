"""Words that the page's scripts show, in the language of the request."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def words() -> dict[str, str]:
    """Every message of ``static/tiles``; ``{x}`` is filled in there."""
    return {
        **_list_words(),
        **_map_words(),
        **_tile_words(),
        **_query_words(),
        **_client_words(),
    }


def _list_words() -> dict[str, str]:
    return {
        "group.basemap": _("Ground"),
        "group.other": _("Other sources"),
        "group.tables": _("Published tables and functions"),
        "group.files": _("Files"),
        "group.broken": _("Cannot be published"),
        "kind.point": _("Points"),
        "kind.line": _("Lines"),
        "kind.polygon": _("Areas"),
        "kind.mixed": _("Points, lines and areas"),
        "kind.raster": _("Pictures"),
        "kind.live": _("Moving points, always the newest"),
        "kind.unknown": _("Vector"),
        "list.none": _("No source has “{text}” in its name."),
        "list.failed": _("The catalogue did not load. Reload the page."),
        "list.count": _("{n} sources"),
        "list.live": _("live"),
        "list.modified": _("as of {time}"),
        "zoom.range": _("z{from}–{to}"),
    }


def _map_words() -> dict[str, str]:
    return {
        "map.label": _("Preview. Arrow keys pan, plus and minus zoom."),
        "map.webgl": _(
            "This browser cannot draw the map: WebGL 2 is off. "
            "Switch on hardware acceleration or use a current browser."
        ),
        "map.from": _("This source starts at zoom {zoom}."),
        "map.zoomTo": _("Go to zoom {zoom}"),
        "map.nothing": _("Nothing of this source is in view."),
        "map.everything": _("Show its whole area"),
    }


def _tile_words() -> dict[str, str]:
    return {
        "tile.sum": _("{n} tiles"),
        "tile.wire": _("encoded"),
        "tile.decoded": _("decoded"),
        "tile.features": _("features"),
        "tile.Decoded": _("Decoded"),
        "tile.Features": _("Features"),
        "tile.median": _("median"),
        "tile.slowest": _("slowest"),
        "tile.over": _("{n} beyond budget"),
        "tile.failures": _("{n} failed"),
        "tile.within": _("all within budget"),
        "tile.heavy": _("Beyond budget: over {limit} kB encoded"),
        "tile.slow": _("Beyond budget: over {limit} ms"),
        "tile.status": _("Status"),
        "tile.empty": _("empty"),
        "tile.cached": _("server cache"),
        "tile.made": _("made for this request"),
        "tile.unchanged": _("unchanged, browser's copy"),
        "tile.kept": _("browser's copy, server not asked"),
        "tile.short.server": _("cache"),
        "tile.short.browser": _("browser"),
        "tile.unknown": _("not told"),
        "tile.failed": _("failed"),
        "tile.address": _("Address"),
        "tile.server": _("Server time"),
        "tile.first": _("First byte"),
        "tile.total": _("Until complete"),
        "tile.cache": _("Cache"),
        "tile.encoding": _("Encoding"),
        "tile.ratio": _("{n} % of decoded"),
        "tile.title": _("Tile {place}"),
        "feature.layer": _("Layer"),
        "feature.id": _("Feature id"),
        "feature.more": _("{n} features here"),
        "feature.none": _("no value"),
        "feature.yes": _("yes"),
        "feature.no": _("no"),
        "feature.click": _("Click a feature or a tile on the map."),
    }


def _query_words() -> dict[str, str]:
    return {
        "query.wrong": _("The server does not accept this:"),
        "query.field": _("{title} ({type})"),
        "query.accepted": _("Accepted. {n} features in view."),
        "query.away": _("The server does not answer now (HTTP {status})."),
    }


def _client_words() -> dict[str, str]:
    return {
        "copied": _("Copied"),
        "copy.failed": _("Select the text and copy it."),
        "copy.what": _("Copy: {what}"),
        "client.tilejson": _("TileJSON"),
        "client.xyz": _("Address template (XYZ)"),
        "client.style": _("Style"),
        "client.name": _("Name"),
        "client.zooms": _("Min. and max. zoom"),
        "client.code": _("Code"),
        "client.command": pgettext("of a program", "Command"),
        "client.header": _("API Header (QGIS 3.24 and later)"),
        "client.query": _("URL with the key, for older QGIS"),
        "client.one": _("This source as .xml"),
        "client.all": _("All sources as .xml"),
    }
