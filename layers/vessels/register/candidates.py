"""The register in memory, ready to be asked who may be meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from layers.vessels.models import Vessel

from .names import hints, key_of, squeeze
from .scoring import ALIKE, Entry, Said

MOST_BY_NAME = 10
MOST_CUT_OFF = 20


class Candidates:
    """Entries by whatever a device may say; finding them costs no pass over all."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = {entry.id: entry for entry in entries}
        self._exact: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._names: dict[int, str] = {}
        for entry in self.entries.values():
            for kind, value in (
                ("key", entry.registration_key),
                ("number", entry.number),
                ("mmsi", entry.mmsi),
                ("call", squeeze(entry.call_sign).replace(" ", "")),
                ("imo", str(entry.imo or "")),
            ):
                if value:
                    self._exact[kind, value].append(entry.id)
            if entry.name:
                self._names[entry.id] = entry.name[:20]

    def for_(self, said: Said) -> list[Entry]:
        """Entries that agree in something, in order of ids."""
        found = set(self._by_identity(said))
        name = squeeze(said.name)[:20]
        if len(name) >= 4:
            found |= {
                key
                for _text, _ratio, key in process.extract(
                    name,
                    self._names,
                    scorer=fuzz.ratio,
                    score_cutoff=ALIKE * 100,
                    limit=MOST_BY_NAME,
                )
            }
        return [self.entries[id] for id in sorted(found)]

    def _by_identity(self, said: Said) -> Iterator[int]:
        asked = [
            ("mmsi", said.mmsi),
            ("call", squeeze(said.call_sign).replace(" ", "")),
            ("imo", str(said.imo or "")),
            ("key", key_of(said.declared)),
        ]
        for hint in hints(said.name):
            asked += [("key", hint.key), ("number", hint.number)]
            if len(hint.number) < 5:
                yield from self._starting(f"{hint.code}{hint.number}")
        for question in asked:
            yield from self._exact.get(question, ())

    def _starting(self, start: str) -> list[int]:
        found = [
            entry.id
            for entry in self.entries.values()
            if entry.registration_key.startswith(start)
        ]
        return found if len(found) <= MOST_CUT_OFF else []


def load() -> Candidates:
    """The register as it stands."""
    rows = Vessel.objects.filter(registered=True).values_list(
        "pk", "registration_key", "registration", "title", "mmsi", "call_sign", "imo",
        "length_m", "geom",
    )  # fmt: skip
    numbers: dict[str, int] = defaultdict(int)
    raw = list(rows)
    for _pk, key, *_rest in raw:
        numbers["".join(c for c in key if c.isdigit())] += 1
    return Candidates(_entry(row, numbers) for row in raw)


def _entry(row: tuple, numbers: dict[str, int]) -> Entry:
    pk, key, registration, title, mmsi, call_sign, imo, length_m, geom = row
    name = squeeze(title.replace(f"({registration})", "")) if registration else title
    place = geom.centroid if geom else None
    return Entry(
        id=pk,
        registration_key=key,
        # a title that is the number says nothing more than the number
        name="" if key_of(name) == key else squeeze(name),
        mmsi=mmsi,
        call_sign=call_sign,
        imo=imo or 0,
        length_m=length_m or 0.0,
        lon=place.x if place else None,
        lat=place.y if place else None,
        alone=numbers["".join(c for c in key if c.isdigit())] == 1,
    )
