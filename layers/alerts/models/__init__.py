"""Rules, their drafts and trials; alerts; who watches and what is switched off."""

from .alert import Alert, Certainty
from .desk import Handover, Suppression, SuppressionKind, Watch
from .escalation import Escalation, Policy
from .rule import (
    SEVERITY_ORDER,
    Rule,
    RuleState,
    Severity,
    kind_choices,
    layer_choices,
)
from .studio import Backtest, RuleDraft

__all__ = [
    "SEVERITY_ORDER",
    "Alert",
    "Backtest",
    "Certainty",
    "Escalation",
    "Handover",
    "Policy",
    "Rule",
    "RuleDraft",
    "RuleState",
    "Severity",
    "Suppression",
    "SuppressionKind",
    "Watch",
    "kind_choices",
    "layer_choices",
]
