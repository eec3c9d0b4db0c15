"""Reading CSV: UTF-8 or UTF-16, separated by semicolons, commas or tabs."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from . import reasons
from .files import UnreadableError
from .workbook import MAX_COLUMNS, Cells, SheetInfo

NAME = "CSV"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 40
# Letters of TCVN3 that are signs in Windows code pages and rare in their texts.
_TCVN3 = frozenset(range(0xB5, 0xBF))


class Delimited:
    """A CSV file as a book of one sheet. Raises UnreadableError."""

    def __init__(self, body: bytes) -> None:
        self.text = decode(body)
        lines = [line for line in self.text[:200_000].splitlines() if line.strip()]
        sample = lines[:_SAMPLE]
        self.sign = max(";\t,", key=lambda s: sum(line.count(s) for line in sample))
        self.sheets = [SheetInfo(NAME, False, self.text.count("\n") + 1)]

    def rows(self, info: SheetInfo) -> Iterator[tuple[int, Cells]]:
        """(number from 1, cells): the row that Excel shows the line in."""
        reader = csv.reader(
            io.StringIO(self.text, newline=""), delimiter=self.sign, strict=True
        )
        number = 0
        try:
            for number, row in enumerate(reader, 1):
                yield number, [cell or None for cell in row[:MAX_COLUMNS]]
        except csv.Error as error:
            detail = f"{NAME} {number + 1}: {error}"
            raise UnreadableError(reasons.BROKEN, detail=detail) from None

    def stamp(self) -> dict[str, str]:
        return {}

    def linked_files(self) -> list[str]:
        return []


def decode(body: bytes) -> str:
    """The text of UTF-8 or UTF-16. Old Vietnamese character sets are refused: the
    same bytes mean different letters in each."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _decoded(body, encoding)
    head = body[:4_000]
    if head.count(0) > len(head) // 4:
        little = head[1::2].count(0) > head[0::2].count(0)
        return _decoded(body, "utf-16-le" if little else "utf-16-be")
    return _decoded(body, "utf-8")


def _decoded(body: bytes, encoding: str) -> str:
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableError(reasons.ENCODING, guess=_guess(body)) from None
    if "\0" in text:
        raise UnreadableError(reasons.NO_TABLE)
    return text


def _guess(body: bytes) -> str:
    high = [byte for byte in body[:100_000] if byte >= 0x80]
    signs = sum(byte in _TCVN3 for byte in high)
    return "TCVN3 (ABC)" if signs * 8 > len(high) else "Windows-1258"
