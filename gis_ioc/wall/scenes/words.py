"""Words that the scripts of the editor show, in the language of the request."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """``{x}`` is filled in there."""
    return {
        "pane.place": _(
            "{title}: column {column}, row {row}, {width} × {height} cells"
        ),
        "place.column": _("Column"),
        "place.row": _("Row"),
        "place.width": _("Wide"),
        "place.height": _("High"),
        "pane.added": _("{title} added"),
        "pane.noroom": _("There is no free place of {width} × {height} cells."),
        "check.good": _("Every text can be read at {metres} m."),
        "check.bad": _("{n} texts cannot be read at {metres} m."),
        "check.failed": _(
            "The check did not answer. Trying again with the next change."
        ),
        "measure.good": _("Measured in the preview: {n} texts, none too small."),
        "measure.bad": _("Measured in the preview: {n} of {all} texts too small."),
        "measure.one": _("pane {pane}: “{text}” {px} px, {needed_px} px needed"),
        "measure.wait": _("The preview is being drawn."),
        "version": _("Version {n}"),
        "spot.first": _("the first map"),
        "save.done": _("Version {version} is saved."),
        "save.refused": _("Not saved. What is named below must be mended first."),
        "save.stale": _("Not saved. {detail}"),
        "save.failed": _("The centre did not answer. What you drew is still here."),
        "leave": _("What you drew is not saved."),
        "kind.title": _("{title} ({id})"),
        "view.home": _("The whole province"),
        "view.scene": _("That of the scene"),
        "layers.filter": _("Filter"),
        "layers.own": _("{n} layers"),
        "layers.auto": _("Those that are shown by themselves"),
        "eye.what": _(
            "From {metres} m the wall is {wall} mm wide; here it is drawn as it looks "
            "to you at {here} cm from this screen."
        ),
        "undo.nothing": _("There is nothing to undo."),
        "list.up": _("Earlier"),
        "list.down": _("Later"),
        "list.remove": _("Take out"),
        "list.round": _("One round lasts {time}."),
        "scene": _("Scene"),
        "dwell": _("Seconds"),
        "add": _("Add"),
        "save": _("Save"),
        "saved": _("The schedule is saved."),
        "title": _("Title"),
        "slug": _("Name in the address"),
        "pause": _("It waits while an alarm is shown."),
        "playlist": _("Playlist"),
        "begins": _("From"),
        "ends": _("To"),
        "week.1": _("Monday"),
        "week.2": _("Tuesday"),
        "week.3": _("Wednesday"),
        "week.4": _("Thursday"),
        "week.5": _("Friday"),
        "week.6": _("Saturday"),
        "week.7": _("Sunday"),
    }
