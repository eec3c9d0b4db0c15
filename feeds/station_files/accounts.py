"""Who may sign in to the FTP server, and what the account may use."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import DatabaseError, close_old_connections
from pyftpdlib.authorizers import AuthenticationFailed, DummyAuthorizer

from feeds.core.sign_ins import note
from layers.stations.models import FtpAccount
from layers.stations.queries import ftp_account

from .intake import KIND

# change folder, list, read, make folder, store, rename; append, to answer clearly
PERMISSIONS = "elrmwfa"
TRUST_S = 600.0
COUNT_EVERY_S = 60.0
MAX_SESSIONS = 10  # of one account; a logger needs one


def is_encrypted(handler: Any) -> bool:
    """Whether the control connection is under TLS."""
    return bool(getattr(handler, "_ssl_established", False))


class Authorizer(DummyAuthorizer):
    """Accounts of the database; a good password is remembered for ten minutes.

    Loggers sign in every five minutes, and a proper hash costs a tenth of a
    second. While the database is away, what was good before stays good.
    """

    def __init__(self, homes: Path) -> None:
        super().__init__()
        self.homes = homes
        self.sessions: Counter[str] = Counter()
        self._accounts: dict[str, FtpAccount] = {}
        self._used: dict[str, tuple[float, int]] = {}
        self._secret = secrets.token_bytes(32)
        self._good: dict[str, tuple[bytes, str, float]] = {}

    def _digest(self, name: str, password: str) -> bytes:
        text = f"{name}\0{password}".encode()
        return hashlib.blake2b(text, key=self._secret).digest()

    def validate_authentication(
        self, username: str, password: str, handler: Any
    ) -> None:
        """Raises AuthenticationFailed; every outcome is noted for administrators."""
        refused, known = "", True
        try:
            self._check(username, password, handler)
        except AuthenticationFailed as reason:
            refused, known = str(reason), username in self._accounts
            raise
        finally:
            note(
                KIND, username if known else "", handler.remote_ip, refused,
                encrypted=is_encrypted(handler),
            )  # fmt: skip

    def _check(self, username: str, password: str, handler: Any) -> None:
        digest = self._digest(username, password)
        known = self._good.get(username)
        same = known is not None and secrets.compare_digest(known[0], digest)
        try:
            close_old_connections()
            account = ftp_account(username)
        except DatabaseError as error:
            if same and self._may_enter(username, handler):
                return
            raise AuthenticationFailed("Try again later.") from error
        if account is None:
            self._good.pop(username, None)
            self._accounts.pop(username, None)
            raise AuthenticationFailed("Authentication failed.")
        self._accounts[username] = account
        self._may_enter(username, handler)
        now = time.monotonic()
        if same and known and known[1] == account.password and now - known[2] < TRUST_S:
            return
        if not check_password(password, account.password):
            raise AuthenticationFailed("Authentication failed.")
        self._good[username] = (digest, account.password, now)

    def _may_enter(self, name: str, handler: Any) -> bool:
        """Raises AuthenticationFailed when the account's own conditions are not met."""
        if self._accounts[name].require_tls and not is_encrypted(handler):
            raise AuthenticationFailed("This account may only sign in with tls.")
        if self.sessions[name] >= MAX_SESSIONS:
            raise AuthenticationFailed("Too many connections of this account.")
        return True

    def requires_tls(self, name: str) -> bool:
        """Whether the account may only be used encrypted, as far as is known."""
        try:
            close_old_connections()
            account = ftp_account(name)
        except DatabaseError:
            account = self._accounts.get(name)
        return account is not None and account.require_tls

    def is_full(self, name: str) -> bool:
        """Whether the account's home holds its quota; counted anew every minute."""
        account = self._accounts.get(name)
        if account is None:
            return False
        counted, used = self._used.get(name, (0.0, 0))
        if not counted or time.monotonic() - counted > COUNT_EVERY_S:
            used = sum(
                path.stat().st_size
                for path in (self.homes / name).rglob("*")
                if path.is_file()
            )
            self._used[name] = (time.monotonic(), used)
        return used >= account.quota_mb * 1_000_000

    def grown(self, name: str, size: int) -> None:
        counted, used = self._used.get(name, (0.0, 0))
        self._used[name] = (counted, used + size)

    def get_home_dir(self, username: str) -> str:
        home = self.homes / username
        home.mkdir(parents=True, exist_ok=True)
        return str(home)

    def has_user(self, username: str) -> bool:
        return username in self._good

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:
        return perm in PERMISSIONS

    def get_perms(self, username: str) -> str:
        return PERMISSIONS

    def get_msg_login(self, username: str) -> str:
        return "Ready."

    def get_msg_quit(self, username: str) -> str:
        return "Goodbye."
