"""Published values: every version of each, and the newest."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.indicators import spans

from .catalogue import Indicator
from .loads import Load

# A facet of its own: the figure of the whole country, kept with the province.
NATIONAL = "national"


class Vintage(models.IntegerChoices):
    """How settled a figure is, in order of trust. A plan is a value like others,
    with versions and a source; whatever shows measured values leaves it out."""

    PLAN = 0, _("Plan")
    ESTIMATE = 1, _("Estimate")
    PRELIMINARY = 2, _("Preliminary")
    FINAL = 3, _("Final")


class Basis(models.IntegerChoices):
    """How a figure came about."""

    REPORTED = 0, pgettext_lazy("kind of figure", "Reported")
    COMPUTED = 1, _("Computed")
    COUNTED = 2, pgettext_lazy("kind of figure", "Counted")


class Figures(models.Model):
    """The columns of a value. ``facet`` parts an indicator that has several figures
    (a ranking, a sector); ``unit`` is set where the figure came in another unit than
    the indicator's. ``row`` and ``cell`` are the place in the file or message of
    ``load``; ``inputs`` the facts that a computed value was made from."""

    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("indicator"),
    )
    unit_id = models.BigIntegerField(_("administrative unit"))
    facet = models.CharField(_("part"), max_length=40, blank=True)
    period_start = models.DateField(_("first day"))
    period_end = models.DateField(_("last day"))
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4)
    unit = models.CharField(_("unit of measure"), max_length=40, blank=True)
    vintage = models.SmallIntegerField(_("vintage"), choices=Vintage.choices)
    basis = models.SmallIntegerField(
        _("basis"), choices=Basis.choices, default=Basis.REPORTED
    )
    published_at = models.DateTimeField(_("published"))
    load = models.ForeignKey(
        Load,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("origin"),
    )
    row = models.IntegerField(_("row"), null=True, blank=True)
    cell = models.CharField(_("cell"), max_length=60, blank=True)
    inputs = ArrayField(models.BigIntegerField(), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit_id} {self.period}"

    @property
    def period(self) -> str:
        """``2024``, ``2024-Q1``, ``2024-01..11`` … (:mod:`spans`)."""
        return spans.name(self.period_start, self.period_end)


class Fact(Figures):
    """One published value. Facts are never changed: a correction is a newer one;
    a mistaken load is withdrawn as a whole (:class:`Withdrawn`)."""

    created_at = models.DateTimeField(_("arrived"), auto_now_add=True)

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        constraints = [
            # its index also serves the series of one unit, newest period first
            models.UniqueConstraint(
                F("unit_id"),
                F("indicator"),
                F("facet"),
                F("period_end").desc(),
                F("period_start"),
                F("vintage"),
                F("published_at"),
                name="fact_published_once",
            ),
            models.CheckConstraint(
                condition=Q(period_start__lte=F("period_end")),
                name="fact_period_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
        ]
        indexes = [
            # one indicator over all units and a span of time
            models.Index(fields=["indicator", "period_end"], name="fact_indicator"),
            # what arrived in a span of time
            BrinIndex(fields=["created_at"], name="fact_arrived"),
            # the facts of a load lie side by side
            BrinIndex(fields=["load"], name="fact_of_load"),
        ]


class Withdrawn(Figures):
    """A fact that was taken back with its load, under the id that it had."""

    id = models.BigIntegerField(primary_key=True)
    created_at = models.DateTimeField(_("arrived"))

    class Meta:
        verbose_name = _("withdrawn figure")
        verbose_name_plural = _("withdrawn figures")
        indexes = [
            models.Index(fields=["unit_id", "indicator"], name="withdrawn_series"),
        ]


class Latest(models.Model):
    """The newest fact of a series, so that maps and drawers read one row per
    series however many facts there are. Kept by ``services``; no plans. Value, unit
    of measure and period are the fact's: comparing a unit with all others reads this
    table alone, not facts that lie scattered over the whole disk."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE)
    unit_id = models.BigIntegerField()
    facet = models.CharField(max_length=40, blank=True)
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    unit = models.CharField(max_length=40, blank=True)
    period_start = models.DateField()
    period_end = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit_id", "indicator", "facet"], name="latest_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit_id}"
