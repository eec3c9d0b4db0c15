"""Whose file is it: by account and folder first, by the file's name second."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from layers.stations.queries import Address


def find(addresses: Sequence[Address], account: str, path: str) -> Address | None:
    """The station that a file came from, or None.

    ``path`` lies below the account's home. A file of an account never belongs to
    a station of another account. Without an account (watched folder) the first
    folder may name one.
    """
    parts = PurePosixPath(path.strip("/")).parts
    if not parts:
        return None
    folders, name = list(parts[:-1]), parts[-1]
    if not account and folders and any(a.account == folders[0] for a in addresses):
        account = folders.pop(0)
    mine = [a for a in addresses if not account or a.account == account]
    for folder in folders:
        for address in mine:
            if folder.casefold() in (
                address.folder.casefold(),
                address.code.casefold(),
            ):
                return address
    if account and len(mine) == 1:
        return mine[0]
    named = [a for a in mine if name.casefold().startswith(a.code.casefold() + "_")]
    return max(named, key=lambda a: len(a.code), default=None)


class Finder:
    """:func:`find` for many files: asked once per account, folder and prefix.

    A code in a name is always followed by an underscore, so only what stands before
    the last one can decide.
    """

    def __init__(self, addresses: Sequence[Address]) -> None:
        self.addresses = addresses
        self._known: dict[tuple[str, str], Address | None] = {}

    def __call__(self, account: str, path: str) -> Address | None:
        folder, slash, name = path.rpartition("/")
        key = (account, f"{folder}{slash}{name[: name.rfind('_') + 1]}")
        if not name:
            return find(self.addresses, account, path)
        if key not in self._known:
            self._known[key] = find(self.addresses, account, path)
        return self._known[key]
