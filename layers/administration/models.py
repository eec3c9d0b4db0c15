"""One-stop shops and the dossiers handed in there.

Who applied is not kept: the centre counts dossiers, it does not decide them.
"""

from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature

from .choices import DONE, Status


@pghistory.track(exclude=["shape", "search_text"])
class ServiceCounter(Feature):
    """A public administrative service centre: the feature on the map."""

    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    windows = models.PositiveSmallIntegerField(_("windows"), null=True, blank=True)
    staff = models.PositiveSmallIntegerField(_("staff"), null=True, blank=True)
    search_text = search_field("title", "external_id", "address")

    class Meta:
        verbose_name = _("one-stop shop")
        verbose_name_plural = _("one-stop shops")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="counter_source_external_id"
            ),
        ]
        indexes = [*feature_indexes("counter")]


class Procedure(models.Model):
    """An administrative procedure and the working days it may take."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("name"), max_length=300)
    field = models.CharField(_("field"), max_length=120, blank=True)
    working_days = models.PositiveSmallIntegerField(_("working days"), default=5)

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Dossier(models.Model):
    """One application. ``due_at`` is what the receiving system promised."""

    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("dossier number"), max_length=80)
    counter = models.ForeignKey(
        ServiceCounter,
        on_delete=models.PROTECT,
        related_name="dossiers",
        verbose_name=_("one-stop shop"),
        db_index=False,
    )
    procedure = models.ForeignKey(
        Procedure,
        on_delete=models.PROTECT,
        related_name="dossiers",
        verbose_name=_("procedure"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.RECEIVED
    )
    received_at = models.DateTimeField(_("received"))
    due_at = models.DateTimeField(_("due"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    online = models.BooleanField(_("handed in online"), default=False)
    paid_online = models.BooleanField(_("paid online"), default=False)
    rating = models.PositiveSmallIntegerField(
        _("rating (1-5)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    updated_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="dossier_source_external_id"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True)
                | Q(finished_at__gte=F("received_at")),
                name="dossier_finishes_after_receipt",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=False) | ~Q(status__in=sorted(DONE)),
                name="dossier_done_has_end",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="dossier_rating_1_to_5",
            ),
        ]
        indexes = [
            # figures of one counter over ninety days, without touching the table
            models.Index(
                fields=["counter", "received_at"],
                include=["due_at", "finished_at", "online", "rating"],
                name="dossier_figures",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id
