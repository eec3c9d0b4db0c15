"""Is a package intact? Needs nothing but the file.

Whether it is one that was handed out is asked of a register of exports, since whoever
changes a part can make up the sums again.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson
from django.utils.translation import gettext as _

from .packages import MANIFEST, whole_of

MOST_BYTES = 300 * 1024 * 1024


@dataclass(slots=True)
class Verdict:
    """``problems`` names what differs; ``issued``: the register's row of the package,
    when we know it."""

    case: str = ""
    version: int = 0
    whole: str = ""
    parts: list[tuple[str, bool]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    issued: Any = None

    @property
    def intact(self) -> bool:
        return not self.problems

    @property
    def genuine(self) -> bool:
        return self.intact and self.issued is not None


def verify(
    file: BinaryIO | bytes, form: str
) -> tuple[Verdict, dict[str, bytes] | None]:
    """Check a ZIP made by :mod:`.packages`; never raises for a bad file. The parts by
    name when the manifest could be read, for what more its maker can check."""
    verdict = Verdict()
    try:
        with zipfile.ZipFile(
            io.BytesIO(file) if isinstance(file, bytes) else file
        ) as z:
            bodies = _read(z, verdict)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError):
        verdict.problems.append(_("This is no ZIP file, or a damaged one."))
        return verdict, None
    manifest = _manifest(bodies, verdict, form)
    if manifest is None:
        return verdict, None
    _parts(manifest, bodies, verdict)
    return verdict, bodies


def _read(archive: zipfile.ZipFile, verdict: Verdict) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    infos = archive.infolist()
    if sum(info.file_size for info in infos) > MOST_BYTES:
        verdict.problems.append(_("The package is larger than any case file."))
        return found
    for info in infos:
        if info.filename in found:
            verdict.problems.append(_("“%s” is in it twice.") % info.filename)
        try:
            found[info.filename] = archive.read(info)
        except (zipfile.BadZipFile, OSError, RuntimeError, ValueError) as error:
            verdict.problems.append(
                _("“%(name)s” cannot be read: %(why)s")
                % {"name": info.filename, "why": error}
            )
    return found


def _manifest(
    bodies: dict[str, bytes], verdict: Verdict, form: str
) -> dict[str, Any] | None:
    body = bodies.pop(MANIFEST, None)
    if body is None:
        verdict.problems.append(_("There is no manifest.json."))
        return None
    try:
        manifest: dict[str, Any] = orjson.loads(body)
        fits = manifest["format"] == form
        verdict.case, verdict.version = str(manifest["case"]), int(manifest["version"])
        verdict.whole = str(manifest["whole"])
        [(part["name"], part["sha256"], part["bytes"]) for part in manifest["parts"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        fits = False
    if not fits:
        verdict.problems.append(_("manifest.json is not that of a case file."))
        return None
    if whole_of(manifest) != verdict.whole:
        verdict.problems.append(_("manifest.json was changed: its checksum differs."))
    return manifest


def _parts(
    manifest: dict[str, Any], bodies: dict[str, bytes], verdict: Verdict
) -> None:
    named = {part["name"]: part["sha256"] for part in manifest["parts"]}
    for name, wanted in named.items():
        body = bodies.get(name)
        same = body is not None and hashlib.sha256(body).hexdigest() == wanted
        verdict.parts.append((name, same))
        if body is None:
            verdict.problems.append(_("“%s” is missing.") % name)
        elif not same:
            verdict.problems.append(_("“%s” was changed: its checksum differs.") % name)
    for name in sorted(bodies.keys() - named.keys()):
        verdict.problems.append(_("“%s” does not belong to it.") % name)
