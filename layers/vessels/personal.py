"""Personal data where none belongs: phone numbers in the names of boats and nets."""

from __future__ import annotations

import re

# Ten digits from 0, or +84 / 84 and nine; Viet Nam's mobile numbers begin 03, 05,
# 07, 08, 09 and land lines 02. Blanks, dots and dashes may stand between.
GAP = r"[\s.\-_/]{0,2}"
PHONE = re.compile(rf"(?<!\d)(?:\+?84|0){GAP}[2-9](?:{GAP}\d){{8}}(?!\d)")


def has_phone(text: str) -> bool:
    """Does the text hold what looks like a phone number?"""
    return PHONE.search(text) is not None


def without_phone(text: str) -> str:
    """The text with its phone numbers replaced by dots."""
    return PHONE.sub("···", text)
