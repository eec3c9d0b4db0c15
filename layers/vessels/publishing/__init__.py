"""The lists that a province publishes: lost signal, beyond the line, absent."""
