"""What a rule kind asks of a layer: any layer that declares it may have such rules."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from layers.core.spec import Layer, Text

NUMBERS = frozenset({"integer", "number"})
MOMENTS = frozenset({"date", "datetime"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a layer must declare.

    ``numbers``: so many numeric fields, of the layer or of its observations.
    ``moments``: a date or time among its fields. ``time``: when each row was last
    heard of. ``stored``: what was observed may be read again. ``role``: that which
    the layer must play.
    """

    numbers: int = 0
    moments: int = 0
    time: bool = False
    stored: bool = False
    role: str = ""

    def lacking(self, layer: Layer) -> Text:
        """What ``layer`` lacks, in words; "" when it has everything."""
        numbers = sum(entry.type in NUMBERS for entry in layer.fields)
        moments = sum(entry.type in MOMENTS for entry in layer.fields)
        timed = bool(layer.time_field) or layer.tile.kind == "live"
        checks = (
            (self.role and self.role not in layer.roles, _("the role of alerts")),
            (numbers < self.numbers, _("fields with numbers")),
            (moments < self.moments, _("a field with a date or a time")),
            (self.time and not timed, _("the time of its newest observation")),
            (self.stored and not layer.observations, _("stored observations")),
        )
        return next((text for missing, text in checks if missing), "")
