"""Models of stations; see the modules."""

from .accounts import FtpAccount
from .dossiers import Dossier, DossierEvidence, DossierExport, DossierVersion
from .indices import IndexKind, IndexMethod, Period, StationIndex
from .limits import AlarmLevel, Direction, Limit, Reach
from .observations import Day, Hour, Judgement, Latest, Observation
from .quality import Finding, QualitySetting, Review
from .reports import MonthlyReport, ReportRun
from .states import StationState
from .stations import Instrument, Permit, Series, Station

__all__ = [
    "AlarmLevel", "Day", "Direction", "Dossier", "DossierEvidence", "DossierExport",
    "DossierVersion", "Finding", "FtpAccount", "Hour", "IndexKind",
    "IndexMethod", "Instrument", "Judgement", "Latest", "Limit", "MonthlyReport",
    "Observation", "Period", "Permit", "QualitySetting", "Reach", "ReportRun", "Review",
    "Series", "Station", "StationIndex", "StationState",
]  # fmt: skip
