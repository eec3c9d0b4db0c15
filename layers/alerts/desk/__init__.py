"""The operators' desk: alarm load, watches, hand-over, and acts on many alerts."""
