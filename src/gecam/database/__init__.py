"""Results on disk: a database of estimates whose releases are never edited."""

from gecam.database.causes import Causes
from gecam.database.database import Database
from gecam.database.diff import Diff, RevisionStatistics
from gecam.database.export import Export, ExportFormat
from gecam.database.integrity import Verification
from gecam.database.publishing import published, published_answer
from gecam.database.release import Release
from gecam.database.replay import Replay
from gecam.database.sweeping import Sweep

__all__ = [
    "Causes",
    "Database",
    "Diff",
    "Export",
    "ExportFormat",
    "Release",
    "Replay",
    "RevisionStatistics",
    "Sweep",
    "Verification",
    "published",
    "published_answer",
]
