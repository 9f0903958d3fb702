"""Reports, as one HTML page or as Markdown; those on data are in the ``pages`` of the families.

``report(path)`` reads a file and reports on it.
"""

from mechdesign.faces import face
from mechdesign.report.document import *
from mechdesign.report.files import *
from mechdesign.report.pages import *
from mechdesign.report.parts import *
from mechdesign.report.verdicts import *

face(__name__)
