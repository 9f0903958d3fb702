"""Reports on tables, problems, elections and audits, as one HTML page or as Markdown.

``report(path)`` reads a file and reports on it; the builders take what the families return.
"""

from mechdesign.faces import face
from mechdesign.report.document import *
from mechdesign.report.elections import *
from mechdesign.report.files import *
from mechdesign.report.packages import *
from mechdesign.report.pages import *
from mechdesign.report.parts import *
from mechdesign.report.scores import *
from mechdesign.report.verdicts import *

face(__name__)
