"""Duties: who owes which report by when, and what is known about it.

- ``models/duties.py``: ReportingDuty (law as data), VesselState, Outage, DeviceFault;
  ``models/contacts.py``: the call log
- ``ladder.py``, ``outages.py``, ``places.py``: pure functions on arrays
- ``clock.tick(now)``: places, outages, ladders, every 15 s
- ``services``: ``log_contact(vessel, Said, user)``, ``report_position(vessel, lon, lat,
  at, user)``, ``declare_fault``, ``mend_fault``, ``declare_outage``, ``end_outage``
- ``queries``: ``fleet_counts(grant)``, ``published(kind, grant, moment)``,
  ``open_outages()``, ``state_of(vessel_id)``, ``contacts_of(vessel_id)``
"""
