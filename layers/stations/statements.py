"""Hand-written SQL: the files of ``sql/``, read once."""

from functools import cache
from pathlib import Path

SQL = Path(__file__).resolve().parent / "sql"


@cache
def statement(name: str) -> str:
    """Text of ``sql/<name>.sql``."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
