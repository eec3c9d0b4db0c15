"""What becomes of units: shares, tables of descent, and the day they change."""
