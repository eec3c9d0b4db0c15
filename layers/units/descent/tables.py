"""Rows of a table in a file, by their headings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas

SHEETS = frozenset({".xlsx", ".xlsm"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line of the file; line 1 has the headings, 0: the file."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


class RefusedError(ValueError):
    """The file was refused whole; nothing of it was stored."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems[:3])))
        self.problems = problems


def rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """(line, cells by heading) of a CSV file or of the first sheet of a workbook.

    Headings are read in lower case. Lines without any text are passed over.
    Raises RefusedError when the file cannot be read.
    """
    try:
        if path.suffix.lower() in SHEETS:
            frame = pandas.read_excel(path, dtype=str, keep_default_na=False)
        else:
            frame = pandas.read_csv(
                path,
                dtype=str,
                keep_default_na=False,
                encoding="utf-8-sig",
                skip_blank_lines=False,
            )
    except (OSError, ValueError) as error:
        reason = f"{path.name} cannot be read: {error}"
        raise RefusedError([Problem(0, reason)]) from error
    names = [" ".join(str(name).lower().split()) for name in frame.columns]
    found = []
    for line, values in enumerate(frame.itertuples(index=False, name=None), 2):
        cells = [" ".join(value.split()) for value in values if isinstance(value, str)]
        if len(cells) == len(names) and any(cells):
            found.append((line, dict(zip(names, cells, strict=True))))
    return found
