"""Which column of a file is which field, by its heading in either language.

Headings are compared folded and squeezed: without diacritics, case, punctuation and
units. Vietnamese ones therefore stand here as they look then.
"""

from __future__ import annotations

import re

from .names import squeeze

ALIASES: dict[str, tuple[str, ...]] = {
    "registration": (
        "REGISTRATION", "REGISTRATION NUMBER", "REGISTRATION NO", "SO DANG KY",
        "SO DANG KY TAU", "SO DANG KY TAU CA", "SO HIEU TAU", "BIEN SO", "SO TAU",
        "SO HIEU", "SDK", "SO DK",
    ),
    "name": ("NAME", "VESSEL NAME", "TEN TAU", "TEN TAU CA", "TEN PHUONG TIEN"),
    "owner": (
        "OWNER", "OWNER NAME", "CHU TAU", "HO TEN CHU TAU", "TEN CHU TAU",
        "HO VA TEN CHU TAU", "CHU TAU HO TEN", "CHU TAU HO VA TEN", "CHU PHUONG TIEN",
    ),
    "owner_phone": (
        "OWNER PHONE", "OWNER S PHONE", "DIEN THOAI CHU TAU", "SDT CHU TAU",
        "CHU TAU DIEN THOAI", "CHU TAU SDT", "SO DIEN THOAI CHU TAU",
        "CHU TAU SO DIEN THOAI", "DIEN THOAI", "SO DIEN THOAI", "SDT", "PHONE",
    ),
    "captain": (
        "CAPTAIN", "MASTER", "SKIPPER", "THUYEN TRUONG", "HO TEN THUYEN TRUONG",
        "TEN THUYEN TRUONG", "THUYEN TRUONG HO TEN", "THUYEN TRUONG HO VA TEN",
    ),
    "phone": (
        "CAPTAIN PHONE", "CAPTAIN S PHONE", "PHONE ON BOARD",
        "DIEN THOAI THUYEN TRUONG",
        "SDT THUYEN TRUONG", "THUYEN TRUONG DIEN THOAI", "THUYEN TRUONG SDT",
        "SO DIEN THOAI THUYEN TRUONG", "THUYEN TRUONG SO DIEN THOAI",
        "DIEN THOAI TREN TAU",
    ),
    "length_m": (
        "LENGTH", "MAXIMUM LENGTH", "LMAX", "L MAX", "CHIEU DAI", "CHIEU DAI LON NHAT",
        "CHIEU DAI LMAX", "CHIEU DAI LON NHAT LMAX", "CHIEU DAI TAU",
    ),
    "width_m": ("WIDTH", "BREADTH", "BMAX", "CHIEU RONG", "CHIEU RONG LON NHAT"),
    "power_kw": (
        "POWER", "ENGINE POWER", "CONG SUAT", "CONG SUAT MAY", "CONG SUAT MAY CHINH",
        "TONG CONG SUAT", "TONG CONG SUAT MAY CHINH",
    ),
    "gear": (
        "GEAR", "FISHING GEAR", "NGHE", "NGHE KHAI THAC", "NGHE CHINH",
        "NGHE KHAI THAC CHINH", "NGU CU", "LOAI NGHE",
    ),
    "home_port": ("HOME PORT", "PORT", "CANG DANG KY", "CANG CA", "CANG", "BEN DAU",
                  "NOI DAU", "CANG NEO DAU"),
    "built_year": ("BUILT", "YEAR BUILT", "BUILT YEAR", "NAM DONG", "NAM DONG TAU"),
    "licence_no": (
        "LICENCE", "LICENSE", "LICENCE NUMBER", "LICENCE NO", "SO GIAY PHEP",
        "GIAY PHEP", "GIAY PHEP KTTS", "SO GIAY PHEP KHAI THAC", "GIAY PHEP SO",
        "SO GPKT", "GPKT", "GIAY PHEP KHAI THAC", "GIAY PHEP KHAI THAC SO",
    ),
    "licence_expires": (
        "LICENCE VALID UNTIL", "LICENCE EXPIRES", "LICENCE EXPIRY", "HAN GIAY PHEP",
        "GIAY PHEP HAN", "GIAY PHEP NGAY HET HAN", "NGAY HET HAN GIAY PHEP",
        "THOI HAN GIAY PHEP", "HAN GPKT", "GIAY PHEP KHAI THAC HAN",
        "GIAY PHEP KHAI THAC NGAY HET HAN",
    ),
    "inspection_expires": (
        "INSPECTION VALID UNTIL", "INSPECTION EXPIRES", "INSPECTION EXPIRY",
        "HAN DANG KIEM", "DANG KIEM HAN", "NGAY HET HAN DANG KIEM",
        "DANG KIEM NGAY HET HAN", "HET HAN DANG KIEM", "THOI HAN DANG KIEM",
    ),
    "mmsi": ("MMSI", "SO MMSI", "MA MMSI"),
    "call_sign": ("CALL SIGN", "CALLSIGN", "HO HIEU"),
    "imo": ("IMO", "SO IMO", "IMO NUMBER"),
    "provider": (
        "VMS PROVIDER", "PROVIDER", "NHA CUNG CAP VMS", "NHA CUNG CAP",
        "DON VI CUNG CAP",
        "DON VI CUNG CAP VMS", "THIET BI GSHT NHA CUNG CAP",
        "DON VI CUNG CAP TB GSHT",
    ),
    "device": (
        "VMS DEVICE", "VMS DEVICE ID", "DEVICE ID", "DEVICE", "MA THIET BI",
        "MA THIET BI VMS", "SO SERI THIET BI", "THIET BI VMS", "ID THIET BI",
        "MA THIET BI GSHT", "THIET BI GSHT MA",
    ),
    "counted": ("COUNTED", "DEVICE COUNTED", "THIET BI CHINH", "TINH", "DUOC TINH"),
    "provider_2": (
        "VMS PROVIDER 2", "PROVIDER 2", "NHA CUNG CAP 2", "NHA CUNG CAP VMS 2",
        "DON VI CUNG CAP 2",
    ),
    "device_2": (
        "VMS DEVICE 2", "DEVICE ID 2", "DEVICE 2", "MA THIET BI 2", "THIET BI VMS 2",
        "MA THIET BI VMS 2", "VMS DEVICE ID 2",
    ),
    "counted_2": ("COUNTED 2", "DEVICE COUNTED 2", "THIET BI CHINH 2", "DUOC TINH 2"),
    "commune": (
        "COMMUNE", "COMMUNE CODE", "UNIT", "XA", "XA PHUONG", "PHUONG XA", "MA XA",
        "DIA CHI XA", "XA PHUONG THI TRAN", "DIA PHUONG", "NOI THUONG TRU XA",
    ),
}  # fmt: skip
UNITS = re.compile(r"\((?:M|KW|CV|HP|MET|CV KW|DD MM YYYY|X)\)|\b(?:KW|CV|HP|MET)$")
FIELDS = {alias: name for name, aliases in ALIASES.items() for alias in aliases}


def field_of(heading: str) -> str:
    """The field a heading means, "" for none of them."""
    squeezed = squeeze(UNITS.sub(" ", squeeze_brackets(heading)))
    if squeezed in FIELDS:
        return FIELDS[squeezed]
    return FIELDS.get(re.sub(r" M$", "", squeezed), "")


def squeeze_brackets(heading: str) -> str:
    """Folded, with brackets kept, so that a unit in them can be told."""
    return re.sub(
        r"\(\s*([^)]*?)\s*\)", lambda m: f"({squeeze(m[1])})", heading.upper()
    )
