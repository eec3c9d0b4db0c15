"""What the scripts of these pages say."""

from __future__ import annotations

from django.utils.translation import gettext as _


def list_words() -> dict[str, str]:
    return {
        "done": _("Done: {n}"),
        "refused": _("Refused: {n}"),
        "failed": _("The centre did not answer. Nothing was changed; try again."),
        "chosen": _("{n} selected"),
        "none": _("Choose an alert first."),
        "gone": _("no longer there"),
    }


def load_words() -> dict[str, str]:
    return {
        "good": _("good"),
        "most": _("the most"),
        "flood": _("flood"),
        "perOperator": _("calls per operator"),
        "calls": _("calls"),
        "unwatched": _("{time}: no watch ({calls} calls in all)"),
        "tip": _("{time}: {n} per operator ({calls} calls, {operators} on watch)"),
        "critical": _("Critical"),
        "high": _("High"),
        "medium": _("Medium"),
        "low": _("Low"),
    }
