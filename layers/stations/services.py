"""Writing what people decide about stations: accounts.

Observations come in through :mod:`layers.stations.ingest.services`.
"""

from __future__ import annotations

from .models import FtpAccount


def set_ftp_password(account: FtpAccount, raw: str) -> None:
    """Give an account a new password; only its hash is kept."""
    account.set_password(raw)
    account.save(update_fields=["password"])
