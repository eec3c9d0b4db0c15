"""Tiles out of files: the basemap's folder, and any folder that is watched."""

from .basemap import FolderSource

__all__ = ["FolderSource"]
