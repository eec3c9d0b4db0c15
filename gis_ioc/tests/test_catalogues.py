"""All catalogues are one at run time: Django merges them, and of equal messages with
different translations one wins everywhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {"node_modules", ".venv", "var", "build"}
FIELD = re.compile(
    r"^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+((?:\"(?:[^\"\\]|\\.)*\"\s*)+)",
    re.M,
)
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
Message = tuple[str, str]


def messages(text: str) -> Iterator[tuple[Message, str]]:
    """((context, msgid), msgstr) of a catalogue; obsolete ones are left out."""
    for entry in re.split(r"\n[ \t]*\n", text):
        lines = [line for line in entry.split("\n") if not line.startswith("#")]
        found = {
            match[1]: "".join(QUOTED.findall(match[2]))
            for match in FIELD.finditer("\n".join(lines))
        }
        if found.get("msgid"):
            translated = found.get("msgstr", found.get("msgstr[0]", ""))
            yield (found.get("msgctxt", ""), found["msgid"]), translated


def clashes(texts: dict[str, str]) -> list[str]:
    """Messages that catalogues (text by name) translate differently."""
    found: dict[Message, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, text in texts.items():
        for message, translated in messages(text):
            found[message][translated].append(name)
    return [
        f"{context and context + ': '}{msgid}: "
        + "; ".join(
            f"“{said}” in {', '.join(names)}" for said, names in said_by.items()
        )
        for (context, msgid), said_by in sorted(found.items())
        if len(said_by) > 1
    ]


def test_equal_messages_have_one_translation_in_every_folder():
    """Say it in other words, or give it a context (``pgettext``, ``context`` of
    ``translate``) where it means something else."""
    texts = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in ROOT.glob("**/locale/vi/LC_MESSAGES/django.po")
        if not ELSEWHERE.intersection(path.relative_to(ROOT).parts)
    }
    assert len(texts) > 20
    found = clashes(texts)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        ('msgid "Late"\nmsgstr "too late"\n', True),
        ('msgid "Late"\nmsgstr "after time"\n', False),
        ('msgctxt "of a report"\nmsgid "Late"\nmsgstr "too late"\n', False),
        ('#~ msgid "Late"\n#~ msgstr "too late"\n', False),
        ('msgid ""\n"La"\n"te"\nmsgstr "too "\n"late"\n', True),
        ('msgid "Late"\nmsgid_plural "Lates"\nmsgstr[0] "too late"\n', True),
    ],
)
def test_a_clash_is_seen_however_it_is_written(other, clash):
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    one = head + 'msgid "Late"\nmsgstr "after time"\n'
    assert bool(clashes({"one": one, "two": head + other})) is clash
