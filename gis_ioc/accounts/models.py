"""Users, scopes, API keys and the audit log."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.core.fields import UnitRefField

KEY_PREFIX = "ioc_"


class User(AbstractUser):
    """A person or a machine client. Roles are groups; scopes limit rows."""

    phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=5, default="vi")
    unit_id = UnitRefField(_("works for unit"))
    # Tokens signed before this moment are void (scope, role or password changed).
    grants_changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username


class Scope(models.Model):
    """Layers × units that a user may see; several add up.

    Empty ``layers`` means every layer that the roles allow; ``all_units`` every
    row, also those that belong to no unit.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="scopes")
    layers = ArrayField(
        models.CharField(max_length=41),
        default=list,
        blank=True,
        verbose_name=_("layers"),
    )
    all_units = models.BooleanField(_("whole province"), default=False)
    units = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name=_("units")
    )

    class Meta:
        verbose_name = _("scope")
        verbose_name_plural = _("scopes")

    def __str__(self) -> str:
        where = "*" if self.all_units else self.units
        return f"{self.user} {self.layers or '*'} × {where}"


class ApiKey(models.Model):
    """A machine client's key. Only its hash is kept; the text is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    layers = ArrayField(
        models.CharField(max_length=41),
        default=list,
        blank=True,
        verbose_name=_("layers"),
    )
    may_write = models.BooleanField(_("may send data"), default=False)
    tile_rate = models.PositiveIntegerField(
        _("tile requests a second"), null=True, blank=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    @staticmethod
    def hash(text: str) -> str:
        """SHA-256 is enough: keys are 256 random bits, not words of a person."""
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def issue(cls, user: User, name: str, **limits: Any) -> tuple[ApiKey, str]:
        """A new key and its text, which cannot be read again."""
        text = KEY_PREFIX + secrets.token_urlsafe(32)
        key = cls.objects.create(
            user=user, name=name, prefix=text[:12], digest=cls.hash(text), **limits
        )
        return key, text


class AuditEntry(models.Model):
    """Who saw, searched, exported or did what. Appended, never changed."""

    at = models.DateTimeField(_("when"), auto_now_add=True)
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    api_key = models.ForeignKey(
        ApiKey, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    action = models.CharField(_("action"), max_length=40)
    layer = models.CharField(_("layer"), max_length=41, blank=True)
    feature_id = models.BigIntegerField(null=True)
    detail = models.JSONField(_("detail"), default=dict)
    address = models.GenericIPAddressField(_("address"), null=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [BrinIndex(fields=["at"], name="audit_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user} {self.action}"
