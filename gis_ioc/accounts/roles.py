"""Roles are Django groups; each layer says which roles read and edit it."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _

from layers.core.spec import Layer, registry

ROLES = {
    "administrator": _("Administrator"),
    "operator": _("Duty operator"),
    "fisheries": _("Fisheries staff"),
    "environment": _("Environment staff"),
    "leader": _("Leader"),
    "supervisor": _("Supervisor of directives"),
    "officer": _("Agency or commune officer"),
}
EVERYONE = "*"
# Who sits at the operator's console, conducts walls, writes their scenes, runs drills.
CONSOLE_KEEPERS = frozenset({"operator"})
CONSOLE_PERMISSIONS = frozenset(
    {
        ("console", "use_console"),
        ("console", "run_drill"),
        ("wall", "conduct_wall"),
        ("wall", "change_scene"),
    }
)
# Who may blank a wall when visitors come in.
BLANKERS = frozenset({"operator", "leader"})
BLANKING_PERMISSIONS = frozenset({("wall", "blank_wall")})
# Who looks after what comes in: health of feeds, inbox, refused lines.
FEED_KEEPERS = frozenset({"operator", "fisheries", "environment"})
FEED_PERMISSIONS = frozenset(
    ("feeds", f"view_{model}") for model in ("feed", "inboxbatch", "quarantine")
)
# Who sees the files that others have handed in, within their scope.
UPLOAD_READERS = frozenset({"leader"})
UPLOAD_PERMISSIONS = frozenset({("core", "view_upload")})
# Who sees what was told to whom, in their scope, and sends it again.
TELLERS = frozenset({"operator"})
TELLER_PERMISSIONS = frozenset({("core", "view_delivery"), ("core", "change_delivery")})


def plays(role: str, named: tuple[str, ...]) -> bool:
    return role == "administrator" or EVERYONE in named or role in named


def wanted_permissions(role: str) -> set[tuple[str, str]]:
    """(app label, codename) of what a role may do, from the layers' declarations."""
    found = set(FEED_PERMISSIONS) if role in FEED_KEEPERS else set()
    found |= UPLOAD_PERMISSIONS if role in UPLOAD_READERS else set()
    found |= TELLER_PERMISSIONS if role in TELLERS else set()
    found |= CONSOLE_PERMISSIONS if role in CONSOLE_KEEPERS else set()
    found |= BLANKING_PERMISSIONS if role in BLANKERS else set()
    for layer in registry.values():
        model = layer.model.split(".")[1].lower()
        if plays(role, layer.readers):
            found.add((layer.app_label, f"view_{model}"))
        if plays(role, layer.editors):
            found |= {
                (layer.app_label, f"{verb}_{model}") for verb in ("add", "change")
            }
        found |= {tuple(mask.split(".")) for mask in masks(layer, role)}  # type: ignore[misc]
        found |= {
            (layer.app_label, power)
            for power, named in layer.powers
            if plays(role, named)
        }
    return found


def masks(layer: Layer, role: str) -> set[str]:
    """Permissions on personal fields go to the editors of the layer and to those whom
    it trusts with them."""
    if not plays(role, layer.editors + layer.trusted):
        return set()
    return set(layer.masks)


def sync_roles() -> dict[str, int]:
    """Make the groups and give them what the layers declare; count per role."""
    known = {
        (content, codename): pk
        for pk, content, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    counts = {}
    for role in ROLES:
        group, _created = Group.objects.get_or_create(name=role)
        if role == "administrator":
            group.permissions.set(known.values())
        else:
            wanted = wanted_permissions(role)
            group.permissions.set([known[key] for key in wanted if key in known])
        counts[role] = group.permissions.count()
    return counts
