"""The after-action report: what happened, who did and saw what, where time went."""
