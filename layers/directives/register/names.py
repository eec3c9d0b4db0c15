"""Which unit a code or a name means today."""

from __future__ import annotations

import unicodedata
from collections import defaultdict

from django.utils import timezone

from layers.core import units


class AmbiguousError(LookupError):
    """Several units are called so; ``titles`` names them."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__(", ".join(titles))
        self.titles = titles


def plain(text: str) -> str:
    """Without diacritics, in lower case, with single spaces."""
    folded = unicodedata.normalize("NFD", text.casefold().replace("\u0111", "d"))
    return " ".join(
        "".join(sign for sign in folded if not unicodedata.combining(sign)).split()
    )


class UnitNames:
    """Units valid today by code, by name, and by name without the word of its kind
    ("phuong", "xa")."""

    def __init__(self) -> None:
        self.tree = units.tree()
        self.codes: dict[str, set[int]] = defaultdict(set)
        self.names: dict[str, set[int]] = defaultdict(set)
        self.short: dict[str, set[int]] = defaultdict(set)
        for node in self.tree.nodes.values():
            if not node.valid_on(timezone.localdate()):
                continue
            title = plain(node.title)
            self.codes[node.code].add(node.id)
            self.names[title].add(node.id)
            self.short[title.partition(" ")[2]].add(node.id)

    def find(self, text: str) -> int | None:
        """The unit of a code or name, None without one. Raises AmbiguousError."""
        name = plain(text)
        for known, wanted in (
            (self.codes, text.strip()),
            (self.names, name),
            (self.short, name),
        ):
            found = sorted(known.get(wanted, ())) if wanted else []
            if len(found) > 1:
                raise AmbiguousError([self.tree.title(unit_id) for unit_id in found])
            if found:
                return found[0]
        return None
