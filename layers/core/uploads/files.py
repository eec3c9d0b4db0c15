"""The bytes of a file: kept compressed, judged by their first bytes, never by name."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import zstandard
from django.conf import settings

from . import reasons
from .contract import Reason

MB = 1_000_000
# Workbooks of 200,000 rows unpack to about 80 MB; strings are held in memory.
MAX_UNPACKED = 300 * MB
MAX_STRINGS = 60 * MB
MAX_MEMBERS = 2_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


class UnreadableError(Exception):
    """Why nothing of a file can be read."""

    def __init__(self, reason: Reason, **params: Any) -> None:
        super().__init__(reason.slug)
        self.reason = reason
        self.params = params


def most_bytes() -> int:
    return int(settings.IOC_UPLOAD_MB * MB)


def compress(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(body)


def decompress(body: bytes | memoryview) -> bytes:
    return zstandard.ZstdDecompressor().decompress(bytes(body))


def is_workbook(body: bytes) -> bool:
    """True for .xlsx, False for what may be CSV. Raises UnreadableError for all
    that is neither."""
    if not body:
        raise UnreadableError(reasons.EMPTY)
    if body.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in body
        raise UnreadableError(reasons.PASSWORD if encrypted else reasons.OLD_EXCEL)
    if body.startswith(b"PK\x03\x04"):
        _check_archive(body)
        return True
    if body.startswith(_OTHER) or body.startswith(b"PK"):
        raise UnreadableError(reasons.NO_TABLE)
    return False


def _check_archive(body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            mimetype = b""
            if members and members[0].filename == "mimetype":
                mimetype = archive.read(members[0])[:100]
    except (zipfile.BadZipFile, RuntimeError, OSError) as error:
        raise UnreadableError(reasons.BROKEN, detail=str(error)[:200]) from None
    names = {member.filename.lower() for member in members}
    if mimetype.startswith(b"application/vnd.oasis"):
        raise UnreadableError(reasons.OPEN_DOCUMENT)
    if "xl/workbook.bin" in names:
        raise UnreadableError(reasons.BINARY_EXCEL)
    if "xl/workbook.xml" not in names:
        raise UnreadableError(reasons.NO_TABLE)
    _check_size(members)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise UnreadableError(reasons.MACROS)


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    """zipfile never unpacks more than a member's header declares."""
    unpacked = sum(member.file_size for member in members)
    strings = sum(m.file_size for m in members if "sharedstrings" in m.filename.lower())
    for size, most in ((unpacked, MAX_UNPACKED), (strings, MAX_STRINGS)):
        if size > most or len(members) > MAX_MEMBERS:
            raise UnreadableError(
                reasons.BOMB, size=max(size // MB, 1), most=most // MB
            )
