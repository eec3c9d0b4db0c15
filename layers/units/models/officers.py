"""Who answers for a unit, and who is on duty there."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .unit import Unit


class Role(models.TextChoices):
    LEADER = "leader", _("Leader")
    FIELD = "field", _("Responsible for a field")
    DUTY = "duty", _("Duty contact")


@pghistory.track()
class Officer(models.Model):
    """A person in an office of a unit during a span of days, both included.

    Name and office are public; ``phones`` and ``email`` are shown to those with the
    permission ``view_officer_contact``. ``user``: the account of that person.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="officers", verbose_name=_("unit")
    )
    person = models.CharField(_("name"), max_length=120)
    position = models.CharField(_("office held"), max_length=120)
    role = models.CharField(_("role"), max_length=6, choices=Role.choices)
    field = models.CharField(
        _("field"), max_length=80, blank=True, help_text=_("Fisheries, schools, …")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    phones = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        verbose_name=_("phone numbers"),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    valid_from = models.DateField(_("in office from"), null=True, blank=True)
    valid_to = models.DateField(_("last day in office"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    source = models.CharField(_("source"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("responsible officer")
        verbose_name_plural = _("responsible officers")
        ordering = ("unit_id", "order", "pk")
        permissions = [("view_officer_contact", _("Can see phone numbers of officers"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="officer_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.FIELD) | ~Q(field=""),
                name="officer_field_named",
                violation_error_message=_("Say which field."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.position}"


class Duty(models.Model):
    """One watch of the roster: the officer is on duty for the officer's unit."""

    officer = models.ForeignKey(
        Officer,
        on_delete=models.CASCADE,
        related_name="duties",
        verbose_name=_("officer"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("duty roster")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="duty_in_order",
                violation_error_message=_("A watch ends after it began."),
            ),
            models.UniqueConstraint(
                fields=["officer", "starts_at"], name="duty_once_a_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer} {self.starts_at:%Y-%m-%d %H:%M}"
