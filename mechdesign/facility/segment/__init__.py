"""The segment: settings, reported locations, sets of intervals, files."""

from mechdesign.faces import face
from mechdesign.facility.segment.files import *
from mechdesign.facility.segment.intervals import *
from mechdesign.facility.segment.setting import *

face(__name__)
