"""Passwords in settings of feeds and channels: named there, kept in the environment.

``${finance}`` in an address or a header is the environment variable
``IOC_SECRET_FINANCE`` (or the content of the file in ``IOC_SECRET_FINANCE_FILE``), so
that nobody who may look at settings reads it, and no backup holds it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

_NAME = re.compile(r"\$\{([A-Za-z][A-Za-z0-9_]{0,40})\}")


def names(text: str) -> list[str]:
    """The secrets that a text names."""
    return _NAME.findall(text)


def fill(
    text: str,
    values: Mapping[str, str] | None = None,
    escape: Callable[[str], str] = str,
) -> str:
    """The text with its secrets, and with ``values`` by their names, both escaped for
    where they go. What is filled in is not looked at again: a value cannot name a
    secret. Raises ValueError for a secret that is not set."""
    known = values or {}
    return _NAME.sub(
        lambda found: escape(
            known[found[1]] if found[1] in known else _value(found[1])
        ),
        text,
    )


def hide(text: str) -> str:
    """A message without the secrets that may have got into it."""
    for name, value in os.environ.items():
        if name.startswith("IOC_SECRET_") and len(value) > 3:
            text = text.replace(value, "***")
    return text


def _value(name: str) -> str:
    variable = f"IOC_SECRET_{name.upper()}"
    if path := os.environ.get(f"{variable}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(variable)
    if value is None:
        raise ValueError(f"{variable} is not set in the environment")
    return value
