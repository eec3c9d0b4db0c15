"""Words of the layer: states of a recall, and which way a vessel moves."""

from django.utils.translation import gettext_lazy as _

DRAFT, ISSUED, LIFTED = "draft", "issued", "lifted"
STATUSES = (
    (DRAFT, _("Draft")),
    (ISSUED, _("In force")),
    (LIFTED, _("Lifted")),
)
ORIGINS = (
    ("drawn", _("Drawn on the map")),
    ("circle", _("Circle around a storm centre")),
    ("file", _("From a file")),
)

DEEPER, STILL, ENTERING, UNKNOWN = "deeper", "still", "entering", "unknown"
LEAVING, IN_PORT, LEFT = "leaving", "in_port", "left"
MOVES = (
    (DEEPER, _("Moving deeper in")),
    (STILL, _("Not moving")),
    (ENTERING, _("Will enter")),
    (UNKNOWN, _("Way unknown")),
    (LEAVING, _("Moving out")),
    (IN_PORT, _("In port")),
    (LEFT, _("Outside")),
)
# Who is called first: those that go into danger before those that leave it.
RANKS = {move: rank for rank, (move, _title) in enumerate(MOVES)}
# Nobody has to be called about these.
SAFE = frozenset({IN_PORT, LEFT})
# Steps of the reporting ladder at which a vessel counts as silent.
SILENT_STEPS = frozenset({"silent_6h", "silent_10d", "broken_silent", "overdue"})
# Outcomes of a contact after which nobody has to call again.
ANSWERED = frozenset({"reached", "heading_home", "sheltering", "promised", "refused"})
