"""The words of CAP in the reader's language."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    EXTREME = "Extreme", _("Extreme")
    SEVERE = "Severe", _("Severe")
    MODERATE = "Moderate", _("Moderate")
    MINOR = "Minor", _("Minor")
    UNKNOWN = "Unknown", _("Unknown")


class Urgency(models.TextChoices):
    IMMEDIATE = "Immediate", _("Act at once")
    EXPECTED = "Expected", _("Act within the next hour")
    FUTURE = "Future", _("Act soon")
    PAST = "Past", _("No longer needed")
    UNKNOWN = "Unknown", _("Unknown")


class Certainty(models.TextChoices):
    OBSERVED = "Observed", _("Observed")
    LIKELY = "Likely", _("Likely")
    POSSIBLE = "Possible", _("Possible")
    UNLIKELY = "Unlikely", _("Unlikely")
    UNKNOWN = "Unknown", _("Unknown")


class Category(models.TextChoices):
    GEO = "Geo", _("Earthquake, landslide")
    MET = "Met", _("Weather, flood")
    SAFETY = "Safety", _("Public safety")
    SECURITY = "Security", _("Security")
    RESCUE = "Rescue", _("Rescue")
    FIRE = "Fire", _("Fire")
    HEALTH = "Health", _("Health")
    ENV = "Env", _("Environment")
    TRANSPORT = "Transport", _("Transport")
    INFRA = "Infra", _("Infrastructure")
    CBRNE = "CBRNE", _("Dangerous substances")
    OTHER = "Other", _("Other")


class State(models.TextChoices):
    FORCE = "force", _("In force")
    COMING = "coming", _("Announced")
    REPLACED = "replaced", _("Replaced by a newer one")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
