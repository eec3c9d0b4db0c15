"""Cameras: where they stand, what they see, whether they live."""

from __future__ import annotations

from datetime import timedelta

import pghistory
from django.contrib.gis.db import models as gis
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature

from .choices import Kind, Purpose, State, Stream
from .secrets import SealedField

# Health is reported every few seconds: only changes of state are history.
PULSE = ["last_seen", "updated_at"]


def cone_field() -> models.GeneratedField:
    """The ground that is seen, kept by the database (``sql/cone.sql``)."""
    return models.GeneratedField(
        expression=Func(
            F("geom"),
            F("azimuth_deg"),
            F("fov_deg"),
            F("range_m"),
            function="cameras_cone",
        ),
        output_field=gis.GeometryField(srid=4326, null=True),
        db_persist=True,
    )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=PULSE)),
    exclude=["shape", "search_text", "cone", "credentials", "stream_address"],
)
class Camera(Feature):
    """``azimuth_deg`` is clockwise from true north, the middle of the picture."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    agency = models.CharField(_("owner"), max_length=120, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    height_m = models.FloatField(
        _("mount height (m)"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    azimuth_deg = models.FloatField(
        _("azimuth (°)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(360)],
    )
    fov_deg = models.FloatField(
        _("field of view (°)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(360)],
    )
    range_m = models.FloatField(
        _("range (m)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    cone = cone_field()
    stream_kind = models.CharField(
        _("stream"), max_length=8, choices=Stream.choices, default=Stream.RTSP
    )
    stream_address = models.CharField(
        _("stream address"),
        max_length=300,
        blank=True,
        help_text=_("Without user and password: these are kept sealed."),
    )
    credentials = SealedField(editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OFFLINE
    )
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    last_seen = models.DateTimeField(_("last picture"), null=True, blank=True)
    search_text = search_field("title", "external_id", "address", "agency")

    class Meta:
        verbose_name = _("camera")
        verbose_name_plural = _("cameras")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="camera_source_external_id"
            ),
            models.CheckConstraint(
                condition=Q(azimuth_deg__isnull=True)
                | Q(azimuth_deg__gte=0, azimuth_deg__lte=360),
                name="camera_azimuth_in_circle",
            ),
            models.CheckConstraint(
                condition=Q(fov_deg__isnull=True) | Q(fov_deg__gt=0, fov_deg__lte=360),
                name="camera_fov_in_circle",
            ),
            models.CheckConstraint(
                condition=Q(range_m__isnull=True)
                | Q(range_m__gt=0, range_m__lte=20_000),
                name="camera_range_is_real",
            ),
            # a password in the address would be shown to whoever reads it
            models.CheckConstraint(
                condition=~Q(stream_address__regex=r"://[^/]*@"),
                name="camera_address_without_credentials",
            ),
        ]
        indexes = [
            *feature_indexes("camera"),
            # which cameras see this place
            GistIndex(fields=["cone"], name="camera_cone"),
        ]

    @property
    def down_for(self) -> timedelta | None:
        """How long it has given no good picture; None while it does."""
        if self.state in (State.ONLINE, State.DISABLED):
            return None
        return timezone.now() - self.state_since
