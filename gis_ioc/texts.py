"""Words that scripts show, in the language of the request."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .console.words import texts as _console_texts
from .printing.words import texts as _furniture_texts


def texts() -> dict[str, str]:
    """Every message of the modules in ``static/ioc/js``; ``{x}`` is filled in there."""
    return {
        **_map_texts(),
        **_live_texts(),
        **_alert_texts(),
        **_wall_texts(),
        **_play_texts(),
        **_help_texts(),
        **_console_texts(),
        **_furniture_texts(),
    }


def _map_texts() -> dict[str, str]:
    return {
        "close": _("Close"),
        "layers.filters": _("Filter {layer}"),
        "layers.clear": _("Clear filter"),
        "layers.failed": _("The list of layers did not load. Reload the page."),
        "filter.any": _("Any"),
        "filter.yes": _("Yes"),
        "filter.no": _("No"),
        "filter.from": _("from"),
        "filter.to": _("to"),
        "filter.contains": _("contains"),
        "search.none": _("Nothing found for “{text}”. Try a shorter word or a code."),
        "search.failed": _("Search did not answer. Try again."),
        "pick.title": _("{n} things here"),
        "drawer.failed": _("This could not be loaded. Try again."),
        "drawer.gone": _("This is no longer there, or not yours to see."),
        "link.copied": _("Link copied"),
        "link.failed": _("Copy the address from the address bar."),
        "status.zoom": _("zoom {zoom}"),
        "map.webgl": _(
            "This browser cannot draw the map: WebGL 2 is off. "
            "Switch on hardware acceleration or use a current browser."
        ),
        "map.label": _("Map of the province. Arrow keys pan, plus and minus zoom."),
        "start.view": _("With the area on screen"),
        "time.s": _("{n} s"),
        "time.min": _("{n} min"),
        "time.h": _("{n} h"),
        "time.d": _("{n} d"),
    }


def _live_texts() -> dict[str, str]:
    return {
        "live.live": _("live"),
        "live.delayed": _("delayed {age}"),
        "live.offline": _("offline"),
        "live.offlineFor": _("offline {age}"),
        "live.connecting": _("connecting"),
        "live.explain": _("Newest data on the map: {age} old. Server time {time}."),
        "release.new": _("A new version is ready."),
        "release.reload": _("Reload"),
    }


def _alert_texts() -> dict[str, str]:
    return {
        "alerts.none": _("No open alerts"),
        "alerts.failed": _("Alerts could not be read. Trying again."),
        "alerts.new": _("New alert: {title}"),
        "alerts.more": _("{n} more"),
        "severity.critical": _("Critical"),
        "severity.high": _("High"),
        "severity.medium": _("Medium"),
        "severity.low": _("Low"),
        "alerts.below": _("{n} below"),
        "alerts.acknowledge": _("Acknowledge"),
        "alerts.notAcknowledged": _("This could not be acknowledged. Try again."),
        "alerts.flood": _("Alarm flood since {since}"),
        "alerts.held": _("{n} more of lesser severity held back"),
        "sound.gesture": _("Sound starts with your first click or key."),
        "sound.silence": _("Silence for 2 minutes"),
        "sound.silenced": _("Silenced until {time}"),
        "sound.again": _("Sound again"),
        "spot.nobody": _("Nobody has acknowledged it"),
        "spot.has": _("{who} has it"),
        "spot.level": _("escalated to level {n}"),
        "spot.order": _("Directive: {text}"),
        "spot.first": _("First: {text}"),
        "spot.more": _("{n} more critical alerts wait"),
        "sound.on": _("Sound is on"),
        "sound.off": _("Sound is off"),
        "orders.none": _("No directive is under way"),
        "orders.left": _("{age} left"),
        "orders.over": _("{age} over"),
        "orders.stopped": _("clock stopped"),
    }


def _wall_texts() -> dict[str, str]:
    return {
        "wall.overdue": _("overdue directives"),
        "wall.away": _("No connection to the centre for {age}. Trying again."),
        "wall.fresh": _("with signal"),
        "wall.stale": _("silent"),
        "wall.data": _("live · {age}"),
        "wall.alerts": _("Open alerts"),
        "wall.orders": _("Directives under way"),
        "wall.asOf": _("As of {time}"),
        "wall.past": _("Past moment, now it is"),
        "wall.exercise": _("EXERCISE"),
        "wall.notKept": _("Not kept for past moments."),
        "wall.notYours": _("This display may not see that."),
        "wall.noFigures": _("No figures for this."),
        "wall.noPicture": _("No picture yet"),
        "wall.private": _("Blanked for privacy"),
        "wall.id.whole": _("Whole wall"),
        "wall.id.scene": _("Scene"),
        "wall.id.clock": _("Clock: offset, way"),
        "wall.id.link": _("Connection"),
        "wall.id.window": _("Window"),
        "wall.id.release": _("Release"),
    }


def _play_texts() -> dict[str, str]:
    return {
        "play.label": _("Replay"),
        "play.replay": _("Replay"),
        "play.notLive": _("The map shows a past time, not what is now."),
        "play.live": _("Back to live"),
        "play.close": _("End the replay and go back to live"),
        "play.play": _("Play (space)"),
        "play.pause": _("Pause (space)"),
        "play.speed": _("Speed against the clock (, and .)"),
        "play.span": _("Span of time"),
        "play.1h": _("1 h"),
        "play.6h": _("6 h"),
        "play.24h": _("24 h"),
        "play.7d": _("7 days"),
        "play.own": _("From – to"),
        "play.from": _("From"),
        "play.to": _("To"),
        "play.show": _("Show"),
        "play.time": _("Time of the replay"),
        "play.unreadable": _(
            "“{text}” is not a time. Write 22/11/2026 14:30 or 2026-11-22 14:30."
        ),
        "play.backwards": _("The span ends before it begins."),
    }


def _help_texts() -> dict[str, str]:
    return {
        "keys.title": _("Keyboard"),
        "keys.search": _("Search"),
        "keys.layers": _("Layers"),
        "keys.alerts": _("Alerts"),
        "keys.close": _("Close what is open"),
        "keys.pan": _("Pan the map"),
        "keys.zoom": _("Zoom in and out"),
        "keys.home": _("Whole province"),
        "keys.link": _("Copy a link to this view"),
        "keys.theme": _("Light or dark"),
        "keys.help": _("This list"),
        "keys.group.map": _("Map"),
    }
