"""What there is to tell: a notice, its texts in every language, its times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import override

from layers.core.units import Contact

# Gravest first.
SEVERITIES = ("critical", "high", "medium", "low")
# Plain text, a lazy translation, or what makes the text in the active language.
Text = str | Promise | Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to be told. ``key`` names it for ever: sent twice, told once.

    ``users`` are ids, ``contacts`` people without an account (or with one: then they
    are that user). ``channels`` (slugs or kinds) are used all at once; without them
    everyone is told as they prefer. ``short`` may stand on a locked screen and passes
    through other companies' servers: no personal data, no secrets; empty: the subject
    alone. ``life_safety`` and critical notices break quiet hours. ``layer`` and
    ``feature_id`` say what it is about, ``unit_id`` whose it is.
    """

    key: str
    kind: str
    subject: Text
    severity: str = ""
    body: Text = ""
    short: Text = ""
    url: str = ""
    users: Sequence[int] = ()
    contacts: Sequence[Contact] = ()
    channels: Sequence[str] = ()
    life_safety: bool = False
    unit_id: int | None = None
    layer: str = ""
    feature_id: int | None = None

    def __post_init__(self) -> None:
        if not self.key or len(self.key) > 200:
            raise ValueError(f"a key has 1 to 200 letters: {self.key[:60]!r}")
        if self.severity and self.severity not in SEVERITIES:
            raise ValueError(f"no severity {self.severity!r}")

    @property
    def urgent(self) -> bool:
        """Whether it may wake somebody."""
        return self.life_safety or self.severity == SEVERITIES[0]


def in_every_language(text: Text, limit: int) -> dict[str, str]:
    """The text by language code, cut to ``limit`` letters."""
    found = {}
    for code, _title in settings.LANGUAGES:
        with override(code), timezone.override(ZoneInfo(settings.TIME_ZONE)):
            made = text() if callable(text) else str(text)
        found[code] = made.strip()[:limit]
    return found


def moment(at: datetime) -> str:
    """A time as people here read it, for texts of notices."""
    local = timezone.localtime(at, ZoneInfo(settings.TIME_ZONE))
    return formats.date_format(local, "H:i d/m/Y")
