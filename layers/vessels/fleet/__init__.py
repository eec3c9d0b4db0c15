"""What the fisheries staff look at: the fleet in figures, the list, one vessel."""
