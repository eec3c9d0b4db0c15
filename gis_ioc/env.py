"""Typed reading of the environment. Every setting an operator may change is here."""

from __future__ import annotations

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE = Path(__file__).resolve().parent.parent

env = environ.Env()
VAR = Path(os.environ.get("IOC_VAR_DIR", BASE / "var"))

# What `./ioc up` wrote for its own processes also serves a person's manage.py;
# what stands in the environment already wins.
for candidate in (BASE / ".env", VAR / "env"):
    if candidate.exists() and os.access(candidate, os.R_OK):
        env.read_env(str(candidate), overwrite=False)


def secret(name: str, *, needed: bool = True) -> str:
    """A secret from NAME or from the file NAME_FILE; "" when it is not ``needed``."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text().strip()
    value = os.environ.get(name, "")
    if not value and needed:
        raise ImproperlyConfigured(
            f"{name} is not set. Start with ./ioc up, or set {name} or {name}_FILE."
        )
    return value
