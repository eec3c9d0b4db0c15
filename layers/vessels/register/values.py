"""Numbers, dates and the rest as offices write them into spreadsheets."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any

from .names import Registration, codes, fold, parse
from .problems import BadValue

# Metric horsepower, as engines are registered in Viet Nam.
KW_PER_CV = 0.73549875
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(18_264, 73_051)  # 1950 to 2099
MID = range(201, 776)
CALL_SIGN = re.compile(r"[A-Z0-9]{3,10}")
NUMBER = re.compile(r"([+-]?\d+(?:[.,\u00a0 ]\d+)*)\s*(?:M|MET|KW|CV|HP|MA LUC)?")
DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[T ].*)?")
IN_WORDS = re.compile(r"(?:NGAY\s*)?(\d{1,2})\s*THANG\s*(\d{1,2})\s*NAM\s*(\d{4})")
YES = {"X", "1", "CO", "YES", "TRUE", "Y", "DUNG", "CHINH"}
NO = {"", "0", "KHONG", "NO", "FALSE", "N", "SAI", "PHU"}


def text(value: Any, longest: int = 200) -> str:
    """One line of text; a number that a spreadsheet made of it becomes text again."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        value = value.strftime("%d/%m/%Y")
    found = " ".join(str(value).replace("\0", "").split())
    if len(found) > longest:
        raise BadValue("too_long")
    return found


def number(value: Any, low: float, high: float) -> float | None:
    """``15,5``, ``15.5 m``, ``1.250,5`` or ``1,250.5``; None when empty.

    One separator with exactly three digits behind it is taken for a decimal sign:
    lengths and powers have no thousands. Raises BadValue.
    """
    if isinstance(value, bool):
        raise BadValue("number")
    if isinstance(value, int | float):
        found = float(value)
    else:
        written = text(value)
        if not written:
            return None
        match = NUMBER.fullmatch(fold(written))
        if match is None:
            raise BadValue("number")
        found = _decimal(match[1])
    if not low <= found <= high:
        raise BadValue("out_of_range")
    return found


def _decimal(written: str) -> float:
    written = re.sub(r"[\u00a0 ]", "", written)
    last = max(written.rfind(","), written.rfind("."))
    if last >= 0:
        sign = written[last]
        if written.count(sign) > 1:  # 1.250.000
            sign = ""
        whole = written[:last] if sign else written
        part = written[last + 1 :] if sign else ""
        written = re.sub(r"[.,]", "", whole) + (f".{part}" if part else "")
    try:
        return float(written)
    except ValueError:
        raise BadValue("number") from None


def power_kw(value: Any, heading: str) -> float | None:
    """kW, of CV or HP where the cell or the heading says so."""
    found = number(value, 0, 100_000)
    if found is None:
        return None
    said = fold(value) if isinstance(value, str) else ""
    metric = "KW" in said or ("KW" in fold(heading) and not re.search(r"CV|HP", said))
    horses = re.search(r"\b(CV|HP|MA LUC)\b", f"{said} {fold(heading)}") or re.search(
        r"\d\s*(CV|HP)", said
    )
    return round(found * KW_PER_CV, 1) if horses and not metric else found


def day(value: Any) -> date | None:
    """A date, day before month; a serial number of a spreadsheet counts too."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float):
        known = isfinite(value) and int(value) in EXCEL_DAYS
        if isinstance(value, bool) or not known:
            raise BadValue("date")
        return EXCEL_EPOCH + timedelta(days=int(value))
    written = fold(text(value))
    return _written_day(written) if written else None


def _written_day(written: str) -> date:
    if match := YEAR_FIRST.fullmatch(written):
        year, month, number_ = match.groups()
    elif match := (DAY_FIRST.fullmatch(written) or IN_WORDS.fullmatch(written)):
        number_, month, year = match.groups()
    elif re.fullmatch(r"\d{1,2}[/.\-]\d{4}|\d{4}", written):
        raise BadValue("ambiguous_date")
    else:
        raise BadValue("date")
    century = 2000 if len(year) == 2 else 0
    try:
        return date(int(year) + century, int(month), int(number_))
    except ValueError:
        raise BadValue("date") from None


def registration(value: Any) -> Registration:
    """The number of a fishing vessel. Raises BadValue, also when empty."""
    written = text(value, 30)
    if not written:
        raise BadValue("missing")
    found = parse(written)
    if found is None:
        letters = re.match(r"[A-Z]+", fold(written))
        unknown = letters and letters[0] not in codes() and re.search(r"\d{4}", written)
        raise BadValue("province_code" if unknown else "registration")
    return found


def mmsi(value: Any) -> str:
    """Nine digits of a ship, or "". Raises BadValue."""
    written = re.sub(r"\D", "", text(value, 30)) if value is not None else ""
    if not written and not text(value):
        return ""
    if len(written) != 9 or not valid_mmsi(written):
        raise BadValue("mmsi")
    return written


def valid_mmsi(written: str) -> bool:
    """An identity of a ship station: country digits and six more (ITU-R M.585)."""
    return len(written) == 9 and written.isdecimal() and int(written[:3]) in MID


def call_sign(value: Any) -> str:
    written = re.sub(r"[\s\-.]", "", fold(text(value, 30)))
    if written and not CALL_SIGN.fullmatch(written):
        raise BadValue("call_sign")
    return written


def phone(value: Any) -> str:
    """Digits, several numbers parted by a semicolon; the lost first 0 comes back."""
    found = []
    for part in re.split(r"[;,/]|\s-\s", text(value, 120)):
        digits = re.sub(r"[\s.\-()]", "", part)
        if not digits:
            continue
        if not re.fullmatch(r"\+?\d{8,15}", digits):
            raise BadValue("phone")
        if len(digits) == 9 and digits[0] != "0":
            digits = f"0{digits}"
        found.append(digits)
    joined = "; ".join(found)
    if len(joined) > 40:
        raise BadValue("too_long")
    return joined


def yes(value: Any) -> bool | None:
    """True, False, or None when nothing is said. Raises BadValue."""
    written = fold(text(value))
    if not written:
        return None
    if written in YES:
        return True
    if written in NO:
        return False
    raise BadValue("number")
