"""Reports on tables, problems, elections and audits, as one HTML page or as Markdown.

``report(path)`` reads a file and reports on it; the builders take what the families return.
"""

from mechdesign.report.document import (
    Code,
    Figure,
    Items,
    Paragraph,
    References,
    Section,
)
from mechdesign.report.elections import election_report
from mechdesign.report.files import report
from mechdesign.report.packages import bargaining_report
from mechdesign.report.pages import Report
from mechdesign.report.parts import Source
from mechdesign.report.scores import score_report
from mechdesign.report.verdicts import audit_report, consistency_report, read_verdicts

__all__ = [
    # from a file, or from what the families return
    "report",
    "score_report",
    "bargaining_report",
    "election_report",
    "audit_report",
    "consistency_report",
    "read_verdicts",
    # the document
    "Report",
    "Section",
    "Paragraph",
    "Items",
    "Code",
    "Figure",
    "References",
    "Source",
]
