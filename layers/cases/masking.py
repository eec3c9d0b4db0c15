"""A document without what only some may read: owners, captains, phone numbers."""

from __future__ import annotations

from typing import Any

from layers.vessels.personal import has_phone, without_phone

PERSONAL = "personal"
# Checksums are letters and digits that may look like a number.
SUMS = ("sha256", "digest")
WITHHELD = "[withheld: personal data]"


def open_to_all(document: Any) -> Any:
    """A copy in which ``personal`` parts are empty and numbers in texts are dots.

    A raw line that holds a phone number is withheld whole; its checksum stays.
    """
    if isinstance(document, dict):
        if "sha256" in document and "text" in document:
            return _line(document)
        return {
            name: value if name.endswith(SUMS) else _part(name, value)
            for name, value in document.items()
        }
    if isinstance(document, list):
        return [open_to_all(entry) for entry in document]
    if isinstance(document, str):
        return without_phone(document) if has_phone(document) else document
    return document


def _part(name: str, value: Any) -> Any:
    return {} if name == PERSONAL else open_to_all(value)


def _line(line: dict[str, Any]) -> dict[str, Any]:
    found = dict(line)
    if has_phone(line["text"]):
        found["text"], found["withheld"] = WITHHELD, True
    if "others" in line:
        found["others"] = [_line(other) for other in line["others"]]
    return found
