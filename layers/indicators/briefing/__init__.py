"""Briefings: the figures of a unit with maps and charts, as PDF, XLSX and PPTX.

:mod:`.content` gathers what is shown, once for all formats; :mod:`.drawing` makes maps
and charts as SVG; :mod:`.document`, :mod:`.workbook` and :mod:`.slides` write it down.
"""
