"""The register of vessels: reading it, importing it, matching to it."""
