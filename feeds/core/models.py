"""Feeds, their inbox, what was refused, and the counts."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from .spec import feed_kinds


class Feed(models.Model):
    """One source that sends to us by one of the protocols we speak."""

    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=41)
    title = models.CharField(_("name"), max_length=120)
    provider = models.CharField(_("provider"), max_length=120, blank=True)
    config = models.JSONField(_("settings"), default=dict, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    expected_every_s = models.PositiveIntegerField(
        _("expected every (s)"), null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse settings that the feed's kind cannot use."""
        declared = feed_kinds.get(self.kind)
        if declared is None:
            known = ", ".join(feed_kinds)
            message = _("No such kind of feed. Known: %(known)s.")
            raise ValidationError(
                {"kind": ValidationError(message, params={"known": known})}
            )
        if declared.check:
            try:
                import_string(declared.check)(self.config)
            except ValueError as problem:
                raise ValidationError({"config": str(problem)}) from problem

    @classmethod
    def of_kind(cls, kind: str, slug: str | None = None) -> Feed:
        """The feed named ``slug`` (by default like its kind), made when missing."""
        declared = feed_kinds[kind]
        every = declared.expected_every
        feed, _created = cls.objects.get_or_create(
            slug=slug or kind,
            defaults={
                "kind": kind,
                "title": str(declared.title),
                "expected_every_s": int(every.total_seconds()) if every else None,
            },
        )
        return feed


class InboxBatch(models.Model):
    """Raw messages as they came, stored before anybody reads them.

    ``body`` is zstd-compressed. ``uid`` is made by the receiver, so a batch that
    is stored twice (spool, lost answer) is one row. ``event_to`` is the newest
    time inside, known once the batch has been read. Batches are read by ``rank``,
    then as they came (see ``FeedKind.rank``).
    """

    class State(models.IntegerChoices):
        NEW = 0, _("waiting")
        DONE = 1, _("done")
        FAILED = 2, _("failed")

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="batches")
    source = models.CharField(_("sender"), max_length=120)
    received_at = models.DateTimeField(_("received"))
    stored_at = models.DateTimeField(_("stored"), auto_now_add=True)
    lines = models.PositiveIntegerField(_("lines"))
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField(max_length=64)
    body = models.BinaryField()
    meta = models.JSONField(default=dict)
    state = models.SmallIntegerField(choices=State.choices, default=State.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    rank = models.BigIntegerField(default=0, db_default=0)
    done_at = models.DateTimeField(null=True)
    event_to = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("inbox batch")
        verbose_name_plural = _("inbox")
        indexes = [
            # the next batch of a feed that nobody has read
            models.Index(
                fields=["feed", "rank", "id"],
                condition=models.Q(state=0),
                name="inbox_waiting",
            ),
            # the batches before one, to warm up a decoder
            models.Index(fields=["feed", "-id"], name="inbox_feed_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} #{self.pk} {self.lines} lines"


class Quarantine(models.Model):
    """What could not be read, with the line and the reason."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="rejected")
    batch = models.ForeignKey(InboxBatch, on_delete=models.PROTECT, null=True)
    line_no = models.PositiveIntegerField(_("line"))
    reason = models.CharField(_("reason"), max_length=60)
    raw = models.TextField(_("as received"))
    source = models.CharField(_("sender"), max_length=120, blank=True)
    received_at = models.DateTimeField(_("received"))
    detail = models.TextField(_("detail"), blank=True)

    class Meta:
        verbose_name = _("quarantined line")
        verbose_name_plural = _("quarantine")
        indexes = [
            models.Index(fields=["feed", "-id"], name="quarantine_newest"),
            models.Index(fields=["source", "reason"], name="quarantine_source"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} line {self.line_no}"


class FeedCount(models.Model):
    """Lines by outcome, kept in the transaction that dealt with them.

    accepted + duplicate + not_data + every rejected reason = lines received.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="counts")
    source = models.CharField(max_length=120)
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=60, blank=True)
    lines = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "source", "outcome", "reason"], name="feed_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.source} {self.outcome} {self.reason} {self.lines}"


class SignIn(models.Model):
    """Who came to a server of ours, from where, and why they were refused.

    One row per account, address and outcome, so that loggers that sign in every
    five minutes cost nothing. ``account`` is empty for names that nobody has.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="sign_ins")
    account = models.CharField(_("account"), max_length=60, blank=True)
    address = models.GenericIPAddressField(_("address"))
    refused = models.CharField(_("refused because"), max_length=60, blank=True)
    encrypted = models.BooleanField(_("encrypted"), default=False)
    times = models.BigIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("sign-in of a sender")
        verbose_name_plural = _("sign-ins of senders")
        ordering = ("-last_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "account", "address", "refused", "encrypted"],
                name="feed_sign_in_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.address} {self.refused}"
