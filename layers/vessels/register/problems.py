"""Why a row of a register is refused, in words for those who have to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "missing": _("is empty, but needed"),
    "registration": _("is no registration number such as TH-93388-TS"),
    "province_code": _("begins with letters of no province"),
    "repeated": _("stands in an earlier row of the file already"),
    "number": _("is no number"),
    "out_of_range": _("is out of range"),
    "date": _("is no date; write it as 31/12/2026"),
    "ambiguous_date": _("names no day; write it as 31/12/2026"),
    "mmsi": _("is no MMSI of a ship: nine digits, the first three 201 to 775"),
    "call_sign": _("is no call sign"),
    "phone": _("is no phone number"),
    "too_long": _("is too long"),
    "formula": _("is a formula without a value; save the file in a spreadsheet first"),
    "cell_error": _("is an error of the spreadsheet"),
    "unit": _("is no commune or ward of that day"),
    "ambiguous_unit": _("is the name of several units; write the code"),
    "outside_scope": _("lies outside of the units you work for"),
    "provider": _("is missing beside a VMS device"),
    "device_repeated": _("is the device of an earlier row"),
    "both_counted": _("both devices of the vessel are marked as the one that counts"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse a row. ``column`` as the file heads it."""

    row: int
    column: str
    code: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.row}: {self.column} {self.value!r} {REASONS[self.code]}"


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says why."""


class BadValue(ValueError):
    """A cell that means nothing; ``code`` is a key of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
