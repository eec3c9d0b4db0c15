"""Who may put files on the FTP server."""

from __future__ import annotations

import pghistory
from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DEFAULT_QUOTA_MB = 200


@pghistory.track(exclude=["password"])
class FtpAccount(models.Model):
    """Login of a station or of the owner of several; the password is hashed."""

    name = models.SlugField(_("account"), max_length=60, unique=True)
    owner = models.CharField(_("owner"), max_length=200, blank=True)
    password = models.CharField(_("password"), max_length=128, editable=False)
    active = models.BooleanField(pgettext_lazy("in use", "active"), default=True)

    require_tls = models.BooleanField(
        _("only with TLS"),
        default=False,
        help_text=_("Refuse this account's sign-in on an unencrypted connection."),
    )
    quota_mb = models.PositiveIntegerField(
        _("quota (MB)"),
        default=DEFAULT_QUOTA_MB,
        help_text=_("Of files kept in the account's home; old ones are tidied away."),
    )

    class Meta:
        verbose_name = _("FTP account")
        verbose_name_plural = _("FTP accounts")

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw: str) -> None:
        self.password = make_password(raw)
