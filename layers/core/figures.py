"""Numbers for people, rounded; Django's ``number_format`` cuts decimals off."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format


def figure(value: float | Decimal, decimals: int, *, grouped: bool = False) -> str:
    """``value`` with so many decimals in the active language, halves away from zero;
    ``grouped``: thousands apart also where pages do not ask for it."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(number_format(exact, decimals, force_grouping=grouped))
