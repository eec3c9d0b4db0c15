"""Communes as registers write them: a code, or a name with or without its kind."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.text import slugify

from layers.core import units
from layers.core.scope import Grant
from layers.vessels.models import Provider

from .names import squeeze
from .problems import BadValue
from .values import text

KINDS = re.compile(r"^(?:XA|PHUONG|THI TRAN|TT|P|X|COMMUNE|WARD) ")
KIND = "commune"


class Places:
    """The communes of one day that the caller may write to."""

    def __init__(self, day: date, grant: Grant) -> None:
        self._grant = grant
        tree = units.tree()
        self._codes = tree.codes(KIND, day)
        self._names: dict[str, set[int]] = defaultdict(set)
        for unit_id in self._codes.values():
            title = squeeze(tree.title(unit_id))
            self._names[title].add(unit_id)
            self._names[KINDS.sub("", title)].add(unit_id)

    def unit(self, value: Any) -> int | None:
        """The id of a unit; None when empty. Raises BadValue."""
        written = text(value)
        if not written:
            if self._grant.units is not None:
                raise BadValue("missing")
            return None
        found = self._find(written)
        if not self._grant.sees_unit(found):
            raise BadValue("outside_scope")
        return found

    def _find(self, written: str) -> int:
        for code in (written, written.zfill(5)):
            if code in self._codes:
                return self._codes[code]
        # "Xa Hoang Thanh, huyen Hoang Hoa": what stands before the comma counts
        name = squeeze(re.split(r"[,(]", written)[0])
        ids = self._names.get(name) or self._names.get(KINDS.sub("", name)) or set()
        if not ids:
            raise BadValue("unit")
        if len(ids) > 1:
            raise BadValue("ambiguous_unit")
        return next(iter(ids))


class Providers:
    """VMS providers by what registers call them: code, title, or its first word."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        for code, title in Provider.objects.values_list("code", "title"):
            self._codes |= dict.fromkeys((squeeze(code), squeeze(title)), code)

    def code(self, written: str) -> str:
        """The code of a provider, a new one for who is not known."""
        name = squeeze(written)
        first = name.partition(" ")[0]
        known = self._codes.get(name) or self._codes.get(first)
        return known or slugify(name)[:36] or "vms"
