"""Words with a fixed meaning: used by the model, the layer and the tests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tone(models.TextChoices):
    NEGATIVE = "negative", _("Negative")
    NEUTRAL = "neutral", _("Neutral")
    POSITIVE = "positive", _("Positive")


class Topic(models.TextChoices):
    ECONOMY = "economy", _("Economy")
    ENVIRONMENT = "environment", _("Environment")
    TRAFFIC = "traffic", _("Traffic")
    ORDER = "order", _("Public order")
    HEALTH = "health", _("Health")
    EDUCATION = "education", _("Education")
    FISHING = "fishing", _("Fishing and the sea")
    DISASTER = "disaster", _("Natural disasters")
    GOVERNMENT = "government", _("Government")
    TOURISM = "tourism", _("Culture and tourism")
    OTHER = "other", _("Other")


class Verified(models.TextChoices):
    """Has somebody looked into what the item says?"""

    UNVERIFIED = "unverified", _("Not verified")
    CHECKING = "checking", _("Being verified")
    TRUE = "true", _("True")
    FALSE = "false", _("False")
    ANSWERED = "answered", _("Answered by the spokesperson")


class Precision(models.TextChoices):
    """How closely the place is known."""

    COMMUNE = "commune", _("Commune named in the text")
    AREA = "area", _("Former district named in the text")
    PERSON = "person", _("Set by a person")
    NONE = "none", _("No place named")
