"""Words for what a comparison and a report say."""

from __future__ import annotations

from django.utils.translation import gettext as _


def fates() -> dict[str, str]:
    return {
        "unchanged": _("unchanged"),
        "outline": _("outline changed"),
        "renamed": _("renamed"),
        "reused": _("code of another unit before"),
        "new": _("new"),
        "ended": _("ends"),
    }


def flaw_kinds() -> dict[str, str]:
    return {"gap": _("gap"), "overlap": _("overlap")}


def page() -> dict[str, str]:
    """Words of the page's script."""
    return {
        **flaw_kinds(),
        "ha": _("ha"),
        "gained": _("gained {ha} ha"),
        "lost": _("lost {ha} ha"),
        "from": _("Land from"),
        "to": _("Land goes to"),
        "was": _("was {title}"),
        "stays": _("stays the same unit"),
        "begins": _("a unit of its own from the first day"),
        "over": _("ends the day before"),
        "merged": _("merged"),
        "split": _("divided"),
        "none": _("Nothing here."),
        "shown": _("{count} of {all} rows"),
        "outline": _("Outline, km²"),
        "published": _("Published, km²"),
        "failed": _("The map could not be loaded: {reason}"),
    }
