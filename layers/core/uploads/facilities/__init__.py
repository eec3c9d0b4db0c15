"""Lists of facilities (schools, clinics, piers): places with figures of a period.

A layer says what is particular (:class:`Facilities`); reading codes, communes and
places, finding rows that are known, writing and taking back is done here.
"""

from .declaring import Facilities, importer

__all__ = ["Facilities", "importer"]
