"""Tables and functions of other people's schemas, published without code.

Every table, view and tile function in the configured schemas becomes a source, as
Martin's auto-publish does it. SQL comments say what TileJSON cannot be read from
the catalogue, and who may see the source (docs/tiles-publish.md).
"""

from .provider import PublishedSchemas

__all__ = ["PublishedSchemas"]
