"""The name of the running release."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

VERSION = re.compile(r"^## (\d+\.\d+\.\d+)", re.M)
STATIC = ("gis_ioc/static", "layers/*/static")


def release(base: Path) -> str:
    """``<version of the changelog>-<fingerprint of the static files>``.

    The fingerprint is made of names, sizes and times, not contents: it is taken at
    every start and must cost nothing.
    """
    found = VERSION.search((base / "CHANGELOG.md").read_text(encoding="utf-8"))
    digest = hashlib.blake2b(digest_size=4)
    lock = base / "package-lock.json"
    digest.update(lock.read_bytes() if lock.exists() else b"")
    for pattern in STATIC:
        for folder in sorted(base.glob(pattern)):
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    facts = path.stat()
                    name = path.relative_to(base)
                    line = f"{name} {facts.st_size} {facts.st_mtime_ns}\n"
                    digest.update(line.encode())
    return f"{found.group(1) if found else '0.0.0'}-{digest.hexdigest()}"
