"""Press items: what was written about the province, where, in what tone."""

from __future__ import annotations

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature

from .choices import Precision, Tone, Topic, Verified

SHA256 = RegexValidator(r"^[0-9a-f]{64}$")


class Outlet(models.Model):
    """The registry of sources: newspapers, broadcasters, public pages."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Provincial")
        REGION = "region", _("Regional")
        NATION = "nation", _("National")
        SOCIAL = "social", _("Social network")

    name = models.CharField(_("name"), max_length=120)
    domain = models.CharField(_("domain"), max_length=120, unique=True)
    level = models.CharField(
        _("level"), max_length=10, choices=Level.choices, default=Level.NATION
    )
    licensed = models.BooleanField(_("licensed press"), default=False)

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=["shape", "search_text"])
class PressItem(Feature):
    """One article or post. The text itself is not kept: title, own summary, link,
    and the hash of the snapshot that proves what it said."""

    outlet = models.ForeignKey(
        Outlet,
        on_delete=models.PROTECT,
        related_name="items",
        verbose_name=_("outlet"),
    )
    url = models.URLField(_("link"), max_length=500, blank=True)
    published_at = models.DateTimeField(_("published"))
    summary = models.CharField(_("summary"), max_length=1000, blank=True)
    topic = models.CharField(
        _("topic"), max_length=12, choices=Topic.choices, default=Topic.OTHER
    )
    machine_tone = models.CharField(
        _("tone by machine"),
        max_length=10,
        choices=Tone.choices,
        default=Tone.NEUTRAL,
        editable=False,
    )
    human_tone = models.CharField(
        _("tone corrected"), max_length=10, choices=Tone.choices, blank=True
    )
    verified = models.CharField(
        _("verified"),
        max_length=10,
        choices=Verified.choices,
        default=Verified.UNVERIFIED,
    )
    precision = models.CharField(
        _("place known by"),
        max_length=8,
        choices=Precision.choices,
        default=Precision.NONE,
        editable=False,
    )
    place = models.CharField(
        _("place named"), max_length=120, blank=True, editable=False
    )
    snapshot_sha256 = models.CharField(
        _("hash of the snapshot"), max_length=64, blank=True, validators=[SHA256]
    )
    search_text = search_field("title", "summary", "place")

    class Meta:
        verbose_name = _("press item")
        verbose_name_plural = _("press items")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="press_source_external_id"
            ),
            # the same link by two feeds is one item
            models.UniqueConstraint(
                fields=["url"], condition=~Q(url=""), name="press_url_once"
            ),
            models.CheckConstraint(
                condition=Q(precision=Precision.NONE) | Q(geom__isnull=False),
                name="press_place_has_point",
            ),
        ]
        indexes = [
            *feature_indexes("press"),
            # volume and tone of a span of time
            models.Index(fields=["published_at", "topic"], name="press_published"),
        ]

    @property
    def tone(self) -> str:
        """What a person said, else the machine."""
        return self.human_tone or self.machine_tone

    def get_tone_display(self) -> str:
        return str(Tone(self.tone).label)
