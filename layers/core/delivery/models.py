"""What was told to whom, over which channel, and what became of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from layers.core.fields import UnitRefField

IN_APP = "inapp"


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    HELD = "held", _("held for quiet hours")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    READ = "read", _("read")
    FAILED = "failed", _("failed")


# In these a worker has something left to do.
PENDING = (State.WAITING, State.HELD)
# In the order of progress: a receipt never takes a delivery back.
PROGRESS = (State.WAITING, State.HELD, State.FAILED, State.SENT, State.DELIVERED)


class Outcome(models.TextChoices):
    STARTED = "started", _("under way")
    OK = "ok", _("accepted")
    KEPT = "kept", _("kept here (demo)")
    RETRY = "retry", _("tried in vain, again later")
    REFUSED = "refused", _("refused")
    LOST = "lost", _("cut off: the worker was gone")


def kind_choices() -> list[tuple[str, Any]]:
    from .contract import kinds

    return [(kind.slug, kind.title) for kind in kinds.values()]


class Channel(models.Model):
    """A way out of the house, configured by an administrator: a gateway for text
    messages, an address of another system. ``settings`` are typed by the kind;
    secrets are only named there (``${name}``, see ``layers.core.secrets``)."""

    slug = models.SlugField(_("code"), unique=True, max_length=60)
    title = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=kind_choices)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    enabled = models.BooleanField(_("in use"), default=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        app_label = "core"
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse settings that the kind cannot work with, naming the place."""
        from .contract import SettingsError, kinds, typed

        kind = kinds.get(self.kind)
        if kind is None:
            raise ValidationError({"kind": _("There is no such kind of channel.")})
        if self.slug in kinds and self.slug != self.kind:
            raise ValidationError({"slug": _("This code names another kind.")})
        try:
            typed(kind, self.settings)
        except SettingsError as error:
            raise ValidationError({"settings": str(error)}) from None


class Message(models.Model):
    """One notice. The texts are kept in every language of the product, as they were
    when it was sent: ``{"vi": …, "en": …}``."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    severity = models.CharField(_("severity"), max_length=8, blank=True)
    life_safety = models.BooleanField(_("life safety"), default=False)
    subject = models.JSONField(_("subject"))
    body = models.JSONField(_("text"))
    short = models.JSONField(_("for locked screens"))
    url = models.CharField(_("address"), max_length=500, blank=True)
    unit_id = UnitRefField(_("administrative unit"))
    layer = models.CharField(_("layer"), max_length=41, blank=True)
    feature_id = models.BigIntegerField(_("feature"), null=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        app_label = "core"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-id",)
        indexes = [
            # who was told of one feature
            models.Index(fields=["layer", "feature_id", "-id"], name="message_feature"),
        ]

    def __str__(self) -> str:
        return self.text("subject")

    def text(self, part: str, language: str = "") -> str:
        """``subject``, ``body`` or ``short`` in a language (the active one)."""
        texts: dict[str, str] = getattr(self, part)
        wanted = (language or get_language() or settings.LANGUAGE_CODE)[:2]
        return texts.get(wanted) or texts.get(settings.LANGUAGE_CODE, "")


class Delivery(models.Model):
    """A message on its way to one recipient over one channel: exactly one row.

    ``next_at`` is when a worker has to look at it (None: nothing is left to do);
    ``lease`` is held by the worker that is sending. ``fallback``: the channels to be
    tried when this one fails for good.
    """

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="deliveries"
    )
    recipient = models.CharField(max_length=80)
    channel = models.CharField(_("channel"), max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recipient"),
    )
    person = models.CharField(_("recipient"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=254, blank=True)
    language = models.CharField(max_length=5, default="vi")
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True)
    lease = models.UUIDField(null=True)
    fallback = ArrayField(models.CharField(max_length=60), default=list)
    external_id = models.CharField(max_length=120, blank=True)
    parts = models.PositiveSmallIntegerField(_("parts"), null=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        app_label = "core"
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["message", "recipient", "channel"], name="delivery_once"
            )
        ]
        indexes = [
            # what is left to do, for the sweeper
            models.Index(
                fields=["next_at"],
                condition=Q(next_at__isnull=False),
                name="delivery_due",
            ),
            # the message centre of one person, newest first
            models.Index(
                fields=["user", "-id"],
                condition=Q(channel=IN_APP),
                name="delivery_inbox",
            ),
            # the number on the bell
            models.Index(
                fields=["user"],
                condition=Q(channel=IN_APP, read_at=None),
                name="delivery_unread",
            ),
            # a gateway's receipt finds its message
            models.Index(
                fields=["channel", "external_id"],
                condition=~Q(external_id=""),
                name="delivery_external",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.recipient} ({self.channel})"


class Attempt(models.Model):
    """One try to send. It is written before the try: what a killed worker began is
    here too. ``target``: which of several devices of the recipient."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="tries"
    )
    number = models.PositiveSmallIntegerField(_("attempt"))
    channel = models.CharField(_("channel"), max_length=60)
    target = models.CharField(_("device"), max_length=120, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.STARTED
    )
    began_at = models.DateTimeField(_("began"))
    ms = models.PositiveIntegerField(_("milliseconds"), null=True)
    code = models.CharField(_("answer"), max_length=20, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)

    class Meta:
        app_label = "core"
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.delivery_id} #{self.number} {self.outcome}"


class Preference(models.Model):
    """How a person wants to be told. Quiet hours run from ``quiet_from`` to
    ``quiet_to`` (local time, over midnight when they are the other way round) and
    begin on ``quiet_days`` (1 Monday … 7 Sunday)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference"
    )
    channels = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        verbose_name=_("channels in order"),
    )
    floor = models.CharField(_("from severity"), max_length=8, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet to"), null=True, blank=True)
    quiet_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        verbose_name=_("quiet on"),
    )
    off_duty = models.CharField(_("channel off duty"), max_length=60, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        app_label = "core"
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")

    def __str__(self) -> str:
        return str(self.user)
