"""Lists of facilities and reports of cases are handed in as files."""

from . import case_sheets, sheets

__all__ = ["case_sheets", "sheets"]
