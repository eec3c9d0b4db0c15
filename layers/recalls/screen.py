"""What the call screen shows and says: words for its script, filters, outcomes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from layers.vessels.models import Contact

from .access import MASK, Who
from .choices import MOVES
from .models import Recall

# In the order of the keys 1, 2, 3 …
OUTCOMES = (
    "reached",
    "heading_home",
    "sheltering",
    "promised",
    "refused",
    "no_answer",
    "wrong_number",
)


def outcomes() -> list[tuple[int, str, str]]:
    """Key, value and words of what can come of a call."""
    labels = dict(Contact.Outcome.choices)
    return [(n, value, str(labels[value])) for n, value in enumerate(OUTCOMES, 1)]


def filters() -> list[tuple[str, str, str]]:
    """Value, key and words."""
    return [
        ("open", "u", _("Not answered")),
        ("deeper", "d", _("Moving deeper in")),
        ("silent", "s", _("Silent")),
        ("entering", "e", _("Will enter")),
        ("left", "l", _("Have left")),
        ("all", "a", _("All")),
    ]


def facts(recall: Recall, who: Who) -> dict[str, Any]:
    """For the script, as JSON."""
    return {
        "id": recall.pk,
        "status": recall.status,
        "writes": who.writes and recall.in_force,
        "personal": MASK in who.grant.masks,
        "moves": {value: str(title) for value, title in MOVES},
        "outcomes": {value: title for _n, value, title in outcomes()},
        "words": {
            "nobody": _("Nobody is left to be called."),
            "none": _("No vessel here."),
            "lost": _("The list could not be read. Trying again."),
            "failed": _("This was not stored: {reason}"),
            "held": _("{name} is calling"),
            "mine": _("You are calling"),
            "silent": _("no signal"),
            "out": _("out in {time}"),
            "in": _("in within {time}"),
            "ago": _("{time} ago"),
            "tries": _("tried {n}×"),
            "min": _("{m} min"),
            "hours": _("{h} h {m}"),
            "days": _("{d} d"),
            "refreshed": _("as of {time}"),
            "toward": _("{kn} kn towards the edge"),
            "inward": _("{kn} kn deeper in"),
            "masked": _("Your role does not show telephone numbers."),
            "captain": _("Captain"),
            "owner": _("Vessel owner"),
            "home": _("Home port"),
            "position": _("Last position"),
            "speed": _("Speed and course"),
            "edge": _("To the edge"),
            "shelter": _("Nearest shelter"),
            "map": _("Show on the map"),
        },
    }
