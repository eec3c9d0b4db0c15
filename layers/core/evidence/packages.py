"""Parts of a case file as one ZIP: the same parts give the same bytes.

``manifest.json`` has the SHA-256 of every part and of the whole: ``whole`` is that of
the manifest's canonical JSON (:mod:`.canonical`) without ``whole`` itself.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from .canonical import dump, moment, sha256

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Package:
    """The finished parts by name, and the manifest over them."""

    parts: dict[str, bytes]
    manifest: dict[str, Any]

    @property
    def whole(self) -> str:
        return str(self.manifest["whole"])


def package(form: str, head: dict[str, Any], parts: dict[str, bytes]) -> Package:
    """``form`` names the format; ``head`` says which case and version it is and has
    ``made_at``, which becomes the time of all parts."""
    found = {
        "format": form,
        **head,
        "parts": [entry(name, parts[name]) for name in sorted(parts)],
    }
    return Package(parts, {**found, "whole": whole_of(found)})


def entry(name: str, body: bytes) -> dict[str, Any]:
    """What the manifest says of a part."""
    return {"name": name, "bytes": len(body), "sha256": sha256(body)}


def whole_of(manifest: dict[str, Any]) -> str:
    """The checksum over the whole package."""
    rest = {name: value for name, value in manifest.items() if name != "whole"}
    return sha256(dump(rest))


def archive(package: Package) -> bytes:
    """The ZIP: parts in order of name, all of the time that the version was made."""
    made = moment(package.manifest["made_at"])
    stamp = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, body in sorted(_files(package).items()):
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # the same on every machine
            info.external_attr = 0o644 << 16
            file.writestr(info, body, compresslevel=9)
    return out.getvalue()


def _files(package: Package) -> dict[str, bytes]:
    return {**package.parts, MANIFEST: dump(package.manifest)}


def filename(manifest: dict[str, Any], ending: str) -> str:
    """``case-2026-0001-v2.zip``."""
    number = manifest["case"].replace("/", "-")
    return f"case-{number}-v{manifest['version']}.{ending}"
