"""What every layer has in common, and the one table of events."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models as gis
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import UnitRefField, shape_field


class Feature(models.Model):
    """One thing on the map. Source + external id name it for ever."""

    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("external id"), max_length=80)
    title = models.CharField(_("name"), max_length=200)
    unit_id = UnitRefField(_("administrative unit"))
    geom = gis.GeometryField(_("geometry"), srid=4326, null=True, blank=True)
    shape = shape_field()
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class LayerVersion(models.Model):
    """The last change of a layer.

    The row is locked by whoever writes the layer, so sequence numbers of one
    layer are handed out in the order of commits: a reader that asks for
    ``seq > n`` never misses a row. ``epoch`` grows when rows were deleted and
    everything in memory has to be read again.
    """

    # a layer, or "schema.table" that tells its changes too (touched.py)
    slug = models.CharField(max_length=130, primary_key=True)
    seq = models.BigIntegerField(default=0)
    epoch = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.slug} {self.seq}"


class Event(models.Model):
    """A change of state: what, old, new, reason, when it happened, when known.

    ``key`` makes recording idempotent: the same change told twice is one row.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    layer = models.CharField(_("layer"), max_length=41)
    feature_id = models.BigIntegerField(_("feature"), null=True)
    title = models.CharField(_("name"), max_length=200, blank=True)
    unit_id = UnitRefField(_("administrative unit"))
    geom = gis.PointField(srid=4326, null=True)
    old = models.JSONField(_("old"), null=True)
    new = models.JSONField(_("new"), null=True)
    reason = models.TextField(_("reason"), blank=True)
    happened_at = models.DateTimeField(_("happened"))
    known_at = models.DateTimeField(_("known"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )

    class Meta:
        ordering = ("-known_at",)
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            # the log of one feature, newest first
            models.Index(
                fields=["layer", "feature_id", "-happened_at"], name="event_feature"
            ),
            # events of a span of time, for replay and reports
            BrinIndex(fields=["known_at"], name="event_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.layer}/{self.feature_id}"


# Models of the packages below, where Django looks for them.
from .delivery.models import Delivery  # noqa: E402, F401
from .uploads.models import Upload, UploadProblem  # noqa: E402, F401
