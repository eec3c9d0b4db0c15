"""Pages of the fisheries staff."""
