"""Instances: offline vertices, arrivals, edges with success probabilities."""

from mechdesign.faces import face
from mechdesign.matching.instances.files import *
from mechdesign.matching.instances.generators import *
from mechdesign.matching.instances.graphs import *
from mechdesign.matching.instances.reading import *

face(__name__)
